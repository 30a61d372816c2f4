"""Penalties by optimisation, costs by linear programmes, risks by drawing and by quadrature."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import linprog, minimize, minimize_scalar
from scipy.stats import norm

import theory.weight_decay_sparsity as T


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@pytest.mark.parametrize("lam", [0.1, 0.4])
def test_shrinkage_is_the_minimiser(depth, lam):
    grid = np.linspace(-3, 3, 60_001)
    for y in (0.3, -0.8, 1.2, 2.5):
        value = 0.5 * (y - grid) ** 2 + T.factor_penalty(grid, lam, depth) if depth > 1 else (
            0.5 * (y - grid) ** 2 + 0.5 * lam * grid**2
        )  # fmt: skip
        best = grid[int(np.argmin(value))]
        assert float(T.depth_shrinkage(y, lam, depth)) == pytest.approx(best, abs=2e-4)


def test_penalty_is_the_least_of_factors():
    rng = np.random.default_rng(0)
    for depth, a in ((2, 1.7), (3, -0.4), (5, 2.2)):
        found = minimize(
            lambda u, a=a: 0.5 * (np.sum(np.exp(2 * u)) + (abs(a) * np.exp(-np.sum(u))) ** 2),
            rng.standard_normal(depth - 1),
        )
        assert found.fun == pytest.approx(float(T.factor_penalty(a, 1.0, depth)), rel=1e-8)


def test_contracts_jumps_and_values():
    found = {(L, lam): float(T.jump_point(lam, L).y_star) for L in (3, 4) for lam in (0.1, 0.4)}
    expected = {(3, 0.1): 0.355656, (3, 0.4): 1.005947, (4, 0.1): 0.512993, (4, 0.4): 1.292661}
    for key, value in expected.items():
        assert found[key] == pytest.approx(value, abs=1e-6)
        y, a = found[key], float(T.jump_point(key[1], key[0]).a_star)
        assert 0.5 * (y - a) ** 2 + float(T.factor_penalty(a, key[1], key[0])) == pytest.approx(0.5 * y * y, rel=1e-12)
    assert float(T.depth_shrinkage(1.2, 0.4, 3)) == pytest.approx(0.762082, abs=1e-6)


def programme(x, y):
    """Least sum of |coefficients| of (x - b)_+ and (b - x)_+ with a free constant, by HiGHS."""
    knots = np.concatenate([np.sort(x), np.linspace(x.min() - 2, x.max() + 2, 41)])
    atoms = np.hstack([np.maximum(x[:, None] - knots, 0), np.maximum(knots - x[:, None], 0)])
    A = np.hstack([atoms, -atoms, np.ones((len(x), 1)), -np.ones((len(x), 1))])
    cost = np.concatenate([np.ones(2 * atoms.shape[1]), [0.0, 0.0]])
    return linprog(cost, A_eq=A, b_eq=y, bounds=(0, None)).fun


@pytest.mark.parametrize("seed", range(4))
def test_interpolation_cost_is_a_linear_programme(seed):
    rng = np.random.default_rng(seed)
    x = rng.permutation(np.arange(6)) + 0.3 * rng.random(6)
    for y in (rng.standard_normal(6), 2 * x + 0.02 * rng.standard_normal(6), x**2):
        assert T.relu_interpolation_cost(x, y) == pytest.approx(programme(x, y), rel=1e-8)
    assert T.relu_interpolation_cost([0.0, 3.0], [1.0, 2.0]) == pytest.approx(1 / 3)
    assert T.relu_interpolation_cost([4.0], [1.0]) == 0.0


def test_cost_of_a_function_bounds_any_interpolant():
    slopes = [1.0, -0.5, 2.0]
    assert T.relu_function_cost(slopes) == pytest.approx(max(1.5 + 2.5, 3.0))
    assert T.relu_function_cost([2.0]) == pytest.approx(4.0)


def test_decay_minimum_by_a_convex_programme():
    x, y, lam = np.array([0.0, 1.0, 2.5, 3.0]), np.array([0.0, 1.0, -1.0, 0.5]), 1e-3
    found = minimize(
        lambda f: 0.5 * np.sum((f - y) ** 2) + lam * T.relu_interpolation_cost(x, f), y, method="Nelder-Mead",
        options={"xatol": 1e-10, "fatol": 1e-14, "maxiter": 20_000},
    )  # fmt: skip
    assert T.relu_decay_minimum(x, y, lam) == pytest.approx(found.fun, rel=1e-6)


def test_linear_barrier_by_the_best_matrix():
    """Bayes risk at a random shift: the matrix of moments, solved."""
    n, m, h, sigma2 = 12, 5, 1.3, 0.4
    shifts = np.stack([np.roll(h * (np.arange(n) < m), s) for s in range(n)])
    second = shifts.T @ shifts / n
    A = second @ np.linalg.inv(second + sigma2 * np.eye(n))
    risk = (np.trace((A - np.eye(n)) @ second @ (A - np.eye(n)).T) + sigma2 * np.trace(A @ A.T)) / n
    assert T.best_linear_risk_box(n, m, h, sigma2) == pytest.approx(risk, rel=1e-12)
    values = [T.best_linear_risk_box(n, n // 2, 1.0, 0.25) for n in (128, 512, 2048, 8192)]
    np.testing.assert_allclose(values, [0.023698, 0.011493, 0.005641, 0.002792], atol=6e-7)


def test_soft_risk_by_quadrature_also_far_out():
    for mu, t in ((0.0, 1.0), (1.0, 1.5), (-4.0, 2.0), (0.0, 7.0)):

        def error(z, mu=mu, t=t):
            y = mu + z
            return (math.copysign(max(abs(y) - t, 0.0), y) - mu) ** 2 * norm.pdf(z)

        edges = sorted({-t - mu, t - mu})
        parts = [quad(error, a, b, epsabs=0, epsrel=1e-11)[0]
                 for a, b in zip([-40.0, *edges], [*edges, 40.0], strict=True)]  # fmt: skip
        assert float(T.soft_threshold_risk(mu, t)) == pytest.approx(math.fsum(parts), rel=1e-7)


def test_linear_minimax_is_the_best_shrinkage_of_one_spike():
    n, C, sigma2 = 30, 2.0, 0.3
    risk = minimize_scalar(lambda a: C**2 * (1 - a) ** 2 + n * sigma2 * a * a).fun
    assert float(T.linear_minimax_lq(n, C, sigma2)) == pytest.approx(risk, rel=1e-9)


def test_contracts_spikes_and_depths():
    for n, risk, k in ((100, 0.2441, 3), (10_000, 0.03631, 22), (1_000_000, 0.004567, 183)):
        found = T.worst_spike_risk(n, 1.0, n**-0.5)
        assert found.risk == pytest.approx(risk, rel=2e-3)
        assert found.k == k
        assert float(T.spike_risk(n, 1.0, n**-0.5, k)) == pytest.approx(found.risk, rel=1e-12)
    for (mu, L), risk in {
        (5.0, 1): 0.2,
        (5.0, 2): 0.0612,
        (5.0, 4): 0.0317,
        (3.0, 2): 0.0555,
        (3.0, 4): 0.0620,
    }.items():
        assert T.best_depth_risk(mu, 0.01, L).risk == pytest.approx(risk, abs=6e-5)
    assert T.depth_risk(5.0, 0.01, 1.6, 4) == pytest.approx(0.031688, abs=2e-6)


def test_depth_risk_by_drawing():
    z = np.random.default_rng(1).standard_normal(400_000)
    silent, spike = T.depth_shrinkage(z, 1.487, 4), T.depth_shrinkage(3 + z, 1.487, 4)
    drawn = 0.99 * silent**2 + 0.01 * (spike - 3) ** 2
    assert abs(T.depth_risk(3.0, 0.01, 1.487, 4) - drawn.mean()) < 4 * drawn.std() / 400_000**0.5


def test_two_factors_are_the_lasso():
    rng = np.random.default_rng(2)
    X, y, lam = rng.standard_normal((20, 8)), rng.standard_normal(20), 1.5
    w = T.two_factor_fit(X, y, lam)
    along = X.T @ (y - X @ w)
    np.testing.assert_allclose(along[w != 0], lam * np.sign(w[w != 0]), rtol=1e-9)
    assert (np.abs(along[w == 0]) <= lam * (1 + 1e-12)).all()
    assert not T.two_factor_fit(X, y, 1e3).any()


def test_basins():
    y, lam, L = 1.2, 0.4, 3
    edge = float(T.basin_edge(y, lam, L))
    for start, end in ((0.9 * edge, 0.0), (1.1 * edge, float(T.depth_shrinkage(y, lam, L)))):
        w = start ** (1 / L)
        for _ in range(200_000):
            w += 1e-3 * ((y - w**L) * w ** (L - 2) - lam) * w
        assert w**L == pytest.approx(end, abs=1e-6)
        assert float(T.balanced_descent(start, y, lam, L)) == pytest.approx(end, abs=1e-6)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: T.factor_penalty(1.0, 0.1, 0), "depth = 0"),
        (lambda: T.jump_point(0.1, 2), "depth = 2"),
        (lambda: T.depth_shrinkage(1.0, -0.1, 2), "lam = -0.1"),
        (lambda: T.relu_interpolation_cost([0.0, 0.0], [1.0, 2.0]), "x = "),
        (lambda: T.best_linear_risk_box(5, 6, 1.0, 1.0), "m = 6"),
        (lambda: T.soft_threshold_risk(0.0, -1.0), "t = -1"),
        (lambda: T.two_factor_fit([[1.0]], [1.0, 2.0], 0.1), "y = "),
    ],
)
def test_refusals(call, words):
    with pytest.raises(ValueError, match=words):
        call()
