"""Kernels of dynamic sparse training: what must hold on every draw, and a round by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sims import dynamic_sparse_training as dst
from sims.dynamic_sparse_training.regrowth import exchange


def rng(seed=0):
    return np.random.default_rng(seed)


def test_a_round_by_hand():
    mask = np.array([[1.0, 1.0, 1.0, 0.0, 0.0, 0.0]])
    size = np.array([[3.0, 0.0, 2.0, 9.0, 9.0, 9.0]])
    score = np.array([[9.0, 8.0, 9.0, 1.0, 5.0, 3.0]])
    assert exchange(mask, size, score, 3, 1, False).tolist() == [[1, 0, 1, 0, 1, 0]]
    assert exchange(mask, size, score, 3, 1, True).tolist() == [[1, 1, 1, 0, 0, 0]]
    assert exchange(mask, size, score, 3, 2, True).tolist() == [[1, 1, 1, 0, 0, 0]]
    assert exchange(mask, size, 0 * score, 3, 1, False).sum() == 3  # a weight or a score of zero is no gap


def test_ends_of_random_regrowth():
    assert (dst.set_explored_rate(10, 4, 2, 0, trials=5, rng=rng()) == 0.4).all()
    np.testing.assert_allclose(dst.set_explored_rate(10, 4, 2, 1, False, trials=5, rng=rng()), 0.6)
    np.testing.assert_allclose(dst.set_explored_rate(10, 5, 5, 1, False, trials=5, rng=rng()), 1)
    assert (dst.set_explored_rate(10, 10, 3, 4, trials=5, rng=rng()) == 1).all()
    np.testing.assert_allclose(dst.set_explored_var(10, 4, 2, 1, False, trials=5, rng=rng()), 0, atol=1e-30)


@pytest.mark.parametrize("drop", ["random", "smallest", "newest"])
def test_the_mean_does_not_depend_on_what_is_dropped(drop):
    """Var R = .00066 at these sizes; the mean by the law of one round, four times."""
    found = dst.set_explored_rate(60, 12, 4, 4, drop=drop, trials=4000, rng=rng())
    assert abs(found.mean() - (1 - 0.8 * (1 - 4 / 52) ** 4)) < 5 * 0.03 / 4000**0.5


@pytest.mark.parametrize("include_pruned", [True, False])
@pytest.mark.parametrize(("N", "s", "k"), [(30, 10, 3), (24, 6, 6), (20, 12, 8), (40, 30, 2)])
def test_gradients_end_where_they_must(N, s, k, include_pruned):
    found = dst.gradient_regrowth(N, s, k, include_pruned, trials=200, rng=rng())
    for quantity in (found.outside, found.missed, found.unsettled):
        assert (quantity == 0).all()
    np.testing.assert_allclose(found.balance, 1, rtol=1e-12)
    assert (found.regret >= 1 - 1e-12).all()
    assert (found.rounds <= -(-min(s, N - s) // k)).all()
    assert (found.regret.max() > 1.01) != include_pruned


def test_a_trajectory_starts_at_its_mask_and_static_masks_stay():
    found = dst.set_loss(0.75, 0.5, 0, 16, trials=20_000, rng=rng())
    assert abs((found.loss - 0.375 * found.energy).mean()) < 0.005
    assert (dst.set_loss(0.75, 0.5, 3, 16, trials=50, rng=rng()).loss <= 0.5 * found.energy.max()).all()


def test_densities_do_not_depend_on_the_order_of_layers():
    shapes = ((3, 3, 3, 16), (3, 3, 16, 32), (32, 10), (10, 4))
    found = dst.erk_layers(shapes, 0.3, trials=20, rng=rng())
    np.testing.assert_allclose(found.densities, found.densities[:1].repeat(20, 0), rtol=1e-12)
    np.testing.assert_allclose(found.total, 0.3, rtol=1e-12)
    assert found.unequal.max() < 1e-12


def test_dead_units_at_the_ends():
    assert (dst.dead_unit_fraction(4, 3, 0.0, trials=3, rng=rng()) == 1).all()
    assert (dst.dead_unit_fraction(4, 3, count=9, trials=50, rng=rng()) == 0).all()
    one = dst.dead_unit_fraction(4, 3, count=1, trials=50, rng=rng())
    np.testing.assert_allclose(one, 2 / 3)


@pytest.mark.parametrize("method", ["set", "rigl"])
def test_a_net_is_trained_while_its_mask_moves(method):
    found = dst.digits_training(method, 0.8, 0.3, 4, 20, trials=2, rng=rng())
    s, k = round(0.2 * 4096), round(0.3 * round(0.2 * 4096))
    np.testing.assert_allclose(found.path[:, 0], s / 4096)
    np.testing.assert_allclose(found.path[:, 1], (s + k) / 4096)
    assert (np.diff(found.path) >= 0).all()
    np.testing.assert_array_equal(found.path[:, -1], found.explored)
    assert found.accuracy.min() > 0.7


@pytest.mark.parametrize(
    ("kernel", "arguments", "name"),
    [
        (dst.set_explored_rate, (5, 6, 1, 1), "s"),
        (dst.set_explored_rate, (5, 2, 3, 1), "k"),
        (dst.set_explored_rate, (5, 4, 2, 1, False), "k"),
        (dst.set_explored_var, (5, 4, 2, 1, True, 1), "copies"),
        (dst.gradient_regrowth, (5, 4, 2), "k"),
        (dst.set_loss, (0.8, 0.2, 1, 12), "N"),
        (dst.set_loss, (1.0, 0.2, 1, 10), "zeta"),
        (dst.erk_layers, (((3,),), 0.5), "shapes"),
        (dst.dead_unit_fraction, (3, 2), "density"),
        (dst.dead_unit_fraction, (3, 2, None, 7), "count"),
    ],
)
def test_bad_input_is_named(kernel, arguments, name):
    with pytest.raises(ValueError, match=rf"\b{name} = "):
        kernel(*arguments, trials=2, rng=rng())
