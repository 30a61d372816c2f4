"""Square loss dynamics: numbers of the contract, moments over all batches, mpmath, scipy's minima."""

from __future__ import annotations

import itertools
import math

import mpmath
import numpy as np
import pytest
import scipy

from theory import square_loss_dynamics as theory


def moments(N, B, mu, lam, r2, w0, power=1):
    """E[A^power], E[A C], E[C^power] over all batches for one coordinate: w <- A w + C."""
    ways = list(itertools.combinations(range(N), B))
    seen = np.array([0 in way for way in ways], dtype=float)
    A, C = 1 - 2 * mu * lam - 2 * mu * r2 / B * seen, 2 * mu * r2 / B * seen * w0
    return A, C


# --- SGD --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", [(5, 2, 0.3, 0.1, 1.0, 1.5), (6, 1, 0.2, 0.02, 2.0, -1.0), (4, 4, 0.5, 0.3, 1.0, 2.0)])
def test_the_stationary_law_solves_its_two_equations_over_all_batches(cell):
    A, C = moments(*cell)
    mean, var = theory.sgd_stationary(*cell)
    assert mean == pytest.approx(np.mean(A) * mean + np.mean(C), rel=1e-13)
    second = var + mean**2
    assert second == pytest.approx(np.mean(A * A) * second + 2 * np.mean(A * C) * mean + np.mean(C * C), rel=1e-12)


def test_confirmed_values_and_exact_zeros():
    assert theory.sgd_stationary(10, 1, 0.3, 0.02, 1, 1).var == pytest.approx(0.0084574, abs=5e-8)
    assert theory.sgd_stationary(10, 3, 0.5, 0.05, 1, 2).var == pytest.approx(0.0408015, abs=5e-8)
    mean, var = theory.sgd_stationary(12, 4, 0.4, 0.1, 2, -1)
    assert (mean, var) == (pytest.approx(-0.625), pytest.approx(0.0144676, abs=5e-8))
    assert theory.sgd_stationary([10, 10], [10, 3], 0.3, [0.2, 0.0], 1, 1).var.tolist() == [0.0, 0.0]


def test_second_moments_neither_grow_nor_shrink_at_the_critical_step():
    for N, B, lam, r2 in ((5, 2, 0.1, 1.0), (6, 3, 0.0, 2.0), (4, 4, 0.5, 1.0)):
        mu = float(theory.sgd_critical_step(N, B, lam, r2))
        for factor, above in ((1.0, 0), (1.05, 1), (0.95, -1)):
            A, _ = moments(N, B, factor * mu, lam, r2, 1.0)
            excess = np.mean(A * A) - 1
            assert abs(excess) < 1e-14 if above == 0 else np.sign(excess) == above
    assert theory.sgd_critical_step(10, [1, 3, 10], 0.0, 2.0) == pytest.approx([0.5, 1.5, 5.0], rel=1e-14)


def test_extremes_stay_exact():
    N, B, lam, r2 = 10**6, 3, 1e-9, 1e-3
    mu = 0.3 * float(theory.sgd_critical_step(N, B, lam, r2))
    with mpmath.workdps(40):
        p, g, s = mpmath.mpf(B) / N, 2 * mpmath.mpf(mu) * r2 / B, 2 * mpmath.mpf(mu) * lam
        wbar = mpmath.mpf(r2) / (mpmath.mpf(r2) + N * mpmath.mpf(lam))
        exact = g**2 * p * (1 - p) * (1 - wbar) ** 2 / (1 - (1 - s - g * p) ** 2 - g**2 * p * (1 - p))
    assert theory.sgd_stationary(N, B, mu, lam, r2, 1.0).var == pytest.approx(float(exact), rel=1e-12)


def test_what_has_no_law_is_refused():
    with pytest.raises(ValueError, match=r"mu = 4\.0: must be less than sgd_critical_step"):
        theory.sgd_stationary(10, 1, 4.0, 0.02, 1.0, 1.0)
    with pytest.raises(ValueError, match="B = 11: must be integers from 1 to N"):
        theory.sgd_critical_step(10, 11, 0.0, 1.0)


# --- norms ------------------------------------------------------------------------------------------------------------


def test_a_scalar_flow_of_two_layers_keeps_the_balance_law():
    lam, time = 0.1, 3.0

    def slope(_, w):
        error = w[0] * w[1] - 1.0
        return -np.array([error * w[1] + lam * w[0], error * w[0] + lam * w[1]])

    end = scipy.integrate.solve_ivp(slope, (0, time), [1.5, 0.4], rtol=1e-11, atol=1e-12).y[:, -1]
    assert end[0] ** 2 - end[1] ** 2 == pytest.approx(theory.balance_gap(1.5**2 - 0.4**2, time, lam), rel=1e-8)
    assert theory.balance_gap([1.0, -2.0], 7.0, 0.0).tolist() == [1.0, -2.0]


def test_the_norm_identity_at_a_stationary_point_found_by_scipy():
    rng = np.random.default_rng(0)
    x, y, lam, shapes = rng.standard_normal((9, 4)), rng.standard_normal((9, 2)), 0.05, ((4, 5), (5, 2))

    def layers(flat):
        return flat[:20].reshape(shapes[0]), flat[20:].reshape(shapes[1])

    def objective(flat):
        a, b = layers(flat)
        error = x @ a @ b - y
        value = np.sum(error**2) / 18 + lam / 2 * np.sum(flat**2)
        slope = np.concatenate([(x.T @ error @ b.T / 9).ravel(), ((x @ a).T @ error / 9).ravel()]) + lam * flat
        return value, slope

    end = scipy.optimize.minimize(objective, rng.standard_normal(30), jac=True, method="BFGS", options={"gtol": 1e-10})
    a, b = layers(end.x)
    f = x @ a @ b
    found = theory.norm_identity_residual([a, b], f, y, lam)
    np.testing.assert_allclose(found, 0, atol=1e-8)
    v = np.sum((y - f) * f) / 9
    assert end.fun == pytest.approx(np.sum((f - y) ** 2) / 18 + v, rel=1e-9)
    rho = np.linalg.norm(a) * np.linalg.norm(b)
    unit = f / rho
    assert rho == pytest.approx(np.sum(y * unit) / (np.sum(unit * unit) + 9 * lam * rho ** (2 / 2 - 2)), rel=1e-8)
    # One output, given as a vector, and off the stationary point.
    one = theory.norm_identity_residual([[[2.0]]], [1.0, 0.0], [3.0, 1.0], 0.5)
    assert one.tolist() == [0.5 * 4 - 2.0 / 2]
    with pytest.raises(ValueError, match=r"y = .*: must be an array of the shape of f"):
        theory.norm_identity_residual([[[2.0]]], [1.0, 0.0], [[3.0], [1.0]], 0.5)
    with pytest.raises(ValueError, match="weights = "):
        theory.norm_identity_residual([[2.0]], [1.0], [3.0], 0.5)


@pytest.mark.parametrize(("lam", "L", "N", "margin"), [
    (0.217, 3, 6, 0.504761), (0.22, 3, 6, 0.0), (0.18, 4, 5, 0.671543), (0.184, 4, 5, 0.0), (0.02, 3, 6, 0.9632005),
    (0.02, 4, 5, 0.9696282), (0.02, 2, 8, 0.9434315),
])  # fmt: skip
def test_margins_of_the_contract(lam, L, N, margin):
    assert theory.quasi_interpolation_margin(lam, L, N**-0.5) == pytest.approx(margin, abs=5e-7)


def test_the_margin_is_the_minimum_over_one_norm():
    # All layers of norm a: the objective (1 - a^L fbar)^2/2 + L lam a^2/2, on a fine grid.
    a = np.linspace(0, 3, 300_001)
    for lam, L, fbar in itertools.product((0.01, 0.1, 0.3, 0.6), (2, 3, 5), (1.0, 0.5)):
        value = (1 - a**L * fbar) ** 2 / 2 + L * lam * a**2 / 2
        best = a[np.argmin(value)] ** L * fbar
        assert theory.quasi_interpolation_margin(lam, L, fbar) == pytest.approx(best, abs=2e-4)


def test_the_residual_of_the_margin_is_exact_near_one_and_at_the_threshold():
    tiny = theory.quasi_interpolation_margin(1e-12, [2, 3, 1000], 1.0)
    np.testing.assert_allclose(1 - tiny, 1e-12, rtol=1e-3)
    for L in (3, 4, 7, 1000):
        c = (L - 2) ** (1 - 2 / L) / (L - 1) ** (2 - 2 / L)
        low, high = theory.quasi_interpolation_margin([c * (1 - 1e-12), c * (1 + 1e-12)], L, 1.0)
        assert high == 0
        assert low == pytest.approx((L - 2) / (L - 1), rel=1e-9)
    with mpmath.workdps(40):
        exact = mpmath.findroot(lambda f: (1 - f) * f ** (mpmath.mpf(3) / 5) - mpmath.mpf("0.1"), 0.9)
    assert theory.quasi_interpolation_margin(0.1, 5, 1.0) == pytest.approx(float(exact), rel=1e-14)


# --- forgetting -------------------------------------------------------------------------------------------------------


def test_factors_by_repeated_multiplication_and_at_the_edge():
    assert theory.null_space_factor(0.1, 0.02, 500) == pytest.approx(math.prod([1 - 0.004] * 500), rel=1e-12)
    assert theory.null_space_factor(0.5, 1.0, [0, 1, 5]).tolist() == [1.0, 0.0, 0.0]
    assert theory.null_space_factor(1e-9, 1e-9, 10**15) == pytest.approx(math.exp(-2e-3), rel=1e-12)
    assert theory.low_rank_tail_bound(0.1, 0.05, 3, [2.0, 0.0]) == pytest.approx([2 * 0.99**3, 0.0])
    for function, rest in ((theory.null_space_factor, (3,)), (theory.low_rank_tail_bound, (3, 1.0))):
        with pytest.raises(ValueError, match=r"lam = 1\.1: must be so small that 2 mu lam <= 1"):
            function(0.5, 1.1, *rest)


def test_the_guaranteed_rank_is_the_first_at_which_the_bound_holds():
    for mu, lam, eps, ratio in ((0.1, 0.02, 0.01, 1.0), (0.1, 0.4, 0.2, 1.3), (0.2, 1.0, 0.3, 0.9)):
        m = int(theory.guaranteed_rank(1, mu, lam, eps, ratio))
        assert theory.low_rank_tail_bound(mu, lam, m, ratio) <= eps < theory.low_rank_tail_bound(mu, lam, m - 1, ratio)
        assert theory.guaranteed_rank(7, mu, lam, eps, ratio) == 7 * m
    assert theory.guaranteed_rank(3, 0.1, [0.0, 0.0, 5.0], 0.5, [0.5, 0.6, 0.6]).tolist() == [0.0, math.inf, 3.0]
    assert theory.guaranteed_rank(128, 0.1, 5e-4, 0.01, 1.0) > 1e6


def test_a_flat_spectrum_by_hand():
    n, m, B = 12, 3, 2
    values = np.ones(n) / math.sqrt(n)
    assert theory.adversary_tightness(m, B, n) == pytest.approx(np.linalg.norm(values[m * B :]), rel=1e-14)
    assert theory.adversary_tightness([6, 7], B, n).tolist() == [0.0, 0.0]
