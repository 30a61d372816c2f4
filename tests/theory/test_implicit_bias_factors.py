"""Potentials against general optimisers, closed forms and integrated flows; descents against loops."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy

from theory.deep_linear import recursion
from theory.implicit_bias import (
    commuting_factorisation_limit,
    deep_linear_mode,
    diagonal_network_limit,
    gd_least_squares,
    least_trace,
    trace_excess_bound,
)


def problem(seed, n=4, d=9):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    return X, X @ rng.standard_normal(d), rng


def q(z):
    return 2 - np.sqrt(4 + z * z) + z * np.arcsinh(z / 2)


@pytest.mark.parametrize("alpha", [2.0, 0.3, 1e-3])
def test_diagonal_limit_minimises_the_potential(alpha):
    X, y, _ = problem(0)
    beta = diagonal_network_limit(X, y, alpha)
    np.testing.assert_allclose(X @ beta, y, rtol=1e-9)
    null = scipy.linalg.null_space(X)
    value = alpha**2 * q(beta / alpha**2).sum()
    for direction in null.T:
        for step in (1e-3, -1e-3):
            assert alpha**2 * q((beta + step * direction) / alpha**2).sum() > value
    slope = np.arcsinh(beta / (2 * alpha**2))  # q' at the limit: orthogonal to the null space
    np.testing.assert_allclose(null.T @ slope, 0, atol=1e-8)


def test_diagonal_limits_in_alpha():
    X, y, _ = problem(1)
    np.testing.assert_allclose(diagonal_network_limit(X, y, 1e4), np.linalg.pinv(X) @ y, rtol=1e-6)
    least = scipy.optimize.linprog(np.ones(18), A_eq=np.hstack([X, -X]), b_eq=y).fun
    found = [np.abs(diagonal_network_limit(X, y, a)).sum() / least for a in (1e-1, 1e-3, 1e-8)]
    assert found[0] > found[1] > found[2] >= 1 - 1e-9
    assert found[2] < 1.05


@pytest.mark.parametrize("r", [0.3, 0.5])
def test_one_observation(r):
    """beta_2 goes to 0 like alpha^(2(1-r))."""
    a = np.array([1e-4, 1e-8])
    beta = [diagonal_network_limit([[1.0, r]], [1.0], x)[1] for x in a]
    assert math.log(beta[1] / beta[0]) / math.log(a[1] / a[0]) == pytest.approx(2 * (1 - r), abs=0.01)


def test_diagonal_network_flow_from_unequal_starts():
    X, y, rng = problem(2, 2, 4)
    u0, v0 = rng.uniform(0.3, 1.0, (2, 4))

    def field(t, z):
        u, v = z[:4], z[4:]
        g = X.T @ (X @ (u * u - v * v) - y)
        return np.concatenate([-2 * u * g, 2 * v * g])

    end = scipy.integrate.solve_ivp(field, (0, 200), np.concatenate([u0, v0]), rtol=1e-10, atol=1e-12).y[:, -1]
    beta = end[:4] ** 2 - end[4:] ** 2
    np.testing.assert_allclose(diagonal_network_limit(X, y, np.sqrt(u0 * v0), np.log(u0 / v0)), beta, atol=1e-7)
    assert np.abs(diagonal_network_limit(X, y, np.sqrt(u0 * v0)) - beta).max() > 0.01


def test_commuting_limit_is_the_flow():
    _, _, rng = problem(3)
    A, x = rng.standard_normal((2, 4)), rng.uniform(0.2, 1.0, 4)
    y = A @ x

    def field(t, u):  # of the square roots of the eigenvalues
        return -2 * u * (A.T @ (A @ (u * u) - y))

    end = scipy.integrate.solve_ivp(field, (0, 300), np.full(4, 0.3), rtol=1e-10, atol=1e-12).y[:, -1] ** 2
    np.testing.assert_allclose(commuting_factorisation_limit(A, y, 0.3), end, atol=1e-7)


def test_the_trace_goes_to_its_minimum_within_the_bound():
    rng = np.random.default_rng(4)
    A = rng.standard_normal((3, 6))
    y = A @ rng.uniform(0.2, 1.0, 6)
    z = least_trace(A, y)
    np.testing.assert_allclose(A @ z, y, atol=1e-9)
    dual = scipy.optimize.linprog(-y, A_ub=A.T, b_ub=np.ones(6), bounds=(None, None))
    assert z.sum() == pytest.approx(-dual.fun, rel=1e-9)
    excess = []
    for alpha in (0.5, 0.1, 1e-3, 1e-8):
        excess.append(commuting_factorisation_limit(A, y, alpha).sum() - z.sum())
        assert -1e-9 < excess[-1] <= trace_excess_bound(z, alpha)
    assert excess == sorted(excess, reverse=True)


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_deep_linear_mode_is_the_limit_of_descent(depth):
    exact = deep_linear_mode(1.0, 1.5, 0.05, depth)
    gaps = []
    for steps in (200, 400):
        w = recursion(1.5, 0.05 ** (1 / depth), depth, 1.0 / steps, steps)[-1]
        gaps.append(float(w**depth - exact))
    assert abs(2 * gaps[1] - gaps[0]) < 0.1 * abs(gaps[1])
    assert abs(gaps[1]) < 0.05


def test_two_factors_in_closed_form():
    t = np.linspace(0, 5, 11)
    closed = 2.0 / (1 + (2.0 / 0.01 - 1) * np.exp(-4 * t))
    np.testing.assert_allclose(deep_linear_mode(t, 2.0, 0.01, 2), closed, rtol=1e-12)


@pytest.mark.parametrize("rank", [2, 4])
def test_least_squares_descent(rank):
    rng = np.random.default_rng(5)
    X = rng.standard_normal((4, rank)) @ rng.standard_normal((rank, 7))
    y, w = rng.standard_normal(4), rng.standard_normal(7)
    step = 1.7 / np.linalg.norm(X, 2) ** 2
    start = w
    for _ in range(25):
        w = w - step * X.T @ (X @ w - y)
    np.testing.assert_allclose(gd_least_squares(X, y, start, step, 25), w, atol=1e-12)
    np.testing.assert_array_equal(gd_least_squares(X, y, start, step, 0), start)
    far = gd_least_squares(X, y, start, step, 10**12)
    np.testing.assert_allclose(far, start + np.linalg.pinv(X, rcond=1e-10) @ (y - X @ start), atol=1e-10)


def test_refusals():
    with pytest.raises(ValueError, match="step = "):
        gd_least_squares([[2.0]], [1.0], [0.0], 0.5, 1)
    with pytest.raises(ValueError, match="w0 = "):
        gd_least_squares([[2.0]], [1.0], [0.0, 1.0], 0.1, 1)
    with pytest.raises(ValueError, match="X = "):
        diagonal_network_limit([[1.0], [2.0]], [1.0, 1.0], 1.0)
    with pytest.raises(ValueError, match="tilt = "):
        diagonal_network_limit([[1.0, 2.0]], [1.0], 1.0, [0.1, 0.2, 0.3])
    with pytest.raises(ValueError, match="y = "):
        commuting_factorisation_limit([[1.0, 1.0]], [-1.0], 0.1)
    with pytest.raises(ValueError, match="alpha = "):
        trace_excess_bound([1.0], 1.0)
