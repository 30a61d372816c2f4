"""Certified convex solvers on stacks, on every backend, against SciPy and scikit-learn problem by problem."""

import math

import numpy as np
import pytest
import scipy.linalg
import scipy.optimize
import sklearn.linear_model
from sklearn.linear_model import Lasso

from sims import interior_point, lasso, power_norm, proximal
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
    for most in (1, 2, 3):
        w, gap = interior_point.basis_pursuit(X, y, most)
        excess = np.abs(w).sum(-1) / exact - 1
        assert (excess <= gap + 1e-9).all()
        assert excess.max() > 1e-6  # not yet solved


def test_a_nearly_degenerate_vertex_is_found():
    # One of n coefficients is 1e-9 of the others: the interior point alone does not tell it from 0.
    rng = np.random.default_rng(3)
    X, w = rng.standard_normal((200, 12, 40)), np.zeros((200, 40))
    w[:, :11] = rng.standard_normal((200, 11))
    y = (X @ w[..., None])[..., 0] + 1e-8 * rng.standard_normal((200, 12))
    found, gap = interior_point.basis_pursuit(X, y)
    assert (gap < 1e-9).all()
    exact = np.array([least_norm(a, b) for a, b in zip(X[:20], y[:20], strict=True)])
    np.testing.assert_allclose(np.abs(found[:20]).sum(-1), exact, rtol=1e-8)


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


@pytest.mark.parametrize("solve", [lasso.lasso, proximal.accelerated_lasso])
@pytest.mark.parametrize(("n", "d", "lam"), [(20, 8, 3.0), (10, 25, 1.0), (10, 25, 1e3)])
def test_the_lasso_against_coordinate_descent(make_rng, solve, n, d, lam):
    rng = make_rng(n + d)
    X, y = rng.standard_normal(size=(3, n, d)), rng.standard_normal(size=(3, n))
    w, gap = (to_host(a) for a in solve(X, y, lam))
    assert (gap <= 1e-10).all()
    for a, b, c in zip(to_host(X), to_host(y), w, strict=True):
        other = Lasso(alpha=lam / n, fit_intercept=False, tol=1e-14, max_iter=200_000).fit(a, b).coef_
        assert np.linalg.norm(a @ (c - other)) < 2 * math.sqrt(1e-10 * b @ b)  # strongly convex in the fitted values
        costs = [0.5 * np.sum((b - a @ v) ** 2) + lam * np.abs(v).sum() for v in (c, other)]
        assert costs[0] - costs[1] <= 1e-10 * 0.5 * b @ b


def test_the_lasso_follows_its_path():
    # Coefficients and support of the homotopy at its own knots' middles, down to the interpolator.
    rng = np.random.default_rng(12)
    X, y = rng.standard_normal((15, 40)), rng.standard_normal(15)
    knots, _, path = sklearn.linear_model.lars_path(X, y, method="lasso")
    middles, between = 0.5 * (knots[1:] + knots[:-1]), 0.5 * (path[:, 1:] + path[:, :-1])
    many = np.broadcast_to(X, (middles.size, 15, 40))
    w, gap = lasso.lasso(many, np.broadcast_to(y, (middles.size, 15)), 15 * middles[:, None])
    assert (gap < 1e-12).all()
    np.testing.assert_allclose(w, between.T, atol=1e-9)
    assert np.array_equal(w != 0, np.abs(between.T) > 1e-12)


def test_no_lasso_of_many_is_left_uncertified():
    rng = np.random.default_rng(1)
    signal = (np.arange(80) < 3).astype(float)
    for lam in (0.01, 1.0, 10.0):
        X = rng.standard_normal((1000, 20, 80))
        w, gap = lasso.lasso(X, X @ signal + 0.5 * rng.standard_normal((1000, 20)), lam)
        assert (gap < 1e-12).all()
        assert (w != 0).sum(-1).max() <= 20


def test_a_design_of_zeros_and_equal_columns():
    X, y = np.zeros((2, 3, 2)), np.ones((2, 3))
    X[1] = 1.0
    w, gap = lasso.lasso(X, y, 0.1)
    assert (gap < 1e-12).all()
    assert not w[0].any()
    assert w[1].sum() == pytest.approx((3 - 0.1) / 3)


def test_the_gap_of_the_lasso_is_primal_less_dual():
    rng = np.random.default_rng(2)
    X, y, lam = rng.standard_normal((5, 9, 12)), rng.standard_normal((5, 9)), 0.7
    w, gap = proximal.accelerated_lasso(X, y, lam, target=1e-3)
    for a, b, c, g in zip(X, y, w, gap, strict=True):
        residual = b - a @ c
        theta = residual * min(1.0, lam / np.abs(a.T @ residual).max())
        primal = 0.5 * residual @ residual + lam * np.abs(c).sum()
        dual = 0.5 * b @ b - 0.5 * np.sum((b - theta) ** 2)
        assert g == pytest.approx((primal - dual) / (0.5 * b @ b), rel=1e-9)


# --- least l_p norms --------------------------------------------------------------------------------------------------


def test_the_least_power_norm_at_two_is_the_pseudo_inverse(make_rng):
    rng = make_rng(2)
    X, y = rng.standard_normal(size=(3, 6, 20)), rng.standard_normal(size=(3, 6))
    w, gap = (to_host(a) for a in power_norm.least_power_norm(X, y, 2.0))
    assert (gap < 1e-12).all()
    np.testing.assert_allclose(w, (np.linalg.pinv(to_host(X)) @ to_host(y)[..., None])[..., 0], rtol=1e-10)


@pytest.mark.parametrize("p", [1.05, 1.3, 1.8])
@pytest.mark.parametrize(("n", "d"), [(1, 5), (6, 6), (6, 7), (5, 30)])
def test_least_power_norms_against_a_quasi_newton_search(make_rng, n, d, p):
    # Over the null space, from the pseudo-inverse: none is shorter, and by the gap none can be.
    rng = make_rng(n + d)
    X, y = rng.standard_normal(size=(2, n, d)), rng.standard_normal(size=(2, n))
    w, gap = (to_host(a) for a in power_norm.least_power_norm(X, y, p))
    assert (gap < 1e-11).all()
    for a, b, c in zip(to_host(X), to_host(y), w, strict=True):
        assert np.abs(a @ c - b).max() < 1e-11 * np.abs(b).max() * d
        null, start = scipy.linalg.null_space(a), np.linalg.pinv(a) @ b
        if null.shape[1] == 0:
            continue
        found = scipy.optimize.minimize(
            lambda z, null=null, start=start: np.sum(np.abs(start + null @ z) ** p),
            np.zeros(null.shape[1]),
            jac=lambda z, null=null, start=start: p * null.T @ (
                np.sign(start + null @ z) * np.abs(start + null @ z) ** (p - 1)
            ),
            method="BFGS",
        ).fun ** (1 / p)  # fmt: skip
        least = np.sum(np.abs(c) ** p) ** (1 / p)
        assert least <= found * (1 + 1e-11)
        assert found <= least * 1.02


def test_no_least_power_norm_of_many_is_left_uncertified():
    # Square systems too, where Newton's method on the dual stalls.
    rng = np.random.default_rng(4)
    for n, d in ((12, 12), (12, 14), (20, 80)):
        X, y = rng.standard_normal((200, n, d)), rng.standard_normal((200, n))
        for p in (1.5, 1.2, 1.05):
            assert (power_norm.least_power_norm(X, y, p).gap < 1e-11).all()


def test_between_basis_pursuit_and_least_squares():
    rng = np.random.default_rng(9)
    X, y = rng.standard_normal((1, 10, 30)), rng.standard_normal((1, 10))
    norms = [np.abs(power_norm.least_power_norm(X, y, p).w).sum() for p in (1.01, 1.1, 1.5, 2.0)]
    least = np.abs(interior_point.basis_pursuit(X, y).w).sum()
    assert np.all(np.diff([least, *norms]) > 0)
    assert norms[0] == pytest.approx(least, rel=0.02)


@pytest.mark.parametrize("p", [1.0, 2.5, math.nan])
def test_powers_outside_and_too_many_rows_are_refused(p):
    with pytest.raises(ValueError, match="p = "):
        power_norm.least_power_norm(np.ones((1, 1, 2)), np.ones((1, 1)), p)
    with pytest.raises(ValueError, match="X = "):
        power_norm.least_power_norm(np.ones((1, 3, 2)), np.ones((1, 3)), 1.5)
    same = np.ones((1, 2, 3))
    assert not power_norm.least_power_norm(same, np.asarray([[1.0, 2.0]]), 1.5).gap[0] < 1e-6


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
