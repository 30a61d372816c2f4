"""The worst collections known, against loops over every single projection, and the bounds that they reach."""

import itertools
import math

import numpy as np
import pytest

from sims import catastrophic_forgetting as cf


def sfc(seed):
    return np.random.Generator(np.random.SFC64(seed))


def learned(projections, n, w):
    """Mean over the tasks of the squared rest after n passes through all projections, one after the other."""
    e = w
    for P in [*projections] * n:
        e = P @ e
    return np.mean([np.sum((e - P @ e) ** 2) for P in projections])


def lines(angles):
    return [np.outer(u, u) for u in ((math.cos(a), math.sin(a)) for a in angles)]


@pytest.mark.parametrize(("T", "n", "delta"), [(2, 3, 0.5), (3, 2, 0.4), (10, 10, 0.1)])
def test_lines_on_a_sine(T, n, delta):
    angles = [delta * math.sin(math.pi * j / T) for j in range(1, T + 1)]
    expected = learned(lines(angles), n, np.array([math.cos(angles[0]), math.sin(angles[0])]))
    np.testing.assert_allclose(cf.cyclic_sine_forgetting(T, n, delta, trials=3, rng=sfc(0)), expected, rtol=1e-10)


@pytest.mark.parametrize(("steps", "delta"), [((0, 1, 0), 0.4), ((0, 1, 1, 0), 0.3), ((0, 1, 2, 3, 2, 1, 0), 0.1)])
def test_lines_there_and_back(steps, delta):
    expected = learned(lines([j * delta for j in steps]), 4, np.array([1.0, 0.0]))
    found = cf.there_and_back_forgetting(len(steps), 4, delta, trials=3, rng=sfc(0))
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_rotating_planes():
    T, n, delta, eps = 5, 7, 0.3, 0.2
    angles = np.pi * np.arange(1, T + 1) / T
    q = np.stack([delta * np.sin(angles), eps * np.sin(2 * angles), np.ones(T)], axis=1)
    q /= np.linalg.norm(q, axis=1, keepdims=True)
    P = [np.eye(3) - np.outer(u, u) for u in q]
    found = cf.cyclic_rotating_forgetting(T, n, delta, eps, trials=3, rng=sfc(0))
    teachers = np.random.default_rng(1).standard_normal((4000, 3))
    tried = max(learned(P, n, w / np.linalg.norm(w)) for w in teachers)
    assert np.all((0.99 * found < tried) & (tried <= found * (1 + 1e-12)))
    np.testing.assert_allclose(found, found[0], rtol=1e-10)


def test_rotating_planes_forget_more_than_any_lines_and_less_than_the_bound():
    T, n = 16, 160
    limit = 1 / (4 * math.e * math.sin(math.pi / (2 * T)) ** 2)
    grid = itertools.product(np.linspace(0.4, 0.9, 6), (1.5, 2.0, 2.5, 3.0))
    best = max(
        cf.cyclic_rotating_forgetting(T, n, math.sqrt(a * T / n), r * math.sqrt(a * T / n) / T, trials=1, rng=sfc(0))[0]
        for a, r in grid
    )
    assert 2 * limit < n * T * best < T**2  # T^2 (d - r_max)/2 with d - r_max = 2


def test_the_best_sine_is_the_limit_of_all_lines():
    T, n = 5, 1000
    best = max(cf.cyclic_sine_forgetting(T, n, delta, trials=1, rng=sfc(0))[0] for delta in np.linspace(0.01, 0.04, 61))
    assert n * T * best * 4 * math.e * math.sin(math.pi / (2 * T)) ** 2 == pytest.approx(1, abs=2e-3)


def test_two_lines_in_random_order_over_all_orderings():
    theta, k = 0.7, 4
    P = lines([theta / 2, -theta / 2])
    losses, forgettings = [], []
    for order in itertools.product((0, 1), repeat=k):
        e = np.array([1.0, 0.0])
        for m in order:
            e = P[m] @ e
        rest = [np.sum((e - Pm @ e) ** 2) for Pm in P]
        losses.append(np.mean(rest))
        forgettings.append(np.mean([rest[m] for m in order]))
    found = cf.two_line_random(theta, k, trials=40_000, rng=sfc(0))
    for got, exact in ((found.loss, losses), (found.forgetting, forgettings)):
        assert got.mean() == pytest.approx(np.mean(exact), abs=5 * got.std() / 200)


def test_two_lines_reach_the_bound_for_one_teacher():
    k = 10
    theta = math.acos(math.sqrt(1 - 2 / k))
    bound = (1 / (k + 0.5)) * ((k - 0.5) / (k + 0.5)) ** (k - 0.5)
    loss = cf.two_line_random(theta, k, trials=100_000, rng=sfc(1)).loss
    assert loss.mean() / bound == pytest.approx(0.998, abs=5 * loss.std() / 316 / bound)


def test_too_few_tasks_are_refused():
    with pytest.raises(ValueError, match="T = 2: must be an integer >= 3"):
        cf.there_and_back_forgetting(2, 3, 0.1, trials=1, rng=sfc(0))
    with pytest.raises(ValueError, match="T = 2: must be an integer >= 3"):
        cf.cyclic_rotating_forgetting(2, 3, 0.1, 0.1, trials=1, rng=sfc(0))


def test_products_of_two_lines_by_their_angle():
    found = cf.cyclic_products(2, 2, 1, 2, trials=2000, rng=sfc(0))
    # |M(1 - M)| = c (1 - c^2) and F = c^6 (1 - c^2)/2, so that c^5 = 2 share.
    c = (2 * found.share) ** 0.2
    np.testing.assert_allclose(found.displacement, c * (1 - c * c), atol=1e-9)
    assert found.displacement.max() == pytest.approx(2 / math.sqrt(27), rel=1e-4)
