"""Formulas of structured sparsity against exact values, brute force, other integrals and the slow way."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest

from theory import structured_sparsity as ss


def rng(seed=0):
    return np.random.default_rng(seed)


def by_hand(L, R):
    """The Monarch product, entry by entry."""
    m = len(L)
    M = np.zeros((m * m, m * m), dtype=np.result_type(L, R))
    for l, j, k, i in itertools.product(range(m), repeat=4):
        M[l * m + j, k * m + i] = L[j, l, k] * R[k, j, i]
    return M


# --- Monarch ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [float, complex])
def test_a_monarch_matrix_is_found_again(kind):
    L, R = rng().standard_normal((2, 3, 3, 3)).astype(kind)
    if kind is complex:
        L, R = L + 1j * rng(1).standard_normal(L.shape), R - 1j * rng(2).standard_normal(R.shape)
    M = by_hand(L, R)
    np.testing.assert_allclose(ss.monarch_matrix(L, R), M, rtol=1e-14)
    found = ss.monarch_project(M)
    np.testing.assert_allclose(found.A_hat, M, atol=1e-13)
    np.testing.assert_allclose(by_hand(found.L, found.R), M, atol=1e-13)
    assert ss.monarch_error(M) < 1e-25


@pytest.mark.parametrize("m", [1, 2, 3, 4])
def test_the_projection_is_nearest_and_its_rest_is_the_error(m):
    A = rng(m).standard_normal((m * m, m * m))
    found = ss.monarch_project(A)
    rest = A - found.A_hat
    assert np.sum(rest**2) == pytest.approx(ss.monarch_error(A), abs=1e-13)
    np.testing.assert_allclose(by_hand(found.L, found.R), found.A_hat, atol=1e-13)
    # At the nearest point the rest is orthogonal to every change of one factor.
    for _ in range(5):
        change = rng(9).standard_normal((m, m, m))
        assert np.sum(rest * by_hand(change, found.R)) == pytest.approx(0, abs=1e-12)
        assert np.sum(rest * by_hand(found.L, change)) == pytest.approx(0, abs=1e-12)


def test_counts():
    assert ss.monarch_flops(256) == sum(2 * 16 * 16 for _ in range(16))
    assert [ss.butterfly_nonzeros(n) for n in (2, 4, 64)] == [4, 16, 768]
    assert [ss.flat_butterfly_nonzeros(n) for n in (2, 64)] == [4, 448]


@pytest.mark.parametrize("m", [1, 2, 3, 5, 8])
def test_the_factors_are_those_of_the_transposed_fourier_transform(m):
    n = m * m
    transform = np.fft.fft(np.eye(n))
    order = [b * m + a for a in range(m) for b in range(m)]
    np.testing.assert_allclose(by_hand(*ss.dft_monarch_factors(m)), transform[:, order], atol=1e-12)
    assert ss.monarch_error(transform) == pytest.approx(n * n * (1 - 1 / m), abs=1e-9)


# --- the largest eigenvalue of a Wishart matrix ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("m", "n", "value"),
    [
        (1, None, 1.0), (1, 9, 9.0), (2, None, 2 + math.pi / 2), (3, None, 5 + math.sqrt(3)), (2, 5, 23 / 3),
        (3, 4, 25 / 3), (4, 3, 25 / 3),
    ],
)  # fmt: skip
def test_exact_means(m, n, value):
    assert ss.wishart_top_mean(m, n) == pytest.approx(value, rel=1e-13)


@pytest.mark.parametrize("n", [2, 3, 10, 400])
def test_two_columns_against_the_density_of_trace_and_determinant(n):
    """E lambda_max = n + E (x - y)/2."""
    # Joint density of the two eigenvalues: const (x y)^((n-3)/2) exp(-(x+y)/2) (x - y), x > y.
    # In s = x + y and r = (x - y)/s the two parts: E s = 2n, E r by a Beta integral.
    top = mpmath.quad(lambda r: r * r * (1 - r * r) ** mpmath.mpf((n - 3) / 2), [0, 1])
    whole = mpmath.quad(lambda r: r * (1 - r * r) ** mpmath.mpf((n - 3) / 2), [0, 1])
    assert ss.wishart_top_mean(2, n) == pytest.approx(n + n * float(top / whole), rel=1e-8)


def test_three_columns_against_a_triple_integral():
    """Gauss-Laguerre in the three eigenvalues of n = 4, whose density is a polynomial times exponentials."""
    nodes, weights = np.polynomial.laguerre.laggauss(24)
    # Ordered eigenvalues x = a + b + c, y = b + c, z = c, halved exponents; (xyz)^((n-m-1)/2) = 1.
    a, b, c = 2 * nodes[:, None, None], nodes[None, :, None], 2 / 3 * nodes[None, None, :]
    w = weights[:, None, None] * weights[None, :, None] * weights[None, None, :]
    x, y, z = a + b + c, b + c, c
    density = w * (x - y) * (x - z) * (y - z)
    assert ss.wishart_top_mean(3, 4) == pytest.approx(float(np.sum(density * x) / np.sum(density)), rel=1e-12)


@pytest.mark.parametrize("ratio", [1, 10])
def test_large_sizes_approach_tracy_and_widom_at_order_two_thirds(ratio):
    """With sizes less one half in centre and scale (Ma 2012); with n - 1 and m the order is lower for n >> m."""

    def off(m):
        roots = math.sqrt(ratio * m - 0.5), math.sqrt(m - 0.5)
        scale = sum(roots) * (1 / roots[0] + 1 / roots[1]) ** (1 / 3)
        return (ss.wishart_top_mean(m, ratio * m) - sum(roots) ** 2) / scale + 1.2065335746

    assert abs(off(128)) < 0.02
    assert math.log2(off(32) / off(128)) / 2 == pytest.approx(2 / 3, abs=0.05)


def test_the_gaussian_error_falls_short_of_the_guide():
    for m in (16, 64, 128):
        exact = ss.monarch_gaussian_error(m)
        assert 1 - 4 / m < exact < 1 - 4 / m + 10 * m ** (-5 / 3)
    assert ss.monarch_gaussian_error(1) == pytest.approx(0, abs=1e-14)


def test_the_gaussian_error_of_two_by_two_blocks_is_what_projections_leave():
    errors = [ss.monarch_error(rng(s).standard_normal((4, 4))) / 16 for s in range(4000)]
    assert np.mean(errors) == pytest.approx(ss.monarch_gaussian_error(2), abs=5 * np.std(errors) / 4000**0.5)


def test_the_spread_of_two_by_two_blocks_is_exact():
    """For m = 2: the larger squared singular value's share r = (1 + t)/2, E t = pi/4, E t^2 = 2/3."""
    # r of a 2 x 2 Gaussian: (sigma_1^2 - sigma_2^2)/|G|^2 = t with t^2 = 1 - d^2, d = 2 det G/|G|^2 uniform on (-1, 1).
    variance = (2 / 3 - (math.pi / 4) ** 2) / 4
    assert ss.monarch_gaussian_spread(2) == pytest.approx(math.sqrt(variance * 6 / 18), rel=1e-10)
    assert ss.monarch_gaussian_error(2) == pytest.approx(1 - (1 + math.pi / 4) / 2, rel=1e-12)


# --- butterflies and blocks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lam", [0.05, -0.4, 2.0, 1e-9, 0.0])
@pytest.mark.parametrize("K", [1, 2, 5])
def test_flat_butterflies_against_the_spectrum(K, lam):
    """The swaps commute: their joint eigenvalues are all signs."""
    signs = list(itertools.product((1, -1), repeat=K))
    exact = [math.prod(1 + Fraction(lam) * s for s in row) - 1 - Fraction(lam) * sum(row) for row in signs]
    worst, square = float(max(abs(v) for v in exact)), float(sum(v * v for v in exact))
    assert ss.flat_butterfly_error(K, lam) == pytest.approx(worst, rel=1e-12)
    assert ss.flat_butterfly_error(K, lam, "frobenius2") == pytest.approx(square, rel=1e-12)


def test_block_cover_against_fractions():
    assert ss.block_cover(0.25, 3) == pytest.approx(float(1 - Fraction(3, 4) ** 9), rel=1e-14)
    assert ss.block_cover(1e-12, 4) == pytest.approx(1.6e-11, rel=1e-9)
    assert (ss.block_cover(0.0, 5), ss.block_cover(1.0, 5)) == (0.0, 1.0)
    assert ss.block_cover(0.3, 1) == pytest.approx(0.3)


# --- activations -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("eta", "c"), [(0.3, 0.6), (1.0, 0.3), (1.7, 0.9)])
def test_second_moments_by_enumerated_signs(eta, c):
    found = ss.delta_second_moments(eta, c, 0.7, 0.2, 8)
    states = [(math.sqrt(0.7), math.sqrt(0.2))]
    for t in range(9):
        e2, u2 = (np.mean([s[i] ** 2 for s in states]) for i in range(2))
        assert (found.e2[t], found.u2[t]) == (pytest.approx(e2, rel=1e-12), pytest.approx(u2, rel=1e-12))
        # msg += Q(u), so w - msg = -+c u; then w moves by -eta (e +- c u).
        states = [((1 - eta) * e + eta * s * u, -eta * e + (1 + eta) * s * u) for e, u in states for s in (c, -c)]


@pytest.mark.parametrize("eta", [0.01, 0.3, 1.0, 1.9])
def test_the_critical_noise_has_spectral_radius_one(eta):
    c = ss.delta_critical_c(eta)
    matrix = np.array([[(1 - eta) ** 2, (eta * c) ** 2], [eta**2, ((1 + eta) * c) ** 2]])
    assert max(abs(np.linalg.eigvals(matrix))) == pytest.approx(1, rel=1e-12)


def test_the_floor_is_a_fixed_point():
    eta, c, b = 0.4, 0.7, 1.5
    floor = ss.direct_floor(eta, c, b)
    # e <- (1 - eta) e - eta c xi (e + b), E e = 0.
    assert (1 - eta) ** 2 * floor + (eta * c) ** 2 * (floor + b * b) == pytest.approx(floor)
    assert ss.direct_floor(1.0, 1.0, 1.0) == math.inf
    assert ss.direct_floor(1.9, 0.0, 3.0) == 0.0


def test_moments_overflow_to_infinity_and_not_to_nan():
    found = ss.delta_second_moments(1.0, 1e60, 1.0, 1.0, 20)
    assert found.e2[-1] == found.u2[-1] == math.inf


def test_the_tracking_bound_is_the_geometric_series():
    rest = math.sqrt(1 - 0.3)
    assert ss.tracking_bound(0.3, 2.0) == pytest.approx(2 * sum(rest**k for k in range(1, 400)))
    assert ss.tracking_bound(1.0, 5.0) == 0.0


@pytest.mark.parametrize(
    ("function", "arguments", "name"),
    [
        (ss.monarch_project, (np.ones((3, 3)),), "A"),
        (ss.monarch_project, (np.ones((4, 9)),), "A"),
        (ss.monarch_error, ([[1j, math.nan], [0, 0]],), "A"),
        (ss.monarch_matrix, (np.ones((2, 2, 2)), np.ones((3, 3, 3))), "R"),
        (ss.monarch_flops, (5,), "n"),
        (ss.wishart_top_mean, (200, 300), "m"),
        (ss.butterfly_nonzeros, (12,), "n"),
        (ss.flat_butterfly_nonzeros, (1,), "n"),
        (ss.flat_butterfly_error, (4, 0.1, "frobenius"), "norm"),
        (ss.delta_second_moments, (2.0, 0.1, 1.0, 1.0, 3), "eta"),
        (ss.delta_second_moments, (0.5, -0.1, 1.0, 1.0, 3), "c"),
        (ss.tracking_bound, (0.0, 1.0), "delta"),
    ],
)
def test_bad_input_is_named(function, arguments, name):
    with pytest.raises(ValueError, match=rf"\b{name} = "):
        function(*arguments)
