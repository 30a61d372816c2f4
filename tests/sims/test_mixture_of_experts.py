"""Kernels of mixtures of experts: what must hold on every draw, and a search that searches."""

from __future__ import annotations

import numpy as np
import pytest

from sims import mixture_of_experts as moe
from sims.mixture_of_experts.balance import _dispatched, of_probabilities, softmax
from sims.mixture_of_experts.load import _choices


def rng(seed=0):
    return np.random.default_rng(seed)


def test_room_for_all_drops_nothing_and_no_room_drops_all():
    for k, probs in ((1, None), (2, None), (1, (0.7, 0.2, 0.1))):
        assert (moe.overflow_fraction(9, 3, 9, k, probs, trials=5, rng=rng()) == 0).all()
        np.testing.assert_allclose(moe.overflow_fraction(9, 3, 0, k, probs, trials=5, rng=rng()), 1)
    np.testing.assert_allclose(moe.overflow_fraction(9, 3, 6, 3, trials=5, rng=rng()), 1 / 3)


def test_choices_follow_their_probabilities():
    found = np.bincount(_choices(rng(), 4, 50_000, (0.5, 0.0, 0.2, 0.3)).ravel(), minlength=4) / 200_000
    np.testing.assert_allclose(found, [0.5, 0, 0.2, 0.3], atol=5 * 0.0012)


def test_nothing_is_dropped_exactly_where_the_heaviest_fits():
    heaviest = moe.max_load_mean(30, 4, trials=200, rng=rng())
    fits = moe.max_load_cdf(30, 4, 10, trials=200, rng=rng())
    dropped = moe.overflow_fraction(30, 4, 10, trials=200, rng=rng())
    np.testing.assert_array_equal(fits, heaviest <= 10)
    np.testing.assert_array_equal(fits, dropped == 0)
    assert heaviest.min() >= 8


def test_without_slack_is_the_same_draw():
    scaled = moe.overflow_without_slack(32, 4, trials=9, rng=rng())
    np.testing.assert_allclose(scaled, 32**0.5 * moe.overflow_fraction(32, 4, 8, trials=9, rng=rng()))
    with pytest.raises(ValueError, match="tokens = 30"):
        moe.overflow_without_slack(30, 4, trials=1, rng=rng())


def test_experts_that_choose_fill_their_room():
    pmf = moe.expert_choice_pmf(20, 5, 7, trials=30, rng=rng())
    np.testing.assert_allclose(pmf.sum(-1), 1)
    np.testing.assert_allclose(pmf @ np.arange(6), 5 * 7 / 20)
    np.testing.assert_array_equal(pmf[:, 0], moe.uncovered_fraction(20, 5, 7, trials=30, rng=rng()))
    assert (moe.uncovered_fraction(20, 5, 20, trials=3, rng=rng()) == 0).all()


def test_losses_of_a_router_by_hand():
    p = np.array([[[0.5, 0.3, 0.2], [0.1, 0.6, 0.3], [0.2, 0.7, 0.1], [0.1, 0.1, 0.8]]])
    found = of_probabilities(p)
    f, P = np.array([1, 2, 1]) / 4, p[0].mean(0)
    assert found.aux[0] == pytest.approx(3 * f @ P)
    assert found.hard[0] == pytest.approx(3 * f @ f)
    assert found.soft[0] == pytest.approx(3 * P @ P)
    assert found.top[0] == pytest.approx(3 * np.mean([0.5, 0.6, 0.7, 0.8]))
    assert found.excess[0] == pytest.approx(4 * (found.aux[0] - 1) + 1)


def test_balanced_and_constructed_routers_are_what_they_say():
    balanced = moe.balanced_router(5, 3, trials=20, rng=rng())
    np.testing.assert_allclose(balanced.aux, 1, rtol=1e-12)
    np.testing.assert_allclose(balanced.hard, 1, rtol=1e-12)
    assert balanced.soft.max() > 1.02
    built = moe.constructed_router(4, 2, 1e-3, trials=3, rng=rng())
    np.testing.assert_allclose(built.aux, 2 * (1 / 3 + 1e-3), rtol=1e-12)


def test_the_search_has_its_gradient():
    x = rng().exponential(size=(6, 5)) * rng(1).choice([-1, 1], size=(6, 5))
    value, slope = _dispatched(x)
    step = 1e-6
    for i in range(5):
        e = step * np.eye(5)[i]
        np.testing.assert_allclose((_dispatched(x + e)[0] - _dispatched(x - e)[0]) / (2 * step), slope[:, i], atol=1e-6)
    np.testing.assert_allclose(_dispatched(3 * x)[0], value)


def test_the_searched_function_is_a_lower_bound_of_routers_and_attained_by_one():
    """Against drawn routers of the same dispatch: none goes lower; two experts by the proof."""
    p = softmax(0.3 * rng().standard_normal((500, 12, 4)))
    f = np.stack([np.bincount(one.argmax(-1), minlength=4) for one in p]) / 12
    assert (of_probabilities(p).aux >= _dispatched(f)[0] - 1e-12).all()
    assert _dispatched(np.array([[0.75, 0.25]]))[0][0] == pytest.approx(0.875)


def test_the_search_finds_what_random_dispatch_misses():
    drawn = _dispatched(rng().dirichlet(np.ones(8), size=5000))[0]
    assert drawn.min() > 0.405
    assert moe.aux_loss_infimum(8, trials=1, rng=rng()).value[0] == pytest.approx(0.4, abs=1e-6)


def test_given_its_weights_a_routers_tokens_are_independent():
    """The share dropped and that of independent choices with the router's own probabilities have one mean."""
    for found in (
        moe.linear_router(256, 8, 40, 4, trials=300, rng=rng()), moe.digits_router(256, 8, 40, trials=300, rng=rng()),
    ):  # fmt: skip
        gap = found.dropped - found.independent
        assert abs(gap.mean()) < 5 * gap.std() / 300**0.5
        assert found.dropped.mean() > 0.05


@pytest.mark.parametrize(
    ("kernel", "arguments", "name"),
    [
        (moe.overflow_fraction, (5, 3, 2, 4), "k"),
        (moe.overflow_fraction, (5, 2, 2, 1, (0.5, 0.4)), "probs"),
        (moe.expert_choice_pmf, (5, 2, 6), "capacity"),
        (moe.constructed_router, (3, 3, 0.1), "m"),
        (moe.constructed_router, (3, 2, 0.9), "eps"),
    ],
)
def test_bad_input_is_named(kernel, arguments, name):
    with pytest.raises(ValueError, match=rf"\b{name} = "):
        kernel(*arguments, trials=2, rng=rng())
