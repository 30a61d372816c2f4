"""Formulas of explanations against brute force, mpmath, quadrature and exact small cases."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from scipy.optimize import minimize

from theory import explanations as ex


def rng(seed=0):
    return np.random.default_rng(seed)


def problem(d, seed=0):
    r = rng(seed)
    G = r.standard_normal((d, 2 * d))
    return r.standard_normal(d), r.standard_normal(d), G @ G.T / d, r.standard_normal(d)


# --- distortion ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keep", [[], [0], [3, 1], [0, 1, 2, 3]])
def test_conditional_distortion_by_the_precision_matrix(keep):
    w, mu, Sigma, x = problem(4)
    rest = [i for i in range(4) if i not in keep]
    precision = np.linalg.inv(Sigma)
    V = np.linalg.inv(precision[np.ix_(rest, rest)])
    m = mu[rest] - V @ precision[np.ix_(rest, keep)] @ (x[keep] - mu[keep])
    expected = (w[rest] @ (x[rest] - m)) ** 2 + w[rest] @ V @ w[rest]
    assert ex.rde_distortion(w, mu, Sigma, x, keep) == pytest.approx(expected, abs=1e-12)
    assert ex.rde_average(w, Sigma, keep) == pytest.approx(2 * w[rest] @ V @ w[rest], abs=1e-12)


def test_marginal_distortion_and_its_average_by_quadrature():
    w, mu, Sigma, x = problem(2)
    nodes, weights = np.polynomial.hermite_e.hermegauss(20)
    weights = weights / weights.sum()
    redraw = mu[1] + math.sqrt(Sigma[1, 1]) * nodes
    assert ex.rde_distortion(w, mu, Sigma, x, [0], "marginal") == pytest.approx(
        np.sum(weights * (w[1] * (x[1] - redraw)) ** 2)
    )
    L = np.linalg.cholesky(Sigma)
    total = sum(
        a * b * ex.rde_distortion(w, mu, Sigma, mu + L @ [u, v], [0], mode)
        for (a, u), (b, v) in itertools.product(zip(weights, nodes, strict=True), repeat=2)
        for mode in ["marginal"]
    )
    assert ex.rde_average(w, Sigma, [0], "marginal") == pytest.approx(total)


def test_the_order_of_keep_does_not_matter_and_everything_kept_costs_nothing():
    w, mu, Sigma, x = problem(5)
    assert ex.rde_distortion(w, mu, Sigma, x, [4, 0, 2]) == pytest.approx(ex.rde_distortion(w, mu, Sigma, x, [0, 2, 4]))
    for mode in ("conditional", "marginal"):
        assert ex.rde_distortion(w, mu, Sigma, x, range(5), mode) == 0
        assert ex.rde_average(w, Sigma, np.arange(5), mode) == 0
        assert ex.rde_average(w, Sigma, [], mode) == pytest.approx(2 * w @ Sigma @ w)


def test_a_singular_block_has_its_pseudo_inverse():
    """The second coordinate repeats the first: keeping both is keeping one."""
    G = np.array([[1.0, 0.0], [1.0, 0.0], [0.6, 0.8]])
    w, mu, x = np.ones(3), np.zeros(3), np.array([1.0, 1.0, 2.0])
    assert ex.rde_distortion(w, mu, G @ G.T, x, [0, 1]) == pytest.approx((2 - 0.6) ** 2 + 0.64)
    assert ex.rde_average(w, np.zeros((3, 3)), [0]) == 0


def test_best_subset_by_enumeration_and_ties():
    w, sigma2 = rng(1).standard_normal(7), rng(2).random(7)
    for k in range(8):
        found = ex.rde_best_subset(w, sigma2, k)
        costs = {keep: ex.rde_average(w, np.diag(sigma2), keep) for keep in itertools.combinations(range(7), k)}
        assert tuple(found.indices) == min(costs, key=costs.get)
        assert found.distortion == pytest.approx(min(costs.values()))
    assert ex.rde_best_subset([1, -1, 1], [1, 1, 1], 2).indices.tolist() == [0, 1]
    assert ex.rde_best_subset([1.0, 3.0, -0.6, 2.0, 0.8], [1.0, 0.2, 3.0, 0.5, 0.9], 1).indices.tolist() == [3]


def test_soft_mask_by_bounded_quasi_newton():
    w, sigma2, lam = rng(3).standard_normal(6), rng(4).random(6), 0.4

    def objective(s):
        return 2 * np.sum((1 - s) ** 2 * w**2 * sigma2) + lam * s.sum()

    def slope(s):
        return -4 * (1 - s) * w**2 * sigma2 + lam

    options = {"ftol": 1e-16, "gtol": 1e-12}
    found = minimize(objective, np.full(6, 0.5), jac=slope, bounds=[(0, 1)] * 6, method="L-BFGS-B", options=options)
    np.testing.assert_allclose(ex.rde_soft_mask(w, sigma2, lam), found.x, atol=1e-6)
    np.testing.assert_array_equal(ex.rde_soft_mask([0.0, 1.0, 1.0], [1.0, 0.0, 1.0], 0.0), [0, 0, 1])


# --- Haar ------------------------------------------------------------------------------------------------------------


def haar_matrix(n):
    """Every basis image, by its definition."""
    rows = [np.full((n, n), 1 / n)]
    side = n
    while side > 1:
        h = side // 2
        for i, j in itertools.product(range(0, n, side), repeat=2):
            for top, left, corner in ((1, -1, -1), (-1, 1, -1), (-1, -1, 1)):
                image = np.zeros((n, n))
                image[i : i + h, j : j + h] = 1
                image[i : i + h, j + h : j + side] = top
                image[i + h : i + side, j : j + h] = left
                image[i + h : i + side, j + h : j + side] = corner
                rows.append(image / side)
        side = h
    return np.array([row.ravel() for row in rows])


def test_haar_is_the_orthonormal_basis_of_squares():
    x = rng().standard_normal((8, 8))
    basis = haar_matrix(8)
    np.testing.assert_allclose(basis @ basis.T, np.eye(64), atol=1e-14)
    details, average = ex.haar2(x)
    mine = np.concatenate([average.ravel(), *[level.ravel() for level in details]])
    np.testing.assert_allclose(np.sort(np.abs(mine)), np.sort(np.abs(basis @ x.ravel())), atol=1e-13)
    np.testing.assert_allclose(average, [[8 * x.mean()]])
    np.testing.assert_allclose(ex.ihaar2((details, average)), x, atol=1e-14)
    a, b, c, d = x[0, 0], x[0, 1], x[1, 0], x[1, 1]
    np.testing.assert_allclose(details[0][:, 0, 0], np.array([a - b + c - d, a + b - c - d, a - b - c + d]) / 2)
    assert ex.haar2([[3.0]]).average.tolist() == [[3.0]]
    assert ex.ihaar2(ex.haar2([[3.0]])).tolist() == [[3.0]]


def test_pixel_masks_by_all_sixteen():
    x, p = np.array([[1.0, 1.0], [2.0, 1.0]]), 0.3
    energy, edges = 0.0, 0.0
    for bits in itertools.product((0, 1), repeat=4):
        mask = np.reshape(bits, (2, 2))
        chance = np.prod(np.where(mask, p, 1 - p))
        y = x * mask
        energy += chance * np.sum(ex.haar2(y).details[0] ** 2)
        edges += chance * (float(y[0, 0] != y[0, 1]) + float(y[0, 1] != y[1, 1]))
    assert ex.pixel_mask_energy(x, p, 1) == pytest.approx(energy)
    assert ex.pixel_mask_new_edges(x, p) == pytest.approx(edges)


def test_energies_and_the_average_make_the_whole():
    x, p = rng().standard_normal((16, 16)), 0.4
    n2, total = 256, np.sum(x**2)
    average = p**2 * x.sum() ** 2 / n2 + p * (1 - p) * total / n2
    assert sum(ex.pixel_mask_energy(x, p, j) for j in range(1, 5)) + average == pytest.approx(p * total)


def test_zeros_make_no_edge_and_rectangles_are_taken():
    assert ex.pixel_mask_new_edges(np.zeros((3, 5)), 0.5) == 0
    assert ex.pixel_mask_new_edges(np.ones((1, 4)), 0.25) == pytest.approx(2 * 0.25 * 0.75 * 3)


# --- wavelets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("p", [1, 2, 3, 5, 8, 12])
def test_filters_against_mpmath(p):
    mpmath.mp.dps = 60
    top = math.comb(2 * p - 2, p - 1)
    companion = mpmath.matrix(p - 1, p - 1)
    for k in range(p - 1):
        companion[0, k] = -mpmath.mpf(math.comb(2 * p - 3 - k, p - 2 - k)) / top
        if k:
            companion[k, k - 1] = 1
    y = mpmath.eig(companion, left=False, right=False) if p > 1 else []
    poly = [mpmath.mpf(1)]
    roots = [-1] * p
    for v in y:
        half = 1 - 2 * v
        z = half + mpmath.sqrt(half**2 - 1)
        roots.append(z if abs(z) < 1 else 1 / z)
    for r in roots:
        poly = [a - r * b for a, b in zip([*poly, 0], [0, *poly], strict=True)]
    total = sum(poly)
    expected = [float(mpmath.re(c / total * mpmath.sqrt(2))) for c in poly]
    mpmath.mp.dps = 15
    np.testing.assert_allclose(ex.daubechies(p), expected, rtol=1e-9, atol=1e-15)


def test_the_second_filter_in_closed_form():
    r = math.sqrt(3)
    np.testing.assert_allclose(
        ex.daubechies(2), np.array([1 + r, 3 + r, 3 - r, 1 - r]) / (4 * math.sqrt(2)), rtol=1e-14
    )


@pytest.mark.parametrize(("p", "levels", "n"), [(1, 3, 8), (2, 2, 4), (3, 2, 32), (6, 1, 6)])
def test_the_transform_is_orthonormal_even_where_the_filter_wraps(p, levels, n):
    rows = []
    for unit in np.eye(n):
        details, average = ex.wavelet1(unit, p, levels)
        rows.append(np.concatenate([*details, average]))
    np.testing.assert_allclose(np.array(rows) @ np.array(rows).T, np.eye(n), atol=1e-13)
    x = rng().standard_normal(n)
    np.testing.assert_allclose(ex.iwavelet1(ex.wavelet1(x, p, levels), p), x, atol=1e-13)


@pytest.mark.parametrize(("p", "levels"), [(1, 3), (2, 2), (3, 2)])
def test_the_margin_is_the_reach_of_the_coarsest_wavelet(p, levels):
    n = 256
    zero = ex.wavelet1(np.zeros(n), p, levels)
    details = [level.copy() for level in zero.details]
    details[-1][3] = 1.0
    support = np.flatnonzero(np.abs(ex.iwavelet1((tuple(details), zero.average), p)) > 1e-13)
    assert support[-1] - support[0] == ex.influence_margin(p, levels)


def test_a_staircase_by_block_means():
    x = 0.5 * np.arange(64)
    means = np.repeat(x.reshape(-1, 8).mean(axis=1), 8)
    assert np.abs(x - means).max() == pytest.approx(ex.haar_ramp_change(-0.5, 3))
    best = 0.0
    details, average = ex.wavelet1(x, 1, 3)
    for seed in range(300):
        r = rng(seed)
        masked = tuple(d * r.integers(0, 2, d.size) for d in details)
        best = max(best, np.abs(ex.iwavelet1((masked, average), 1) - x).max())
    assert best <= ex.haar_ramp_change(0.5, 3) + 1e-12


# --- finite precision ------------------------------------------------------------------------------------------------


def test_unseen_radius_in_fractions_and_its_limit():
    assert ex.unseen_radius(4, -2, 0.0) ** 2 == pytest.approx(float(4 * (1 - Fraction(1, 4))))
    values = ex.unseen_radius([2, 3, 8], [1.0, 2.0, 1.5], [0.001, 0.1, 0.01])
    np.testing.assert_allclose(values, [0.7064004, 1.4845392, 1.3892292], atol=5e-8)


def test_no_point_does_better_on_the_worst_or_on_average():
    n, y, eps = 4, 1.3, 0.2
    points = y / (1 + eps) * np.eye(n)

    def errors(z):
        return np.linalg.norm(points - z, axis=1)

    ball = minimize(
        lambda v: v[-1], rng().random(n + 1), method="SLSQP", options={"ftol": 1e-14, "maxiter": 500},
        constraints={"type": "ineq", "fun": lambda v: v[-1] - errors(v[:-1])},
    )  # fmt: skip
    middle = minimize(lambda z: errors(z).mean(), rng().random(n), method="BFGS")
    assert ball.fun == pytest.approx(ex.unseen_radius(n, y, eps), rel=1e-9)
    assert middle.fun == pytest.approx(ex.unseen_radius(n, y, eps), rel=1e-9)


def test_the_gain_is_that_of_the_matrix():
    A = rng().standard_normal((3, 5))
    u, s, v = np.linalg.svd(A, full_matrices=False)
    lam = 0.3
    Psi = A.T @ np.linalg.inv(A @ A.T + lam * np.eye(3))
    np.testing.assert_allclose(np.linalg.norm(Psi @ u, axis=0), ex.tikhonov_gain(s, lam))
    for k in range(3):
        x = v[k]
        error = np.linalg.norm(Psi @ A @ x - x)
        bound = ex.lipschitz_lower_bound(1.0, np.linalg.norm(A @ x), error, 0.0)
        assert bound == pytest.approx(ex.tikhonov_gain(s[k], lam))
    assert ex.lipschitz_lower_bound(1.0, 0.1, 2.0, 0.0) == 0


# --- refusals --------------------------------------------------------------------------------------------------------

EYE = np.eye(3)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: ex.rde_distortion([1, 1, 1], [0, 0, 0], EYE, [1, 1, 1], [0, 0]), "keep"),
        (lambda: ex.rde_distortion([1, 1, 1], [0, 0, 0], EYE, [1, 1, 1], [3]), "keep"),
        (lambda: ex.rde_distortion([1, 1, 1], [0, 0, 0], EYE, [1, 1, 1], [-1]), "keep"),
        (lambda: ex.rde_distortion([1, 1, 1], [0, 0, 0], EYE, [1, 1, 1], [0.5]), "keep"),
        (lambda: ex.rde_distortion([1, 1, 1], [0, 0, 0], EYE, [1, 1, 1], [0], "joint"), "mode"),
        (lambda: ex.rde_distortion([1, 1], [0, 0], EYE, [1, 1], [0]), "Sigma"),
        (lambda: ex.rde_average([1, 1], [[1, 0.5], [0.4, 1]], [0]), "Sigma"),
        (lambda: ex.rde_average([1, 1], [[1, 2], [2, 1]], [0]), "Sigma"),
        (lambda: ex.rde_best_subset([1, 1], [1, 1], 3), "k"),
        (lambda: ex.rde_best_subset([1, 1], [1, -1], 1), "sigma2"),
        (lambda: ex.rde_soft_mask([1], [1], -1), "lam"),
        (lambda: ex.haar2(np.ones((3, 3))), "x"),
        (lambda: ex.haar2(np.ones((2, 4))), "x"),
        (lambda: ex.ihaar2(((np.ones((3, 2, 2)),), np.ones((1, 1)))), "coefs"),
        (lambda: ex.ihaar2(np.ones((2, 2))), "coefs"),
        (lambda: ex.pixel_mask_energy(np.ones((4, 4)), 0.5, 3), "level"),
        (lambda: ex.pixel_mask_energy(np.ones((4, 4)), 1.5, 1), "p"),
        (lambda: ex.pixel_mask_new_edges(np.ones(4), 0.5), "x"),
        (lambda: ex.daubechies(0), "p"),
        (lambda: ex.wavelet1(np.ones(12), 2, 3), "x"),
        (lambda: ex.iwavelet1(((np.ones(4), np.ones(3)), np.ones(3)), 2), "coefs"),
        (lambda: ex.unseen_radius(1, 1.0, 0.1), "n"),
        (lambda: ex.unseen_radius(2, 1.0, -0.1), "eps"),
        (lambda: ex.lipschitz_lower_bound(1, 0, 0, 0), "data_gap"),
    ],
)
def test_bad_arguments_are_named(call, name):
    with pytest.raises(ValueError, match=rf"^{name} = "):
        call()
