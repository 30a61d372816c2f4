"""Lottery tickets: quadrature by mpmath, exact small cases, the contract's numbers, and extreme arguments."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
import scipy

from theory import lottery_tickets as lt


def eps_of(lam0, n, ex2=1 / 3):
    """eps at which lam0 of the 2^n sums are expected near their centre."""
    return lam0 * math.sqrt(n * ex2) / 2 * math.sqrt(2 * math.pi) / 2 ** (n + 1)


@pytest.mark.parametrize(("n", "lam0", "u"), [(12, 2, 0.25), (12, 8, 0.0), (20, 32, 1.0), (40, 1e4, 3.0), (9, 0.01, 2)])
def test_hits_by_extended_precision(n, lam0, u):
    def integrand(g):
        return (1 - mpmath.exp(-lam0 * mpmath.exp(-((u - g) ** 2) / 2))) * mpmath.npdf(g)

    exact = float(mpmath.quad(integrand, mpmath.linspace(-12, 12, 49)))
    s = math.sqrt(n / 3) / 2
    assert lt.subset_hit_prob(n, eps_of(lam0, n), u * s) == pytest.approx(exact, rel=1e-9)


def test_values_of_the_contract():
    law = [lt.subset_hit_prob(12, eps_of(lam0, 12), 0.4 / math.sqrt(3)) for lam0 in (2, 8, 32)]
    assert law == pytest.approx([0.7035, 0.9477, 0.9893], abs=5.1e-5)
    assert lt.subset_count_mean(12, 5e-4, 0.7, "normal") == pytest.approx(0.6600, abs=5e-5)
    assert lt.subset_count_mean(12, 5e-4, 0.7, "uniform") == pytest.approx(1.0268, abs=5e-5)
    cover = [lt.subset_cover_prob(n, c * n / 2**n) for n in (12, 16) for c in (1, 2, 4)]
    assert cover == pytest.approx([0.347, 0.766, 0.905, 0.163, 0.707, 0.876], abs=1.1e-3)
    needed = [next(n for n in range(1, 40) if lt.subset_cover_prob(n, eps) >= 1 - eps) for eps in (0.1, 0.01, 0.001)]
    assert needed == [8, 16, 23]
    halves = [[next(n for n in range(1, 40) if law(n, 10.0**-k) >= 0.5) for k in range(2, 7)]
              for law in (lt.subset_hit_prob, lt.subset_cover_prob)]  # fmt: skip
    assert halves == [[7, 11, 14, 18, 21], [11, 15, 18, 22, 26]]


@pytest.mark.parametrize(("n", "c", "L"), [(12, 1.37, 1.5), (30, 2, 1.0), (60, 3, 1.0), (100, 8, 1e-3), (200, 5, 1.0)])
def test_cover_by_brute_quadrature(n, c, L):
    """Covering breaks down within some 1/n in g: a fine trapezoid."""
    eps, s = c * n / 2.0**n, math.sqrt(n / 3) / 2
    g = np.linspace(-9, 9, 100_001)
    top = 2 * c * n / (s * math.sqrt(2 * math.pi))
    nodes, weights = np.polynomial.legendre.leggauss(40)
    holes = np.exp(-top * np.exp(-((L / 2 / s + g) ** 2) / 2))
    for x, w in zip(nodes * L / 2, weights * L / 2, strict=True):
        mean = top * np.exp(-((x / s - g) ** 2) / 2)
        holes += w / (2 * eps) * mean * np.exp(-mean)
    exact = np.exp(-holes - g * g / 2).sum() * (g[1] - g[0]) / math.sqrt(2 * math.pi)
    assert lt.subset_cover_prob(n, eps, L) == pytest.approx(exact, rel=2e-5)


def test_cover_by_adaptive_quadrature():
    n, eps, L, s = 12, 0.004, 1.5, 1.0

    def given(g):
        def mu(z):
            return 2.0**n * math.exp(-((z / s - g) ** 2) / 2) / (s * math.sqrt(2 * math.pi))

        holes = scipy.integrate.quad(lambda z: mu(z) * math.exp(-2 * eps * mu(z)), -L / 2, L / 2, epsrel=1e-8)[0]
        return math.exp(-math.exp(-2 * eps * mu(-L / 2)) - holes - g * g / 2) / math.sqrt(2 * math.pi)

    exact = scipy.integrate.quad(given, -6, 6, epsrel=1e-8)[0]
    assert lt.subset_cover_prob(n, eps, L) == pytest.approx(exact, rel=1e-5)


@pytest.mark.parametrize(("eps", "z"), [(0.1, 0.3), (0.5, 0.3), (1e-9, 0.7), (2.0, 0.1)])
def test_the_mean_count_of_two_items(eps, z):
    def triangle(t):  # the cdf of the sum of two uniform items on [-1, 1]
        t = min(max(t, -2.0), 2.0)
        return 0.5 + t / 2 - t * abs(t) / 8

    one = max(0.0, min(z + eps, 1) - max(z - eps, -1)) / 2
    two = triangle(z + eps) - triangle(z - eps)
    exact = 2 * one + two + (abs(z) <= eps)
    assert lt.subset_count_mean(2, eps, z, "uniform") == pytest.approx(exact, rel=1e-7)
    terms = [c * (mpmath.ncdf((z + eps) / mpmath.sqrt(k)) - mpmath.ncdf((z - eps) / mpmath.sqrt(k)))
             for c, k in ((2, 1), (1, 2))]  # fmt: skip
    assert lt.subset_count_mean(2, eps, z, "normal") == pytest.approx(float(sum(terms)) + (abs(z) <= eps), rel=1e-7)


def test_the_mean_count_tends_to_a_normal_density():
    for dist, ex2 in (("normal", 1.0), ("uniform", 1 / 3)):
        n, eps = 40, 1e-12
        total = math.sqrt(n * ex2 / 2)
        normal = 2.0**n * 2 * eps * math.exp(-0.5 * (0.3 / total) ** 2) / (total * math.sqrt(2 * math.pi))
        assert lt.subset_count_mean(n, eps, 0.3, dist) == pytest.approx(normal, rel=1.5 / n)
    assert lt.subset_count_mean(5, 0.1, 60.0, "normal") >= 0
    assert lt.subset_count_mean(5, 0.1, 60.0, "uniform") == 0


def test_the_next_order_by_draws_of_the_mean_square():
    """Normal items: the mean square is chi-square, and given it the law has a kurtosis; by a plain sum over both."""
    n, eps, z = 12, 0.017, 2.5
    K, s0 = -6 / n, math.sqrt(n) / 2
    g = np.linspace(-10, 10, 4001)
    he4 = g**4 - 6 * g**2 + 3
    phi = np.exp(-g * g / 2) * (1 + K / 24 * he4) / math.sqrt(2 * math.pi) * (g[1] - g[0])

    def given(v):
        x = z / (s0 * math.sqrt(v)) - g
        bump = np.maximum(1 + K / 24 * (x**4 - 6 * x * x + 3), 0)
        rate = 2**n * 2 * eps / (s0 * math.sqrt(2 * math.pi * v)) * np.exp(-x * x / 2) * bump
        return phi @ (1 - np.exp(-rate))

    exact = scipy.integrate.quad(lambda v: given(v) * scipy.stats.chi2.pdf(n * v, n) * n, 1e-3, 6, epsrel=1e-7)[0]
    assert lt.subset_hit_next(n, eps, z, 1.0, 3.0) == pytest.approx(exact, rel=2e-4)


def test_the_next_order_vanishes_like_one_over_n():
    gap = []
    for n in (50, 100, 200):
        s = math.sqrt(n / 3) / 2
        at = (n, 32 * s * math.sqrt(2 * math.pi) / 2.0 ** (n + 1), s)
        gap.append(lt.subset_hit_next(*at) / lt.subset_hit_prob(*at) - 1)
    assert abs(gap[0]) > 1e-3
    assert gap[0] / gap[1] == pytest.approx(2, rel=0.05)
    assert gap[1] / gap[2] == pytest.approx(2, rel=0.05)
    gap = []
    for n in (100, 200):
        at = (n, 2.5 * n * math.sqrt(n / 3) / 2 / 2.0**n, 1.0)
        gap.append(lt.subset_cover_next(*at) / lt.subset_cover_prob(*at) - 1)
    assert gap[0] / gap[1] == pytest.approx(2, rel=0.05)


def test_without_spread_and_kurtosis_the_cover_laws_differ_by_mirrored_gaps():
    """An interval far from the centre holds no gap twice; about the centre half of the gaps are images."""
    n, eps = 12, 0.003
    plain = lt.subset_cover_prob(n, eps, 1e-6)
    assert lt.subset_cover_next(n, eps, 1e-6) == pytest.approx(plain, rel=0.05)
    assert lt.subset_cover_next(n, eps, 3.0) > lt.subset_cover_prob(n, eps, 3.0)


def test_the_gadget_is_two_sides():
    assert lt.relu_gadget_prob(1, 0.1, 0.05) == pytest.approx(lt.subset_hit_prob(1, 0.1, 0.05, 1 / 9))
    assert lt.relu_gadget_prob(1, 0.1, 0.2) == 0.0
    h = [0.0] + [lt.subset_hit_prob(m, 0.01, 0.3, 1 / 9) for m in range(1, 8)]
    direct = sum(math.comb(7, m) * h[m] * h[7 - m] for m in range(8)) / 2**7
    assert lt.relu_gadget_prob(7, 0.01, 0.3) == pytest.approx(direct)
    assert lt.relu_gadget_prob(10_000, 0.01, 0.3) == pytest.approx(1)


def test_single_weights_at_the_edge_and_beyond():
    assert lt.pick_one_prob(1, 0.1, 0.95) == pytest.approx(0.075)
    assert lt.pick_one_prob(1, 0.1, 1.05) == pytest.approx(0.025)
    assert lt.pick_one_prob(9, 0.1, 1.1) == 0.0
    assert lt.pick_one_prob(1, 3.0, 0.2) == 1.0
    assert lt.pick_one_prob(1, 1e-12) == pytest.approx(1e-12)
    assert lt.pick_one_prob(round(math.log(2) * 1e6), 1e-6) == pytest.approx(0.5, abs=1e-6)


@pytest.mark.parametrize(("p", "k", "b", "tau"), [(100, 10, 0.25, 0.05), (2, 1, 1.0, 0.7), (50, 49, 2.0, 0.5)])
def test_recovery_by_extended_precision(p, k, b, tau):
    def integrand(t):
        zero = mpmath.erf(t / mpmath.sqrt(2))
        above = mpmath.ncdf(b / tau - t) + mpmath.ncdf(-t - b / tau)
        return (p - k) * zero ** (p - k - 1) * 2 * mpmath.npdf(t) * above**k

    exact = float(mpmath.quad(integrand, mpmath.linspace(0, 20, 81)))
    assert lt.ticket_recovery_prob(p, k, b, tau) == pytest.approx(exact, rel=1e-10)


def test_recovery_without_signal_is_chance():
    for p, k in ((5, 2), (12, 3), (9, 8)):
        assert lt.ticket_recovery_prob(p, k, 0.0, 1.0) == pytest.approx(1 / math.comb(p, k), rel=1e-10)
    assert lt.ticket_recovery_prob(7, 3, -0.4, 0.2) == lt.ticket_recovery_prob(7, 3, 0.4, 0.2)
    assert lt.ticket_recovery_prob(10**6, 3, 100.0, 1.0) == pytest.approx(1)


def test_extreme_arguments_give_probabilities():
    for n in (1, 10**6):
        for eps in (1e-70, 1e-3, 1e70):
            for z in (0.0, 1e-3, 1e70):
                values = [lt.subset_hit_prob(n, eps, z), lt.subset_cover_prob(n, eps, z), lt.pick_one_prob(n, eps, z)]
                assert all(0 <= value <= 1 for value in values)
    assert lt.subset_cover_prob(10**6, 1e-3) == pytest.approx(1)
    assert np.isfinite(lt.subset_count_mean(1000, 1e-3, 0.3, "normal"))


@pytest.mark.parametrize(
    ("function", "arguments", "name"),
    [
        (lt.subset_hit_prob, (0, 0.1), "n"),
        (lt.subset_hit_prob, (4, 0.0), "eps"),
        (lt.subset_hit_prob, (4, 0.1, 0.0, 0.0), "ex2"),
        (lt.subset_cover_prob, (4, 0.1, -1.0), "L"),
        (lt.subset_hit_next, (4, 0.1, 0.0, 1.0, 0.5), "ex4"),
        (lt.subset_cover_next, (4, 0.1, 1.0, 1.0, 0.5), "ex4"),
        (lt.subset_count_mean, (4, 0.1, 0.3, "cauchy"), "dist"),
        (lt.subset_count_mean, (61, 0.1, 0.3, "uniform"), "n"),
        (lt.relu_gadget_prob, (0, 0.1, 0.3), "N"),
        (lt.ticket_recovery_prob, (5, 5, 1.0, 0.1), "k"),
        (lt.ticket_recovery_prob, (5, 2, 1.0, 0.0), "tau"),
    ],
)
def test_bad_input_is_named(function, arguments, name):
    with pytest.raises(ValueError, match=rf"\b{name} = "):
        function(*arguments)
