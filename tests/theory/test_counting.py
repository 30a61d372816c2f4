"""Counts: exact integers and fractions, mpmath, and a second route."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory import counting


def test_log_binomial_is_the_log_of_the_integer():
    for n, k in ((0, 0), (7, 3), (60, 30), (10**6, 3), (2000, 999)):
        assert counting.log_binomial(n, k) == pytest.approx(float(mpmath.log(math.comb(n, k))), rel=1e-12, abs=1e-12)
    assert counting.log_binomial(3, 4) == -math.inf
    with mpmath.workdps(40):
        exact = float(mpmath.loggamma(10**12 + 1) - 2 * mpmath.loggamma(5 * 10**11 + 1))
    assert counting.log_binomial(10**12, 5 * 10**11) == pytest.approx(exact, rel=1e-12)


@settings(derandomize=True, deadline=None)
@given(T=st.integers(1, 40), p=st.fractions(0, 1, max_denominator=16), C=st.integers(0, 45))
def test_mean_excess_is_the_sum_in_fractions(T, p, C):
    pmf = [math.comb(T, j) * p**j * (1 - p) ** (T - j) for j in range(T + 1)]
    exact = float(sum((Fraction(j - C) * q for j, q in enumerate(pmf) if j > C), Fraction(0)))
    assert counting.mean_excess(T, float(p), C) == pytest.approx(exact, rel=1e-12, abs=1e-300)


@pytest.mark.parametrize(
    ("T", "p", "C"), [(10**6, 1 / 64, 15625), (10**6, 1 / 64, 17000), (4096, 1 / 8, 900), (10**5, 1e-7, 3)]
)
def test_mean_excess_keeps_its_digits_in_the_tail(T, p, C):
    with mpmath.workdps(40):
        q, j, exact = mpmath.mpf(p), C + 1, mpmath.mpf(0)
        logs = mpmath.loggamma(T + 1) - mpmath.loggamma(j + 1) - mpmath.loggamma(T - j + 1)
        term = mpmath.exp(logs + j * mpmath.log(q) + (T - j) * mpmath.log(1 - q))
        while j <= T and (exact == 0 or term * (j - C) > exact * mpmath.mpf("1e-18")):
            exact += (j - C) * term
            term *= (T - j) * q / ((j + 1) * (1 - q))
            j += 1
    assert counting.mean_excess(T, p, C) == pytest.approx(float(exact), rel=1e-9)


def test_mean_excess_at_its_ends():
    assert counting.mean_excess(5, 0.3, 0) == pytest.approx(1.5)
    np.testing.assert_array_equal(counting.mean_excess(5, [0.0, 1.0], 2), [0.0, 3.0])
    assert counting.mean_excess(5, 0.3, 5) == 0.0
    assert np.shape(counting.mean_excess([[5], [6]], [0.1, 0.2, 0.3], 2)) == (2, 3)


@settings(derandomize=True, deadline=None)
@given(weights=st.lists(st.integers(0, 9), min_size=1, max_size=5), E=st.integers(1, 9), length=st.integers(1, 40))
def test_powers_are_those_of_the_polynomial(weights, E, length):
    product = [1]
    for _ in range(E):
        product = [
            sum(product[i] * weights[n - i] for i in range(len(product)) if 0 <= n - i < len(weights))
            for n in range(len(product) + len(weights) - 1)
        ]
    np.testing.assert_allclose(counting.pmf_power(weights, E), product, rtol=1e-13)
    padded = [*product, *[0] * 40][:length]
    np.testing.assert_allclose(counting.pmf_power(weights, E, length), padded, rtol=1e-13)


def test_the_sum_of_uniform_numbers():
    for n in (1, 3, 12, 40, 200):
        grid = np.linspace(0, n, 7)
        found = counting.irwin_hall_cdf(grid, n)
        np.testing.assert_allclose(found + found[::-1], 1, rtol=1e-14)
        assert (np.diff(found) >= 0).all()
    # The volume of a corner, x^n/n!, and a normal at many.
    assert counting.irwin_hall_cdf([0.5], 30)[0] == pytest.approx(0.5**30 / math.factorial(30), rel=1e-13)
    # One step of the Edgeworth series: kurtosis -6/(5 n).
    z, n = 1.0, 200
    normal = float(mpmath.ncdf(z)) - (-1.2 / n) / 24 * (z**3 - 3 * z) * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    assert counting.irwin_hall_cdf([n / 2 + z * math.sqrt(n / 12)], n)[0] == pytest.approx(normal, abs=2e-6)


def test_hits_near_the_centre():
    n, eps, s = 60, 1e-4, 3.0
    exact = 2.0**n * math.erf(eps / s / math.sqrt(2))
    assert counting.log_hit_rate(n, eps, s) == pytest.approx(math.log(exact), abs=(eps / s) ** 2)
    assert np.isfinite(counting.log_hit_rate(10**6, 1e-300 * 1e300, 1.0))


@pytest.mark.parametrize(
    ("function", "arguments", "name"),
    [
        (counting.log_binomial, (-1, 0), "n"),
        (counting.mean_excess, (3, 1.5, 0), "p"),
        (counting.pmf_power, ([0.5, -0.5], 2), "pmf"),
        (counting.pmf_power, ([0.5, 0.5], 2**21), "E"),
        (counting.irwin_hall_cdf, ([0.5], 301), "n"),
        (counting.log_hit_rate, (3, 0.0, 1.0), "eps"),
    ],
)
def test_bad_input_is_named(function, arguments, name):
    with pytest.raises(ValueError, match=rf"\b{name} = "):
        function(*arguments)
