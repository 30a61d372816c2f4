"""Theory of catastrophic forgetting against explicit projections, exact averages, integrals and outside numbers."""

import itertools
import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory import catastrophic_forgetting as cf
from theory.catastrophic_forgetting.ridge_sequence import shrinkage


def line(angle):
    u = np.array([np.cos(angle), np.sin(angle)])
    return np.outer(u, u)


# --- Gaussian sequence ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("p", "n"), [(12, 5), (12, 10), (5, 7), (5, 30)])
def test_the_recursion_is_solved_by_the_closed_form(p, n):
    w = np.random.default_rng(0).standard_normal((4, p))
    sigma2, T = 0.7, 4
    errors = cf.gaussian_sequence_errors(w, n, sigma2)
    r = max(0.0, 1 - n / p)
    for i in range(T):
        drift = sum(r ** (T - k) * np.sum((w[k - 1] - w[i]) ** 2) for k in range(1, T + 1))
        noise = (1 - r**T) * p * sigma2 / (p - n - 1) if n < p else p * sigma2 / (n - p - 1)
        assert errors[T, i] == pytest.approx(r**T * np.sum(w[i] ** 2) + (1 - r) * drift + noise, rel=1e-13)


@pytest.mark.parametrize("n", [9, 10, 11])
def test_noise_without_mean_is_inf_and_absent_noise_is_not(n):
    w = np.eye(3, 10)
    noisy = cf.gaussian_sequence_errors(w, n, 0.5)
    assert np.all(np.isinf(noisy[1:]))
    assert np.all(np.isfinite(noisy[0]))
    assert math.isnan(cf.forgetting(noisy))
    assert cf.overall_error(noisy) == math.inf
    assert np.all(np.isfinite(cf.gaussian_sequence_errors(w, n, 0.0)))


def test_forgetting_can_be_negative_for_similar_tasks():
    similar, orthogonal = np.tile(np.eye(1, 20), (3, 1)), np.eye(3, 20)
    assert cf.forgetting(cf.gaussian_sequence_errors(similar, 10, 0.0)) < 0
    assert cf.forgetting(cf.gaussian_sequence_errors(orthogonal, 10, 0.0)) > 0


# --- ridge sequence ---------------------------------------------------------------------------------------------------


def marchenko_pastur(function, g):
    """E function(mu) for the spectrum of X'X/n, rows N(0, I_p), g = p/n, by quadrature."""
    low, high = (1 - mpmath.sqrt(g)) ** 2, (1 + mpmath.sqrt(g)) ** 2
    middle, half = (low + high) / 2, (high - low) / 2

    def integrand(t):
        mu = middle - half * mpmath.cos(t)
        if mu == 0:  # at g = 1 the density has an integrable pole in mu, which t removes
            return function(mu) * 2 * half / (2 * mpmath.pi * g)
        return function(mu) * (half * mpmath.sin(t)) ** 2 / (2 * mpmath.pi * g * mu)

    atom = (1 - 1 / mpmath.mpf(g)) * function(mpmath.mpf(0)) if g > 1 else 0
    return mpmath.quad(integrand, mpmath.linspace(0, mpmath.pi, 9)) + atom


@pytest.mark.parametrize(
    ("p", "n", "lam"), [(60, 30, 20.0), (60, 60, 30.0), (40, 80, 50.0), (40, 80, 1e-3), (60, 30, 1e4)]
)
def test_shrinkage_is_the_marchenko_pastur_average(p, n, lam):
    g, z = mpmath.mpf(p) / n, mpmath.mpf(lam) / n
    c1 = marchenko_pastur(lambda mu: z / (mu + z), g)
    c2 = marchenko_pastur(lambda mu: (z / (mu + z)) ** 2, g)
    learned = [marchenko_pastur(lambda mu, k=k: (mu / (mu + z)) ** k, g) for k in (1, 2)]
    noise = g * marchenko_pastur(lambda mu: mu / (mu + z) ** 2, g)
    c = shrinkage(p, n, lam)
    expected = [c1, c2, *learned, noise]
    assert list(c) == pytest.approx([float(e) for e in expected], rel=1e-11, abs=0)


def test_shrinkage_keeps_its_digits_at_extreme_penalties():
    c = shrinkage(100, 100, 1e12)  # c1 = 1 - E mu/z and so on: differences of nearly equal numbers
    assert c.learned == pytest.approx(1e-10, rel=1e-6, abs=0)
    assert c.learned2 == pytest.approx(2e-20, rel=1e-6, abs=0)
    small = shrinkage(90, 60, 1e-14)
    assert small.c1 == pytest.approx(1 / 3, rel=1e-12)
    assert small.c2 == pytest.approx(1 / 3, rel=1e-12)
    assert shrinkage(50, 100, 1e-14).noise == pytest.approx(50 / 50, rel=1e-9)  # p/(n - p) without ridge


def test_ridge_tends_to_the_min_norm_sequence():
    w = np.random.default_rng(1).standard_normal((3, 4000)) / 60
    ridge, plain = cf.ridge_sequence_errors(w, 1000, 0.3, 1e-9), cf.gaussian_sequence_errors(w, 1000, 0.3)
    np.testing.assert_allclose(ridge, plain, rtol=5e-4)  # p/(p - n) against p/(p - n - 1)


# --- two tasks --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [2, 4, 40])
def test_two_task_forgetting_is_what_the_projections_give(k):
    rng = np.random.default_rng(2)
    N1, N2 = (np.linalg.qr(rng.standard_normal((8, s)))[0] for s in (4, 5))
    P1, P2, w = N1 @ N1.T, N2 @ N2.T, rng.standard_normal(8)
    U, cosines, _ = np.linalg.svd(N1.T @ N2, full_matrices=False)
    e = -w
    for _ in range(k // 2):
        e = P2 @ (P1 @ e)
    loss = 0.5 * sum(np.sum((e - P @ e) ** 2) for P in (P1, P2))
    weights = (U.T @ N1.T @ w) ** 2
    angles = np.arccos(np.clip(cosines, -1, 1))
    assert cf.two_task_forgetting(angles, k, weights) == pytest.approx(loss, rel=1e-9)


def test_the_worst_angle_is_the_maximum_over_angles_and_between_the_published_bounds():
    grid = np.linspace(0, math.pi / 2, 20001)
    for k in (2, 4, 50, 200):
        worst = cf.two_task_forgetting_max(k)
        curve = cf.two_task_forgetting(grid[:, None], k)
        assert worst.value >= curve.max() * (1 - 1e-14)
        assert worst.value == pytest.approx(curve.max(), rel=1e-6)
        assert cf.two_task_forgetting(worst.theta, k) == pytest.approx(worst.value, rel=1e-13)
        assert 1 / (2 * math.e * k) < worst.value < 1 / (2 * math.e * (k - 1))
    assert cf.two_task_forgetting_max(50).value == pytest.approx(0.0037160171, abs=1e-10)


def test_two_task_shapes():
    theta = np.full((5, 1, 2), 0.3)
    assert np.shape(cf.two_task_forgetting(theta, [2, 4, 6])) == (5, 3)
    assert np.shape(cf.two_task_forgetting_max([2, 4, 6]).theta) == (3,)
    assert isinstance(cf.two_task_forgetting(0.3, 2), float)


def test_offline_distance_uses_the_smallest_nonzero_angle():
    assert cf.offline_distance([0.0, 0.2, 1.0], 10) == pytest.approx(math.cos(0.2) ** 18)
    assert cf.offline_distance(0.0, 10) == 0.0


# --- random orderings -------------------------------------------------------------------------------------------------


def test_random_order_equals_the_average_over_all_orderings():
    rng = np.random.default_rng(3)
    d, T, k = 4, 3, 4
    frames = [np.linalg.qr(rng.standard_normal((d, s)))[0] for s in (2, 3, 1)]
    P = np.stack([N @ N.T for N in frames])
    w = rng.standard_normal(d)
    loss, forgetting, err2 = np.zeros(k + 1), 0.0, np.zeros(k + 1)
    for order in itertools.product(range(T), repeat=k):
        e = -w
        path = [e]
        for task in order:
            e = P[task] @ e
            path.append(e)
        residual = np.array([[v @ v - v @ Pm @ v for Pm in P] for v in path])
        loss += residual.mean(axis=1) / T**k
        err2 += np.array([v @ v for v in path]) / T**k
        forgetting += residual[-1, list(order)].mean() / T**k
    result = cf.random_order_loss(P, w, k)
    np.testing.assert_allclose(result.loss, loss, rtol=1e-12)
    np.testing.assert_allclose(result.err2, err2, rtol=1e-12)
    assert result.forgetting_k == pytest.approx(forgetting, rel=1e-12)
    np.testing.assert_allclose(-np.diff(err2), loss[:-1], rtol=1e-10)  # telescoping


@pytest.mark.parametrize("k", [2, 5, 40])
def test_two_lines_attain_the_random_order_bound(k):
    P = np.stack([line(0.0), line(math.acos(math.sqrt(1 - 2 / k)))])
    total = sum(cf.random_order_loss(P, w, k).loss[k] for w in np.eye(2))
    assert total == pytest.approx(cf.random_order_bound(2, 1, k), rel=1e-12)


@pytest.mark.parametrize(("T", "k"), [(3, 4), (5, 20)])
def test_equiangular_lines_attain_it_too(T, k):
    c2 = 1 - T / (k * (T - 1))
    units = np.linalg.cholesky(math.sqrt(c2) + (1 - math.sqrt(c2)) * np.eye(T))
    P = units[:, :, None] * units[:, None, :]
    total = sum(cf.random_order_loss(P, w, k).loss[k] for w in np.eye(T))
    assert total == pytest.approx(cf.random_order_bound(T, T - 1, k), rel=1e-12)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.integers(2, 6), st.integers(2, 4), st.integers(2, 12))
def test_no_collection_exceeds_the_random_order_bound(seed, d, tasks, k):
    rng = np.random.default_rng(seed)
    ranks = rng.integers(1, d, size=tasks) if d > 1 else np.ones(tasks, int)
    frames = [np.linalg.qr(rng.standard_normal((d, d - r)))[0] for r in ranks]
    P = np.stack([N @ N.T for N in frames])
    w = rng.standard_normal(d)
    w /= np.linalg.norm(w)
    assert cf.random_order_loss(P, w, k).loss[k] <= cf.random_order_bound(d, ranks.mean(), k) * (1 + 1e-12)


# --- cyclic -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("T", "n", "delta"), [(2, 1, 0.4), (3, 2, 0.3), (10, 4, 0.0559), (7, 1, 1.2)])
def test_fan_is_what_the_projections_give(T, n, delta):
    P = [line(j * delta) for j in range(T)]
    e = np.array([1.0, 0.0])
    for _ in range(n):
        for projection in P:
            e = projection @ e
    loss = np.mean([np.sum((e - projection @ e) ** 2) for projection in P])
    assert cf.fan_forgetting(T, n, delta) == pytest.approx(loss, rel=1e-11)


@pytest.mark.parametrize(("T", "n", "delta"), [(2, 1, 0.4), (4, 2, 0.3), (10, 4, 0.15)])
def test_zigzag_is_what_the_projections_give(T, n, delta):
    h = T // 2
    P = [line(j * delta) for j in [*range(1, h + 1), *range(h - 1, -1, -1)]]
    assert len(P) == T
    e = np.array([np.cos(delta), np.sin(delta)])
    for _ in range(n):
        for projection in P:
            e = projection @ e
    loss = np.mean([np.sum((e - projection @ e) ** 2) for projection in P])
    assert cf.zigzag_forgetting(T, n, delta) == pytest.approx(loss, rel=1e-11)


def test_zigzag_keeps_the_square_of_T_after_many_passes():
    for T in (4, 20, 40):
        k = 20 * T * T
        shape = (1 + 2 / T**2) / (12 * math.e)  # (2 sum_{j<h} j^2 + h^2)/T^3 = (1 + 2/T^2)/12 for T = 2h
        assert cf.zigzag_worst(T, 20 * T) * k / T**2 == pytest.approx(shape, rel=0.02)
        assert cf.fan_worst(T, 20 * T) * k / T == pytest.approx(1 / (3 * math.e), rel=1.5 / T)


def test_fan_worst_against_the_contract_and_a_fine_grid():
    assert cf.fan_worst(3, 2) == pytest.approx(0.0644, abs=5e-5)
    assert cf.fan_worst(10, 4) == pytest.approx(0.0340, abs=5e-5)
    assert cf.fan_worst(50, 1) == pytest.approx(0.5475, abs=5e-5)
    for T, n in [(2, 3), (5, 1), (6, 40), (30, 3)]:
        grid = cf.fan_forgetting(T, n, np.linspace(0, math.pi / 2, 200001))
        assert cf.fan_worst(T, n) == pytest.approx(grid.max(), rel=1e-6)
        assert cf.fan_worst(T, n) >= grid.max() * (1 - 1e-14)
    assert cf.fan_worst(2, 3) == pytest.approx(cf.two_task_forgetting_max(6).value, rel=1e-12)


def test_equally_spaced_fan_and_cyclic_bound():
    for T in (3, 10):
        k = 4 * T
        expected = 0.5 * math.cos(math.pi / T) ** (2 * (k - 1))
        assert cf.fan_forgetting(T, 4, math.pi / T) == pytest.approx(expected, rel=1e-12)
    assert cf.cyclic_bound(3, 30, 2, 1) == pytest.approx(0.15)
    assert cf.cyclic_bound(3, 30, 100, 1) == pytest.approx(9 / math.sqrt(30))
    np.testing.assert_allclose(cf.cyclic_bound(3, [6, 30], 2, 1), [0.75, 0.15])


# --- replay -----------------------------------------------------------------------------------------------------------


def test_replay_against_the_contract():
    loss = [cf.replay_train_loss(40, 30, 15, m, 1.0, 0.0, 4.0) for m in (0, 14)]
    assert loss == pytest.approx([1.557, 1.951], abs=5e-4)
    population = [cf.replay_population_error(40, 12, 10, m, 1.0, 1.0) for m in (0, 5, 10)]
    assert population[0] < population[1] < population[2]
    alike = cf.replay_train_loss(40, 30, 6, np.arange(31), 1.0)
    assert np.all(np.diff(alike) < 0)
    assert alike[-1] == 0.0


def test_replay_without_rows_is_the_plain_sequence_and_the_rotated_task():
    p, n1, n2 = 30, 12, 12
    w = np.zeros((2, p))
    w[0, 0], w[1, 1] = 1.0, 1.0
    first = cf.gaussian_sequence_errors(w, n1, 0.0)
    assert cf.replay_population_error(p, n1, n2, 0, 1.0, 2.0) == pytest.approx(first[2, 0], rel=1e-13)
    # An independent Gaussian task is a Haar rotation of the first: E||X||_F^2 = n1 p, E||P_1 w||^2 = 1 - n1/p.
    rotated = cf.shared_teacher_forgetting(p, n1, p, n1 * p, 1 - n1 / p) / n1
    assert cf.replay_train_loss(p, n1, n2, 0, 1.0) == pytest.approx(rotated, rel=1e-13)


# --- spiral -----------------------------------------------------------------------------------------------------------


def test_spiral_at_its_ends_and_period():
    for T in (2, 3, 7):
        assert cf.spiral_radius(0.0, T) == pytest.approx(1.0)
        assert cf.spiral_radius(math.pi, T) == pytest.approx(math.cos(math.pi / (T + 1)) ** (T + 1))
        assert cf.spiral_radius(1.3 + 2 * math.pi, T) == pytest.approx(cf.spiral_radius(1.3, T))
        assert cf.spiral_radius(2 * math.pi - 1.3, T) == pytest.approx(cf.spiral_radius(1.3, T))


def test_spiral_of_two_projections_is_the_union_of_ellipses():
    # Numerical range of two lines at angle arccos(c): the ellipse with foci 0 and c^2 and minor axis c sqrt(1 - c^2).
    c = np.sqrt(np.linspace(1e-4, 1 - 1e-4, 4001))
    t = np.linspace(0, 2 * np.pi, 2001)[:, None]
    minor = 0.5 * c * np.sqrt(1 - c**2)
    z = 0.5 * c**2 + np.sqrt(minor**2 + (0.5 * c**2) ** 2) * np.cos(t) + 1j * minor * np.sin(t)
    ratio = np.abs(z) / cf.spiral_radius(np.angle(z), 2)
    assert ratio.max() == pytest.approx(1.0, abs=1e-6)
    assert ratio.max() <= 1 + 1e-12
