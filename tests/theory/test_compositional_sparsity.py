"""Errors by fine grids, dynamic programmes by brute force, counts by enumeration."""

from __future__ import annotations

import itertools
import math

import mpmath
import numpy as np
import pytest

import theory.compositional_sparsity as T
from theory import fourier_risk


@pytest.mark.parametrize("m", [1, 2, 5, 9])
def test_square_by_depth(m):
    x = np.linspace(0, 1, 2 ** (m + 4) + 1)
    error = x - sum(4.0**-s * T.sawtooth(x, s) for s in range(1, m + 1)) - x * x
    assert np.abs(error).max() == pytest.approx(T.square_deep_error(m), rel=1e-9)


def test_units_are_the_smallest():
    for eps in (0.3, 0.25, 4.0**-5, 1 / 392, 1e-3, 7.7e-9, 1 / (8 * 10_007**2)):
        deep, shallow = T.units_for_error(eps, "deep"), T.units_for_error(eps, "shallow")
        assert T.square_deep_error(deep // 2) <= eps
        assert deep == 0 or T.square_deep_error(deep // 2 - 1) > eps
        assert T.square_shallow_error(shallow + 1) <= eps
        assert shallow == 0 or T.square_shallow_error(shallow) > eps
    assert T.units_for_error(1e-28, "shallow") > 1e13


def test_sawtooth_by_its_distance_to_integers():
    x = np.linspace(0, 1, 1001)
    for k in (1, 3, 6):
        scaled = x * 2 ** (k - 1)
        np.testing.assert_allclose(T.sawtooth(x, k), 2 * np.abs(scaled - np.round(scaled)), atol=1e-12)


def test_best_pieces_by_enumeration():
    """All breakpoints of the grid, each piece by least squares on a fine grid of quadrature nodes."""
    k, n = 1, 16
    nodes, weights = np.polynomial.legendre.leggauss(6)
    x = np.concatenate([(i + (nodes + 1) / 2) / n for i in range(n)])
    w = np.tile(weights / (2 * n), n)
    y = T.sawtooth(x, k)

    def cost(i, j):
        inside = slice(6 * i, 6 * j)
        A = np.stack([np.ones(6 * (j - i)), x[inside]], axis=1) * np.sqrt(w[inside])[:, None]
        b = y[inside] * np.sqrt(w[inside])
        return float(np.sum((b - A @ np.linalg.lstsq(A, b, rcond=None)[0]) ** 2))

    assert T.sawtooth_best_l2(k, 1) == pytest.approx(cost(0, n), rel=1e-10)
    assert min(cost(0, i) + cost(i, n) for i in range(1, n)) == pytest.approx(0.0, abs=1e-12)
    k, n = 2, 32
    x = np.concatenate([(i + (nodes + 1) / 2) / n for i in range(n)])
    w = np.tile(weights / (2 * n), n)
    y = T.sawtooth(x, k)
    best = min(cost(0, i) + cost(i, j) + cost(j, n) for i, j in itertools.combinations(range(1, n), 2))
    assert T.sawtooth_best_l2(2, 3) == pytest.approx(best, rel=1e-9)
    assert T.sawtooth_best_l2(2, 4) == 0.0


def test_contracts_numbers():
    found = [T.sawtooth_best_l2(4, P) for P in (1, 2, 4, 6, 8, 12, 16)]
    np.testing.assert_allclose(found, [0.08333, 0.07639, 0.06401, 0.05278, 0.04046, 0.01927, 0.0], atol=6e-6)
    bounds = [T.sawtooth_l2_lower(4, 2 * P - 1) for P in (1, 2)]
    assert all(b <= f for b, f in zip(bounds, found, strict=False))


def test_product_networks():
    x = np.random.default_rng(0).uniform(-1, 1, (50, 3))
    exact = T.product_network(3, np.exp, 1.0, 0.3)(x)
    np.testing.assert_allclose(exact, np.prod(np.sinh(0.3 * x) / 0.3, axis=1), rtol=1e-9)
    cube = T.product_network(3, lambda z: z**3, 6.0, 2.0)(x)
    np.testing.assert_allclose(cube, np.prod(x, axis=1), atol=1e-14)
    errors = [np.abs(T.product_network(3, lambda z: 1 / (1 + np.exp(-z)) + np.exp(0.7 * z), 0.343 - 0.125, lam)(x)
                     - np.prod(x, axis=1)).max() for lam in (0.1, 0.05)]  # fmt: skip
    assert errors[0] / errors[1] == pytest.approx(4.0, rel=0.02)
    # exp(z/2) makes the third derivative vanish: the network of that activation does not converge.
    assert -0.125 + 0.5**3 == 0.0
    with pytest.raises(ValueError, match="dn = 0"):
        T.product_network(3, np.tanh, 0.0, 0.1)


def test_lattice_points_one_by_one():
    for D, M in ((1, 5), (2, 4), (3, 3), (4, 2)):
        points = itertools.product(range(-M, M + 1), repeat=D)
        assert T.lattice_count(D, M) == sum(sum(e * e for e in k) <= M * M for k in points)
    assert T.lattice_count(3, 0) == 1
    with pytest.raises(ValueError, match="M = 500"):
        T.lattice_count(9, 500)


@pytest.mark.parametrize("modes", ["ball", "axes"])
def test_risk_is_that_of_the_shared_formula(modes):
    g2, D, M, n, sigma2 = np.array([0.1, 0.04, 0.01, 0.002]), 2, 3, 70, 0.3
    points = list(itertools.product(range(-4, 5), repeat=D))
    coef2, band = [], []
    for k in points:
        nonzero = [abs(e) for e in k if e]
        coef2.append(g2[nonzero[0] - 1] if len(nonzero) == 1 else 0.0)
        band.append(sum(e * e for e in k) <= M * M if modes == "ball" else len(nonzero) <= 1 and max(map(abs, k)) <= M)
    assert T.projection_risk(g2, D, M, n, sigma2, modes) == pytest.approx(fourier_risk.risk(coef2, band, n, sigma2))
    far = T.projection_risk(g2, D, 6, n, sigma2, modes)
    count = T.lattice_count(D, 6) if modes == "ball" else 25
    assert far == pytest.approx((count * (0.608 + sigma2) - 0.608) / n)


def test_rates_are_the_slopes_of_the_best_cut():
    g2 = np.arange(1, 400.0) ** -3 / 2
    n = [10**5, 10**7]
    best = [min(T.projection_risk(g2, 2, M, one, 0.25, "axes") for M in range(1, 400)) for one in n]
    assert math.log(best[1] / best[0]) / math.log(100) == pytest.approx(T.rate_exponent(1.0, 1), abs=0.01)


def test_parity_bound_by_rank():
    """Any space: the captured energies of an orthonormal family sum to at most the dimension."""
    rng = np.random.default_rng(1)
    d, k, n = 5, 2, 4
    cube = np.array(list(itertools.product((1.0, -1.0), repeat=d)))
    chi = np.stack([np.prod(cube[:, list(S)], axis=1) for S in itertools.combinations(range(d), k)], axis=1)
    V = np.linalg.qr(rng.standard_normal((32, n)))[0]
    captured = np.sum((V.T @ chi) ** 2) / 32 / chi.shape[1]
    assert 1 - captured >= T.kernel_parity_bound(n, d, k)
    inside = np.linalg.qr(chi[:, :n])[0]
    assert 1 - np.sum((inside.T @ chi) ** 2) / 32 / 10 == pytest.approx(T.kernel_parity_bound(n, d, k))
    assert T.kernel_parity_bound(10, 5, 2) == T.kernel_parity_bound(11, 5, 2) == 0.0


def test_recovery_by_counting_matrices():
    """All 2^6 matrices of 3 x 2 bits: those of rank 2 over GF(2)."""
    full = 0
    for bits in itertools.product((0, 1), repeat=6):
        rows = np.reshape(bits, (3, 2))
        solutions = sum(not ((rows @ v) % 2).any() for v in itertools.product((0, 1), repeat=2))
        full += solutions == 1
    assert T.gf2_recovery_prob(3, 2) == pytest.approx(full / 64, rel=1e-14)
    exact = mpmath.fprod(1 - mpmath.mpf(2) ** (i - 2005) for i in range(2000))
    assert T.gf2_recovery_prob(2005, 2000) == pytest.approx(float(exact), rel=1e-13)
    assert T.gf2_recovery_prob(4, 5) == 0.0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: T.square_deep_error(-1), "m = -1"),
        (lambda: T.product_network(2, np.exp, 1.0, 0.1)([1.0, math.nan]), "x = "),
        (lambda: T.product_network(2, np.exp, 1.0, 0.1)([1.0, 2.0, 3.0]), "x = array of shape"),
        (lambda: T.units_for_error(0.1, "wide"), "kind = 'wide'"),
        (lambda: T.units_for_error(0.0, "deep"), "eps = 0"),
        (lambda: T.sawtooth([1.5], 2), "x = "),
        (lambda: T.sawtooth_best_l2(8, 3), "k = 8"),
        (lambda: T.product_network(2, 3.0, 1.0, 0.1), "sigma = 3.0"),
        (lambda: T.deep_units(1), "n = 1"),
        (lambda: T.projection_risk([0.1], 2, 2, 10, 0.1, "cube"), "modes = 'cube'"),
        (lambda: T.kernel_parity_bound(3, 4, 5), "k = 5"),
    ],
)
def test_refusals(call, words):
    with pytest.raises(ValueError, match=words):
        call()
