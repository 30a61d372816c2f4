"""Formulas of random networks as sketches against mpmath, double integrals, exact moments and the slow way."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from scipy import integrate

from theory import concept_sketching as cs

ANGLES = (0.0, 1e-7, 0.3, 1.2, 2.5, 3.1, math.pi)


def rng(seed=0):
    return np.random.default_rng(seed)


def at(t, a=1.0, b=1.0):
    return [a, 0.0], [b * math.cos(t), b * math.sin(t)]


def J(order, t):
    s, c = mpmath.sin(t), mpmath.cos(t)
    return (mpmath.pi - t, s + (mpmath.pi - t) * c, 3 * s * c + (mpmath.pi - t) * (1 + 2 * c * c))[order]


# --- one layer -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("t", [0.3, 1.2, 2.5, 3.1])
def test_kernels_by_the_integral_over_directions(order, t):
    """Twice the mean of powers: 2 E[r^(2q)] (2 pi)^-1 times the integral of (cos a cos(a - t))^q, E r^(2q) = 2^q q!."""
    radial = 2**order * math.factorial(order)
    area = integrate.quad(lambda a: (math.cos(a) * math.cos(a - t)) ** order, t - math.pi / 2, math.pi / 2)[0]
    x, y = at(t, 3.0, 0.5)
    assert cs.arccos_kernel(x, y, order) == pytest.approx(radial * area / math.pi * 1.5**order, rel=1e-9)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("t", ANGLES[1:-1])
def test_kernels_and_variance_against_mpmath(order, t):
    x, y = at(t)
    with mpmath.workdps(40):
        angle = mpmath.atan2(mpmath.mpf(y[1]), mpmath.mpf(y[0]))
        assert cs.arccos_kernel(x, y, order) == pytest.approx(float(J(order, angle) / mpmath.pi), rel=3e-13)
        size = (mpmath.mpf(y[0]) ** 2 + mpmath.mpf(y[1]) ** 2) / 7
        exact = size * (2 * J(2, angle) / mpmath.pi - (J(1, angle) / mpmath.pi) ** 2)
        assert cs.kernel_variance(x, y, 7) == pytest.approx(float(exact), rel=3e-13)


def test_parallel_and_opposite_inputs_are_exact():
    x = [0.1, 0.7, -0.3]
    assert cs.simhash_collision(x, [7 * v for v in x]) == 1.0
    assert cs.simhash_collision(x, [-v for v in x]) == 0.0
    assert cs.arccos_kernel(x, [-v for v in x], 1) == 0.0
    assert cs.arccos_kernel(x, x, 1) == pytest.approx(0.59, rel=1e-14)
    assert cs.kernel_variance(x, x, 3) == pytest.approx(5 * 0.59**2 / 3, rel=1e-14)


def test_a_small_angle_is_not_lost():
    assert 1 - cs.simhash_collision([1.0, 0.0], [1.0, 1e-9]) == pytest.approx(1e-9 / math.pi, rel=1e-6)


def test_the_variance_is_of_one_neuron_over_m():
    """E of the product and its square by a two-dimensional integral over a neuron's weights."""
    x, y = at(1.2, 2.0, 0.5)

    def moment(k):
        def inner(v, u):
            product = max(u * x[0], 0) * max(u * y[0] + v * y[1], 0)
            return (2 * product) ** k * math.exp(-(u * u + v * v) / 2) / (2 * math.pi)

        return integrate.dblquad(inner, 0, 9, lambda u: -u * y[0] / y[1], 9, epsabs=1e-9)[0]

    assert cs.arccos_kernel(x, y, 1) == pytest.approx(moment(1), rel=1e-6)
    assert cs.kernel_variance(x, y, 5) == pytest.approx((moment(2) - moment(1) ** 2) / 5, rel=1e-5)


# --- depth -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rho0", [-1.0, -0.999, -0.3, 0.0, 0.7, 1 - 1e-10])
def test_depth_against_mpmath(rho0):
    with mpmath.workdps(40):
        rho, found = mpmath.mpf(rho0), [float(mpmath.mpf(rho0))]
        left = [1 - rho]
        for _ in range(60):
            rho = J(1, mpmath.acos(rho)) / mpmath.pi
            found.append(float(rho))
            left.append(1 - rho)
        np.testing.assert_allclose(cs.depth_correlation(rho0, 60), found, atol=1e-15)
        for depth in (0, 1, 7, 60):
            assert cs.depth_distance(rho0, depth) == pytest.approx(float(left[depth]), rel=1e-13)


def test_ends_of_depth():
    assert cs.depth_correlation(-1.0, 1)[1] == pytest.approx(0.0, abs=1e-15)
    assert (cs.depth_correlation(1.0, 3) == 1.0).all()
    assert cs.depth_distance(1.0, 5) == 0.0
    assert (cs.depth_correlation(0.1, 0) == [0.1]).all()


def test_the_asymptote_misses_by_one_over_depth():
    gaps = [l * (cs.depth_distance(0.0, l) / cs.depth_asymptote(l) - 1) for l in (1_000, 10_000, 100_000)]
    assert abs(gaps[2] - gaps[1]) < abs(gaps[1] - gaps[0]) < 0.2
    plain = [l * (cs.depth_distance(0.0, l) * l * l / (4.5 * math.pi**2) - 1) for l in (10_000, 100_000)]
    # Without the logarithm the gap times l grows by 3 log 10 a decade, up to the next order, ten times log^2 l/l.
    assert np.diff(plain)[0] == pytest.approx(-3 * math.log(10), abs=10 * math.log(10_000) ** 2 / 10_000)


def test_the_contracts_numbers():
    assert cs.depth_correlation(0.0, 3)[3] == pytest.approx(0.60483, abs=5e-6)
    ratios = [cs.depth_distance(0.0, l) * l * l / (4.5 * math.pi**2) for l in (200, 2000)]
    np.testing.assert_allclose(ratios, [0.8865, 0.9844], atol=5e-5)
    found = [cs.arccos_kernel(*at(t), 1) for t in (0.3, 1.2, 2.5)]
    np.testing.assert_allclose(found, [0.9582, 0.5206, 0.02689], atol=5e-5)
    np.testing.assert_allclose([cs.kernel_variance(*at(t), 1) for t in (0.3, 1.2)], [4.732, 1.935], atol=5e-4)


# --- sets ------------------------------------------------------------------------------------------------------------


def test_set_kernels_pair_by_pair():
    S, T = rng().standard_normal((5, 3)), rng(1).standard_normal((4, 3))
    brute = np.mean([cs.arccos_kernel(x, y, 1) for x, y in itertools.product(S, T)])
    assert cs.set_kernel(S, T) == pytest.approx(brute, rel=1e-13)
    assert cs.set_kernel(T, S) == pytest.approx(brute, rel=1e-13)
    padded = np.vstack([S, np.zeros((5, 3))])
    assert cs.set_kernel(padded, T) == pytest.approx(brute / 2, rel=1e-13)
    distance = cs.set_kernel(S, S) + cs.set_kernel(T, T) - 2 * brute
    assert cs.set_distance(S, T) == pytest.approx(distance, rel=1e-12)
    assert cs.linear_distance(S, T) == pytest.approx(np.sum((S.mean(0) - T.mean(0)) ** 2), rel=1e-13)
    cosine = brute / math.sqrt(cs.set_kernel(S, S) * cs.set_kernel(T, T))
    assert cs.sketch_collision(S, T) == pytest.approx(1 - math.acos(cosine) / math.pi, rel=1e-12)


def test_single_points_and_scale():
    x, y = rng().standard_normal((2, 4))
    assert cs.set_kernel([x], [y]) == pytest.approx(cs.arccos_kernel(x, y, 1), rel=1e-14)
    S, T = rng(2).standard_normal((2, 6, 3))
    assert cs.sketch_collision(1e40 * S, 1e-30 * T) == pytest.approx(cs.sketch_collision(S, T), rel=1e-12)
    assert cs.sketch_collision(S, S) == 1.0
    assert cs.set_kernel(np.zeros((2, 3)), S) == 0.0


# --- many in one -----------------------------------------------------------------------------------------------------


def _own(d, D, kept):
    """E|R'BRx - x|^2/|x|^2 from fourth moments of a Haar frame, by exact fractions, at q = kept/D."""
    q = Fraction(kept, D)
    pairs = Fraction(kept * (kept - 1), D * (D - 1))  # that two given coordinates are kept
    same = Fraction(d + 2, D * (D + 2))  # E |r|^2 (r.x)^2 of a row r of the frame
    both = (1 - D * same) / (D * (D - 1))  # E r.s (r.x)(s.x) of two rows, from R'R = 1
    return float((D * q * same + D * (D - 1) * pairs * both) / q**2 - 1)


@pytest.mark.parametrize(("d", "D", "kept"), [(1, 2, 1), (1, 12, 6), (4, 12, 3), (12, 12, 5), (7, 30, 30)])
def test_the_own_term_from_moments_of_frames(d, D, kept):
    assert cs.sketch_error(d, D, kept / D, 3.0, 0.0) == pytest.approx(3 * _own(d, D, kept), rel=1e-12, abs=1e-15)


def test_full_rotations_lose_exactly_what_is_erased():
    """d = D: the error of a known vector is that of erasing coordinates of a random direction, (1 - q)/q."""
    assert cs.sketch_error(9, 9, 1 / 3, 1.0, 0.0) == pytest.approx(2.0, rel=1e-14)
    assert cs.sketch_error(9, 9, 1 / 3, 1.0, 0.0, "independent") == pytest.approx(2.0, rel=1e-14)


def test_errors_by_drawing_frames():
    d, D, kept = 3, 8, 4
    frames = np.linalg.qr(rng().standard_normal((40_000, D, d)))[0]
    x = np.array([1.0, -2.0, 0.5])
    read = np.einsum("tki,tkj,j->ti", frames[:, :kept], frames[:, :kept], x) * D / kept
    errors = np.sum((read - x) ** 2, axis=1)
    found = cs.sketch_error(d, D, kept / D, float(x @ x), 0.0)
    assert abs(errors.mean() - found) < 5 * errors.std() / 200


def test_the_contracts_errors():
    assert cs.sketch_error(4, 12, 1.0, 2.25, 6.25) == pytest.approx(2.0833, abs=5e-5)
    assert cs.sketch_error(4, 12, 1.0, 5.0, 2.0) == pytest.approx(2 / 3)
    assert cs.sketch_error(4, 12, 0.5, 0.0, 2.0) == pytest.approx(4 / 3)
    assert cs.two_level_error(8, 60, 15.0) == pytest.approx(2.0)
    assert cs.sketch_error(1, 1, 1.0, 3.0, 2.0) == 2.0
    assert cs.sketch_error(1, 1, 0.5, 3.0, 2.0, "independent") == 7.0


# --- domains ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "arguments", "name"),
    [
        (cs.arccos_kernel, ([0.0, 0.0], [1.0, 0.0], 1), "x"),
        (cs.arccos_kernel, ([1.0, 0.0], [1.0, 0.0, 0.0], 1), "y"),
        (cs.arccos_kernel, ([1.0], [1.0], 3), "order"),
        (cs.kernel_variance, ([1.0], [0.0], 3), "y"),
        (cs.simhash_collision, ([1.0, math.nan], [1.0, 0.0]), "x"),
        (cs.depth_correlation, (1.1, 3), "rho0"),
        (cs.depth_distance, (0.0, -1), "depth"),
        (cs.depth_asymptote, (0,), "depth"),
        (cs.set_kernel, ([[1.0, 2.0]], [[1.0]]), "T"),
        (cs.sketch_collision, ([[0.0, 0.0]], [[1.0, 0.0]]), "S"),
        (cs.sketch_error, (13, 12, 1.0, 1.0, 0.0), "d"),
        (cs.sketch_error, (4, 12, 0.0, 1.0, 0.0), "q"),
        (cs.sketch_error, (1, 1, 0.5, 1.0, 0.0), "q"),
        (cs.sketch_error, (4, 12, 0.5, 1.0, 0.0, "random"), "erasure"),
        (cs.two_level_error, (5, 4, 1.0), "d"),
    ],
)
def test_bad_input_is_named(function, arguments, name):
    with pytest.raises(ValueError, match=rf"\b{name} = "):
        function(*arguments)
