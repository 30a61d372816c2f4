"""Kernels of lottery tickets: brute force over every sign pattern and subset, and pruned networks unit by unit."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from sims import lottery_tickets as lt
from sims.lottery_tickets import sums


def rng(seed=0):
    return np.random.default_rng(seed)


def every_sign(x):
    return (np.asarray(signs) * x for signs in itertools.product((-1, 1), repeat=len(x)))


def every_sum(x):
    return np.sort([sum(c) for r in range(len(x) + 1) for c in itertools.combinations(x.tolist(), r)])


@pytest.mark.parametrize(("z", "eps"), [(0.3, 0.05), (-0.3, 0.05), (0.02, 0.1), (7.0, 0.5), (0.0, 0.01)])
def test_hits_by_brute_force(z, eps):
    x = rng().random((5, 4))
    expected = np.array([[np.sum(abs(every_sum(one) - z) <= eps) for one in every_sign(row)] for row in x])
    np.testing.assert_allclose(sums.hit_share(x, z, eps, rng()), (expected > 0).mean(1))
    np.testing.assert_allclose(sums.counts(x, z, eps, rng()).mean(1), expected.mean(1))
    np.testing.assert_allclose((sums.counts(x, z, eps, rng()) ** 2).mean(1), (expected**2).mean(1))


def covers(points, low, high, eps):
    """Every z of a fine grid and just beside every end of a covered stretch."""
    z = np.unique(np.concatenate([np.linspace(low, high, 400), points - eps - 1e-9, points + eps + 1e-9]))
    z = z[(z >= low) & (z <= high)]
    return bool((np.abs(z[:, None] - points).min(1) <= eps).all())


@pytest.mark.parametrize(("L", "eps"), [(1.0, 0.2), (0.4, 0.1), (0.0, 0.1), (3.0, 0.6), (30.0, 0.3)])
def test_coverage_by_brute_force(L, eps):
    x = rng(1).random((6, 4))
    expected = [[covers(every_sum(one), -L / 2, L / 2, eps) for one in every_sign(row)] for row in x]
    np.testing.assert_allclose(sums.cover_share(x, L, eps, rng()), np.mean(expected, axis=1))


def test_some_sign_patterns_stand_for_all(monkeypatch):
    x = rng(8).random((3, 6))
    whole = sums.cover_share(x, 1.0, 0.05, rng()), sums.counts(x, 0.3, 0.02, rng()).mean(1)
    monkeypatch.setattr(sums, "STARTS", 16)
    draws = rng(9)
    cover = np.mean([sums.cover_share(x, 1.0, 0.05, draws) for _ in range(400)], axis=0)
    count = np.mean([sums.counts(x, 0.3, 0.02, draws).mean(1) for _ in range(400)], axis=0)
    # Of 64 patterns one of four sets of 16 each time: each set has a share of 1/4 +- 0.022.
    np.testing.assert_allclose(cover, whole[0], atol=0.03)
    np.testing.assert_allclose(count, whole[1], atol=0.06)


def test_the_sizes_of_each_law_have_their_second_moment():
    for dist, ex2 in sums.EX2.items():
        own = sums.sizes(rng(), (40_000,), dist)
        assert (own**2).mean() == pytest.approx(ex2, rel=0.03)
        np.testing.assert_allclose(sums.sizes(rng(), (40_000,), dist, 2.0), own * np.sqrt(2 / ex2))


@pytest.mark.parametrize(("n", "z", "eps"), [(1, 0.3, 0.31), (5, 0.3, 0.05), (6, -0.4, 0.03), (6, 9.0, 0.1)])
def test_halves_are_matched_as_by_brute_force(n, z, eps):
    x = 2 * rng(n).random((40, n)) - 1
    expected = [(abs(every_sum(row) - z) <= eps).any() for row in x]
    np.testing.assert_array_equal(sums.reached(x, z, eps), expected)
    assert sums.reached(np.zeros((2, 0)), 0.1, 0.2).min() == 1
    assert sums.reached(np.zeros((2, 0)), 0.3, 0.2).max() == 0


def test_single_draws_are_those_that_the_mean_over_signs_integrates():
    once = lt.subset_hit(7, 0.01, 0.5, "product", trials=20_000, rng=rng(10))
    whole = lt.subset_hit_prob(7, 0.01, 0.5, 1 / 9, dist="product", trials=2000, rng=rng(11))
    spread = np.hypot(once.std() / 20_000**0.5, whole.std() / 2000**0.5)
    assert once.mean() == pytest.approx(whole.mean(), abs=5 * spread)


def test_a_pruned_layer_is_the_weight_on_both_sides():
    N, eps, w, trials = 8, 0.02, 0.1, 60
    found = lt.relu_gadget_prob(N, eps, w, trials=trials, rng=rng(2))
    same = rng(2)
    positive = (same.random(size=(trials, N)) < 0.5).sum(1)
    u, v = same.random(size=(trials, N)), 2 * same.random(size=(trials, N)) - 1
    masks = np.asarray(list(itertools.product((0, 1), repeat=N)))
    good = []
    for t in range(trials):
        first = np.arange(N) < positive[t]
        # The kernel draws |u| and the products' signs; a unit with u < 0 has the other sign of v.
        inner, outer = np.where(first, u[t], -u[t]), np.where(first, v[t], -v[t])
        # A piecewise linear function through 0: two points tell it all.
        units = np.maximum(inner * np.array([[1.0], [-1.0]]), 0)
        error = masks @ (outer * units).T - w * np.array([1.0, -1.0])
        good.append((abs(error).max(1) <= eps).any())
    np.testing.assert_array_equal(found, good)
    assert 0 < found.mean() < 1


def test_the_width_needed_is_the_first_hit():
    width = lt.width_needed(0.05, 0.3, 7, trials=20, rng=rng(3))
    x = 2 * rng(3).random(size=(20, 7)) - 1
    for t in range(20):
        hit = [n for n in range(1, 7) if (abs(every_sum(x[t, :n]) - 0.3) <= 0.05).any()]
        assert width.subsets[t] == (hit[0] if hit else 7)


def test_a_classifier_of_digits_from_random_weights():
    target = lt.digits_classifier()
    assert target.shape == (64, 10)
    assert abs(target).max() == 1
    full = lt.digits_accuracy(target[None])[0]
    assert full > 0.93
    found = lt.digits_ticket(4, 0.05, trials=2, rng=rng(12))
    x = 2 * rng(12).random(size=(2, 640, 4)) - 1
    flat = target.reshape(-1)
    nearest = np.array([[v[abs(v - w).argmin()] for v, w in zip(map(every_sum, one), flat, strict=True)] for one in x])
    large = abs(flat) > 0.05
    np.testing.assert_allclose(found.hit, (abs(nearest - flat) <= 0.05)[:, large].mean(1))
    np.testing.assert_allclose(found.subsets, lt.digits_accuracy(nearest.reshape(2, 64, 10)))
    assert (found.single < full).all()
    assert (found.subsets > found.single).all()


def test_single_weights_need_a_geometric_number():
    alone = lt.width_needed(0.05, 0.3, 1, trials=4000, rng=rng(4)).single
    assert alone.min() == 1
    assert alone.mean() == pytest.approx(20, abs=5 * 20 / np.sqrt(4000))
    edge = lt.width_needed(0.05, 0.97, 1, trials=4000, rng=rng(5)).single
    assert edge.mean() == pytest.approx(25, abs=5 * 25 / np.sqrt(4000))


def test_rounds_of_pruning_in_an_orthogonal_design_change_nothing():
    found = lt.iterative_pruning(16, 4, 0.3, 0.1, 24, 3, 30, trials=40, rng=rng(6))
    assert found.mask.max() == 0
    assert found.path.max() < 1e-13
    np.testing.assert_allclose(found.density, 0.25)
    np.testing.assert_array_equal(found.iterative, found.at_once)
    assert 0 < found.at_once.mean() < 1


def test_the_slope_left_says_whether_weights_were_trained():
    cell = {"p": 16, "k": 4, "b": 0.3, "tau": 0.1, "n": 24, "rounds": 2, "trials": 8}
    left = [lt.iterative_pruning(**cell, steps=steps, rng=rng(6)).slope for steps in (1, 6, 60)]
    # A step of one half halves every slope in an orthogonal design.
    np.testing.assert_allclose(left[1], left[0] / 2**5, rtol=1e-9)
    assert (left[2] < 1e-12).all()
    assert (left[0] > 1e-3).all()


def test_correlated_rounds_differ_and_the_design_has_the_correlations():
    found = lt.iterative_pruning(16, 4, 0.3, 0.1, 24, 3, 200, 0.7, trials=40, rng=rng(7))
    assert found.mask.mean() > 0.1
    assert found.path.max() > 0.01
    from sims.lottery_tickets.support import _root

    C = _root(rng(), 5, 0.7)
    lag = np.abs(np.subtract.outer(np.arange(5), np.arange(5)))
    np.testing.assert_allclose(C.T @ C, 0.7**lag, atol=1e-14)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda g: lt.ticket_recovery_prob(4, 4, 1.0, 0.1, trials=1, rng=g), "k = 4"),
        (lambda g: lt.iterative_pruning(8, 2, 1.0, 0.1, 6, 2, 5, trials=1, rng=g), "n = 6"),
        (lambda g: lt.iterative_pruning(8, 2, 1.0, 0.1, 8, 2, 5, 1.0, trials=1, rng=g), "rho = 1"),
        (lambda g: lt.subset_hit_prob(4, 0.0, trials=1, rng=g), "eps = 0"),
        (lambda g: lt.subset_count_mean(4, 0.1, 0.2, "cauchy", trials=1, rng=g), "dist = 'cauchy'"),
        (lambda g: lt.subset_cover_prob(4, 0.1, -1.0, trials=1, rng=g), "L = -1"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(rng())
