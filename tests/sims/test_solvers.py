"""Certified convex solvers on stacks, on every backend, against SciPy and scikit-learn problem by problem."""

import math

import numpy as np
import pytest
import scipy.linalg
import scipy.optimize
from sklearn.linear_model import Lasso

from sims import interior_point, proximal
from sims.arrays import asarray, to_host
from sims.total_variation import total_variation, tridiagonal_solve

# --- basis pursuit ----------------------------------------------------------------------------------------------------


def least_norm(X, y):
    d = X.shape[1]
    return scipy.optimize.linprog(np.ones(2 * d), A_eq=np.hstack([X, -X]), b_eq=y).fun


@pytest.mark.parametrize(("n", "d"), [(1, 4), (5, 5), (8, 30), (20, 25)])
def test_basis_pursuit_against_a_linear_programme(make_rng, n, d):
    rng = make_rng(n)
    X, y = rng.standard_normal(size=(6, n, d)), rng.standard_normal(size=(6, n))
    w, gap = (to_host(a) for a in interior_point.basis_pursuit(X, y))
    assert (gap < 1e-10).all()
    for a, b, c in zip(to_host(X), to_host(y), w, strict=True):
        assert np.abs(a @ c - b).max() < 1e-12 * np.abs(b).max() * d
        assert np.abs(c).sum() == pytest.approx(least_norm(a, b), rel=1e-9)


def test_a_sparse_signal_is_found_where_the_programme_is_degenerate(make_rng):
    rng = make_rng(3)
    X, w = rng.standard_normal(size=(8, 30, 60)), np.zeros((8, 60))
    w[:, :4] = np.random.default_rng(0).standard_normal((8, 4))
    y = (X @ asarray(X, w)[..., None])[..., 0]
    found, gap = (to_host(a) for a in interior_point.basis_pursuit(X, y))
    assert (gap < 1e-10).all()
    assert np.abs(found - w).max() < 1e-8


def test_fewer_coefficients_than_rows_leave_no_trial_without_a_number():
    # In this draw, one of two hundred, the correction's matrix has no factor.
    rng = np.random.default_rng(1)
    for _ in range(2):
        X, w = rng.standard_normal((100, 82, 200)), rng.standard_normal((100, 200)) * (np.arange(200) < 20)
    X, w = X[7:8], w[7:8]
    found, gap = interior_point.basis_pursuit(X, (X @ w[..., None])[..., 0])
    assert (gap < 1e-10).all()
    assert np.abs(found - w).max() < 1e-8


def test_the_gap_bounds_the_error_of_an_early_stop():
    rng = np.random.default_rng(5)
    X, y = rng.standard_normal((20, 10, 25)), rng.standard_normal((20, 10))
    exact = np.array([least_norm(a, b) for a, b in zip(X, y, strict=True)])
    for most in (2, 4, 6):
        w, gap = interior_point.basis_pursuit(X, y, most)
        excess = np.abs(w).sum(-1) / exact - 1
        assert (excess <= gap + 1e-9).all()
        assert excess.max() > 1e-6  # not yet solved


def test_no_trial_of_many_is_left_uncertified():
    rng = np.random.default_rng(6)
    gaps = [
        interior_point.basis_pursuit(rng.standard_normal((64, 20, 80)), rng.standard_normal((64, 20))).gap
        for _ in range(6)
    ]
    assert (np.concatenate(gaps) < 1e-9).all()


def test_dependent_rows_are_no_number_and_too_many_are_refused(make_rng):
    rng = make_rng(0)
    X = asarray(rng, [[[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]], [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]])
    gap = to_host(interior_point.basis_pursuit(X, asarray(rng, [[1.0, 2.0], [1.0, 2.0]])).gap)
    assert not gap[0] < 1e-6
    assert gap[1] < 1e-10
    with pytest.raises(ValueError, match="must be"):
        interior_point.basis_pursuit(X.mT, asarray(rng, [[1.0, 2.0, 3.0]] * 2))


# --- proximal maps and the lasso --------------------------------------------------------------------------------------


def test_proximal_maps_minimise(make_rng):
    x = make_rng(1).standard_normal(size=(4, 3))
    host, grid = to_host(x), np.linspace(-4, 4, 80_001)
    for value, found in zip(host.ravel(), to_host(proximal.soft(x, 0.4)).ravel(), strict=True):
        best = grid[np.argmin(0.5 * (grid - value) ** 2 + 0.4 * np.abs(grid))]
        assert found == pytest.approx(best, abs=1e-4)
    for row, found in zip(host, to_host(proximal.block_soft(x, 0.4)), strict=True):
        best = scipy.optimize.minimize(
            lambda u, row=row: 0.5 * np.sum((u - row) ** 2) + 0.4 * np.linalg.norm(u), row, method="Nelder-Mead",
            options={"xatol": 1e-8, "fatol": 1e-14},
        )  # fmt: skip
        assert found == pytest.approx(best.x, abs=1e-5)
    assert not to_host(proximal.block_soft(0.0 * x, 0.4)).any()


@pytest.mark.parametrize(("n", "d", "lam"), [(20, 8, 3.0), (10, 25, 1.0), (10, 25, 1e3)])
def test_the_lasso_against_coordinate_descent(make_rng, n, d, lam):
    rng = make_rng(n + d)
    X, y = rng.standard_normal(size=(3, n, d)), rng.standard_normal(size=(3, n))
    w, gap = (to_host(a) for a in proximal.lasso(X, y, lam))
    assert (gap <= 1e-10).all()
    for a, b, c in zip(to_host(X), to_host(y), w, strict=True):
        other = Lasso(alpha=lam / n, fit_intercept=False, tol=1e-14, max_iter=200_000).fit(a, b).coef_
        assert np.linalg.norm(a @ (c - other)) < 2 * math.sqrt(1e-10 * b @ b)  # strongly convex in the fitted values
        costs = [0.5 * np.sum((b - a @ v) ** 2) + lam * np.abs(v).sum() for v in (c, other)]
        assert costs[0] - costs[1] <= 1e-10 * 0.5 * b @ b


def test_the_gap_of_the_lasso_is_primal_less_dual():
    rng = np.random.default_rng(2)
    X, y, lam = rng.standard_normal((5, 9, 12)), rng.standard_normal((5, 9)), 0.7
    w, gap = proximal.lasso(X, y, lam, target=1e-3)
    for a, b, c, g in zip(X, y, w, gap, strict=True):
        residual = b - a @ c
        theta = residual * min(1.0, lam / np.abs(a.T @ residual).max())
        primal = 0.5 * residual @ residual + lam * np.abs(c).sum()
        dual = 0.5 * b @ b - 0.5 * np.sum((b - theta) ** 2)
        assert g == pytest.approx((primal - dual) / (0.5 * b @ b), rel=1e-9)


def test_splitting_solves_basis_pursuit(make_rng):
    rng = make_rng(8)
    X, y = rng.standard_normal(size=(1, 4, 9)), rng.standard_normal(size=(1, 4))
    pseudo = asarray(rng, np.linalg.pinv(to_host(X)))

    def project(z):
        return z + (pseudo @ (y - (X @ z[..., None])[..., 0])[..., None])[..., 0]

    w, residual = proximal.douglas_rachford(lambda z: proximal.soft(z, 0.3), project, 0.0 * X[:, 0, :], 3000)
    assert to_host(residual)[0] < 1e-10
    assert np.abs(to_host(w)).sum() == pytest.approx(least_norm(to_host(X)[0], to_host(y)[0]), rel=1e-9)


# --- total variation --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 8, 13])
def test_tridiagonal_systems(make_rng, n):
    rng = make_rng(n)
    lower, upper, right = (rng.standard_normal(size=(3, n)) for _ in range(3))
    diagonal = 4.0 + rng.random(size=(3, n))
    keep = asarray(rng, [1.0] * (n - 1) + [0.0])
    lower, upper = lower * asarray(rng, [0.0] + [1.0] * (n - 1)), upper * keep
    x = to_host(tridiagonal_solve(lower, diagonal, upper, right))
    for a, b, c, r, found in zip(*map(to_host, (lower, diagonal, upper, right)), x, strict=True):
        bands = np.stack([np.append(0, c[:-1]), b, np.append(a[1:], 0)])
        assert found == pytest.approx(scipy.linalg.solve_banded((1, 1), bands, r), rel=1e-12, abs=1e-14)


@pytest.mark.parametrize(("n", "lam"), [(2, 0.3), (9, 0.5), (40, 2.0), (40, 100.0)])
def test_total_variation_against_bounded_least_squares(make_rng, n, lam):
    y = make_rng(n).standard_normal(size=(3, n))
    u, gap = (to_host(a) for a in total_variation(y, lam))
    assert (gap <= 1e-10).all()
    D = np.diff(np.eye(n), axis=0)
    for row, found in zip(to_host(y), u, strict=True):
        z = scipy.optimize.lsq_linear(D.T, row, (-lam, lam), method="bvls", tol=1e-14).x
        allowed = 1e-10 * 0.5 * np.sum((row - row.mean()) ** 2)  # by the gap; the objective is strongly convex
        assert np.linalg.norm(found - (row - D.T @ z)) < 2 * math.sqrt(2 * allowed)
        costs = [0.5 * np.sum((v - row) ** 2) + lam * np.abs(np.diff(v)).sum() for v in (found, row - D.T @ z)]
        assert costs[0] <= costs[1] + allowed
        assert found.sum() == pytest.approx(row.sum(), abs=1e-10)
    if lam == 100.0:
        assert u == pytest.approx(np.repeat(to_host(y).mean(-1, keepdims=True), n, axis=1), abs=1e-4)


def test_a_constant_sequence_stays_and_one_entry_is_refused():
    u, gap = total_variation(np.ones((2, 5)), 1.0)
    assert np.array_equal(u, np.ones((2, 5)))
    assert (gap <= 1e-10).all()
    with pytest.raises(ValueError, match="must be"):
        total_variation(np.ones((2, 1)), 1.0)
