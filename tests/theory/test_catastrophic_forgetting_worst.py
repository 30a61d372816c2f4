"""The worst collections known: formulas against projections one by one, limits and bounds against the contract."""

import math

import numpy as np
import pytest

from theory import catastrophic_forgetting as cf

SHAPES = [(3, 2, 0.4), (5, 4, 0.2), (10, 10, 0.1)]


def learned(angles, n):
    """Mean squared rest of lines in the plane after n cycles of projections, the teacher along the first line."""
    lines = [np.outer(u, u) for u in np.stack([np.cos(angles), np.sin(angles)], axis=1)]
    e = np.array([math.cos(angles[0]), math.sin(angles[0])])
    for P in lines * n:
        e = P @ e
    return np.mean([e @ e - e @ P @ e for P in lines])


@pytest.mark.parametrize(("T", "n", "delta"), [*SHAPES, (2, 1, 0.5)])
def test_lines_on_a_sine(T, n, delta):
    expected = learned(delta * np.sin(np.pi * np.arange(1, T + 1) / T), n)
    assert cf.cyclic_sine_forgetting(T, n, delta) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("T", "n", "delta"), [(3, 2, 0.4), (5, 5, 0.2), (8, 10, 0.1), (10, 10, 0.08)])
def test_lines_there_and_back(T, n, delta):
    steps = [min(j, T - 1 - j) for j in range(T)]
    assert cf.there_and_back_forgetting(T, n, delta) == pytest.approx(learned(delta * np.array(steps), n), rel=1e-12)


@pytest.mark.parametrize(
    ("T", "n", "value"), [(3, 10, 0.0258), (3, 100, 0.00251), (5, 10, 0.0052), (10, 10, -0.033), (30, 10, -0.128)]
)
def test_the_worst_sine_tends_to_the_limit_of_lines(T, n, value):
    excess = T * n * cf.cyclic_sine_worst(T, n) / cf.cyclic_line_limit(T) - 1
    assert excess == pytest.approx(value, rel=0.02)


@pytest.mark.parametrize(("T", "n", "value"), [(3, 3, 1.232), (4, 4, 1.413), (10, 40, 1.777), (31, 310, 1.868)])
def test_there_and_back_beats_the_published_lower_bound(T, n, value):
    assert cf.there_and_back_worst(T, n) / cf.cyclic_lower_bound(T, n * T) == pytest.approx(value, abs=6e-4)


@pytest.mark.parametrize("k", [1, 2, 5, 30])
@pytest.mark.parametrize("theta", [0.0, 0.4, 1.2, math.pi / 2])
def test_two_lines_by_the_recursion_of_second_moments(theta, k):
    c, s = math.cos(theta / 2), math.sin(theta / 2)
    P = np.array([[[c * c, sign * c * s], [sign * c * s, s * s]] for sign in (1, -1)])
    exact = cf.random_order_loss(P, [1.0, 0.0], k)
    found = cf.two_line_random(theta, k)
    assert found.loss == pytest.approx(exact.loss[k], abs=1e-14)
    assert found.forgetting == pytest.approx(exact.forgetting_k, abs=1e-14)


def test_two_lines_take_arrays():
    assert cf.two_line_random(np.array([0.1, 0.2]), 4).forgetting.shape == (2,)


def test_rotating_planes_projection_by_projection():
    T, n, delta, eps = 5, 3, 0.3, 0.2
    angles = np.pi * np.arange(1, T + 1) / T
    q = np.stack([delta * np.sin(angles), eps * np.sin(2 * angles), np.ones(T)], axis=1)
    q /= np.linalg.norm(q, axis=1, keepdims=True)
    e = np.eye(3)
    for row in [*q] * n:
        e = e - np.outer(row, row @ e)
    rest = np.linalg.norm(q @ e, ord=2) ** 2 / T
    assert cf.cyclic_rotating_forgetting(T, n, delta, eps) == pytest.approx(rest, rel=1e-12)


@pytest.mark.parametrize(
    ("T", "limit"), [(4, 0.645039), (8, 4.151600), (16, 22.587644), (32, 101.060116), (128, 1685.412113)]
)
def test_limits_of_rotating_planes(T, limit):
    assert cf.cyclic_rotating_limit(T) == pytest.approx(limit, rel=1e-6)


@pytest.mark.parametrize(("T", "few", "many"), [(8, -0.0262, -0.0023), (16, -0.0217, -0.0019), (32, -0.0192, -0.0017)])
def test_rotating_planes_tend_to_their_limit(T, few, many):
    best = cf.cyclic_rotating_worst(T)
    for n, bias in ((10 * T, few), (100 * T, many)):
        value = cf.cyclic_rotating_forgetting(T, n, math.sqrt(best.alpha / n), math.sqrt(best.beta / n))
        assert n * T * value / best.value - 1 == pytest.approx(bias, abs=6e-5)


def test_rotating_constants():
    assert cf.rotating_constant(1) == pytest.approx(1 / math.e)
    assert cf.rotating_constant(2) == pytest.approx(1.0182483688, rel=1e-9)
    lam = 4 * math.sin(math.pi / 1024) ** 2
    assert cf.cyclic_rotating_limit(512) * lam / cf.rotating_constant(2) == pytest.approx(0.9998, abs=1e-4)


@pytest.mark.parametrize("k", [1, 2, 7, 40])
def test_parts_of_the_universal_bound_are_maxima(k):
    x = np.linspace(0, 1, 400_001)  # a grid misses the maximum by k^2 h^2/8, some 1e-9
    found = cf.random_order_universal_bound(3, 5, 1.5, k)
    assert found.rank == pytest.approx(math.sqrt(1.5) * np.max(x ** (k - 0.5) * (1 - x)), rel=1e-8)
    assert found.average_rank == pytest.approx(math.sqrt(1.5) * np.max(x**k * np.sqrt(1 - x)), rel=1e-8)
    most = max(math.comb(k, j) * 2**j for j in range(k + 1)) / 3**k
    assert found.dimension_free == pytest.approx(4 / 3 * most, rel=1e-12)
    assert found.bound == min(found[1:])


def test_two_lines_come_near_the_universal_bound():
    theta = np.linspace(0.01, 1.5, 20_001)
    for k, ratio in ((4, 0.9898), (10, 0.99861), (50, 0.999949)):
        reached = np.max(cf.two_line_random(theta, k).loss) / cf.random_order_universal_bound(2, 2, 1.0, k).bound
        assert reached == pytest.approx(ratio, abs=2e-5)


def test_the_bound_on_forgetting_holds_on_random_collections():
    rng = np.random.default_rng(0)
    for _ in range(20):
        frames = np.linalg.qr(rng.standard_normal((4, 5, 2)))[0]
        w = rng.standard_normal(5)
        path = cf.random_order_loss(frames @ frames.swapaxes(1, 2), w / np.linalg.norm(w), 6)
        bound = cf.random_order_forgetting_bound(path.loss[5], min(path.err2[6], 1.0), 6)
        assert path.forgetting_k <= bound
        assert path.loss[6] <= cf.random_order_universal_bound(5, 4, 3.0, 6).bound


def test_refusals_of_two_arguments():
    with pytest.raises(ValueError, match="k = 7: must be a multiple of T"):
        cf.cyclic_lower_bound(T=3, k=7)
    with pytest.raises(ValueError, match="r_avg = 3"):
        cf.random_order_universal_bound(2, 2, 3.0, 4)
