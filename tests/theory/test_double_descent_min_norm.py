"""Minimum-norm risks: exact small cases, quadrature, independent formulas and the laws of bias and variance."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory import double_descent as dd

SIZES = st.integers(1, 400)


def test_variance_of_one_feature_is_the_mean_of_an_inverse_chi_square():
    # p = 1: V = E 1/chi2_n, here by quadrature.
    for n in (3, 4, 9):
        half = mpmath.mpf(n) / 2
        total = mpmath.quad(lambda t, n=n: 2 * t ** (n - 3) * mpmath.exp(-t * t / 2), [0, 2, 5, mpmath.inf])
        exact = total / (2**half * mpmath.gamma(half))
        assert dd.min_norm_risk(n, 1).variance == pytest.approx(float(exact), rel=1e-10)
        assert dd.min_norm_risk(1, n).variance == pytest.approx(float(exact), rel=1e-10)


def test_values_confirmed_by_simulation():
    risk = dd.min_norm_risk(40, np.array([30, 46, 120]), r2=2.0, sigma2=0.5)
    np.testing.assert_allclose(risk.variance, [5 / 3, 4.0, 0.2531645], rtol=1e-6)
    np.testing.assert_allclose(risk.bias, [0.0, 2 * 6 / 46, 2 * 80 / 120], rtol=1e-12)
    coefficients = 1 / np.arange(1, 101.0) ** 2
    error = dd.subset_risk(40, np.array([25, 70, 100]), 100, coefficients, 0.04)
    np.testing.assert_allclose(error, [3.527, 1.753, 1.0481], atol=6e-4)


@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_no_finite_variance_at_the_peak(shift):
    assert dd.min_norm_risk(20, 20 + shift).variance == math.inf
    assert dd.min_norm_risk(20, 20 + shift, 1.0, 0.0).variance == 0.0
    assert dd.subset_risk(20, 20 + shift, 40, 1.0, 0.5) == math.inf
    # No label noise and no feature left out: the bias part alone.
    alone = dd.subset_risk(40 - shift, 40, 40, 3.0, 0.0)
    assert alone == pytest.approx(3.0 / 40 if shift == 1 else 0.0, abs=1e-15)
    assert math.isfinite(dd.min_norm_risk(20, 22).variance)
    assert math.isfinite(dd.min_norm_risk(22, 20).variance)


@settings(derandomize=True, deadline=None)
@given(n=SIZES, p=SIZES)
def test_subset_of_everything_is_everything(n, p):
    whole = dd.min_norm_risk(n, p, 1.5, 0.25)
    assert dd.subset_risk(n, p, p, 1.5, 0.25) == pytest.approx(float(whole.bias + whole.variance + 0.25))


@settings(derandomize=True, deadline=None)
@given(n=SIZES, p=SIZES)
def test_variance_of_variance_is_symmetric_and_exact(n, p):
    value = dd.variance_of_variance(n, p)
    assert value == dd.variance_of_variance(p, n)
    v = abs(n - p)
    if v <= 3:
        assert value == math.inf
    else:
        exact = Fraction(2 * min(n, p) * (max(n, p) - 1), v * (v - 1) ** 2 * (v - 3))
        assert value == pytest.approx(float(exact), rel=1e-12)


def test_variance_of_variance_of_one_feature():
    # p = 1: Var 1/chi2_n = 2/((n-2)^2 (n-4)).
    assert dd.variance_of_variance(9, 1) == pytest.approx(2 / (7**2 * 5), rel=1e-14)
    np.testing.assert_allclose(0.25 * dd.variance_of_variance(40, np.array([10, 120])), [2.863e-4, 6.19e-5], rtol=3e-3)


def test_bias_law_of_one_sample_in_two_dimensions():
    # n = 1, p = 2: the share recovered is cos^2 of a uniform angle.
    law = dd.bias_law(1, 2)
    for share in (0.1, 0.5, 0.9):
        assert 1 - law.cdf(1 - share) == pytest.approx(2 / math.pi * math.asin(math.sqrt(share)), rel=1e-12)
    scaled = dd.bias_law(20, 50, 3.0)
    assert scaled.mean() == pytest.approx(float(dd.min_norm_risk(20, 50, 3.0).bias))
    assert scaled.support() == (0.0, 3.0)


def test_elliptical_risk():
    even = dd.min_norm_risk(60, 120, 2.0, 0.5)
    same = dd.elliptical_min_norm_risk(60, 120, 2.0, 0.5, scales=[3.0, 3.0])
    # A common scale multiplies the population's bias and cancels in the variance.
    assert same.bias == pytest.approx(3 * float(even.bias))
    assert same.variance == pytest.approx(float(even.variance))
    uneven = dd.elliptical_min_norm_risk(60, 120, 2.0, 0.5, scales=[0.25, 1.75])
    assert uneven.variance == pytest.approx(float(even.variance) * (4 + 4 / 7) / 2)
    # One sample: E[tau] E[1/tau] E 1/chi2_p.
    one = dd.elliptical_min_norm_risk(1, 5, 0.0, 1.0, scales=[0.5, 2.0])
    assert one.variance == pytest.approx(1.25 * 1.25 / 3)
    assert dd.elliptical_min_norm_risk(5, 6, 1.0, 1.0).variance == math.inf


def test_elliptical_limit():
    for gamma in (0.05, 0.5, 0.999, 1.001, 3.0):
        even = min(gamma, 1.0) / abs(1 - gamma)
        assert dd.elliptical_noise_limit(gamma, 2.0, (4.0, 4.0)) == pytest.approx(2 * even, rel=1e-10)
        # Above the peak it is the limit of the exact risk; below, a row of almost no weight is a row not there.
        if gamma > 1:
            exact = dd.elliptical_min_norm_risk(10**7, round(gamma * 10**7), 0.0, 1.0, (0.5, 2.0)).variance
            assert dd.elliptical_noise_limit(gamma, 1.0, (0.5, 2.0)) == pytest.approx(float(exact), rel=1e-3)
    half = dd.elliptical_noise_limit(0.2, 1.0, (2.0, 2e-12))
    assert half == pytest.approx(0.5 * 0.4 / (1 - 0.4), rel=1e-9)
    assert dd.elliptical_noise_limit(1.0, 1.0, (0.5, 2.0)) == math.inf
    assert dd.elliptical_noise_limit(1.0, 0.0) == 0.0


@settings(derandomize=True, deadline=None)
@given(n=SIZES, p=SIZES)
def test_the_lower_bound_is_below_the_gaussian_value(n, p):
    bound = dd.ridgeless_noise_lower_bound(n, p, 0.7)
    assert bound < dd.min_norm_risk(n, p, 0.0, 0.7).variance
    assert bound == dd.ridgeless_noise_lower_bound(p, n, 0.7)


def test_lower_bound_values():
    np.testing.assert_allclose(
        dd.ridgeless_noise_lower_bound([10, 20, 30, 1, 7], [20, 10, 90, 5, 7], 1.0),
        [10 / 11, 10 / 11, 30 / 61, 0.2, 7.0],
        rtol=1e-14,
    )


# --- more data can hurt ----------------------------------------------------------------------------------------------


@settings(derandomize=True, deadline=None)
@given(p=st.integers(2, 300), r2=st.floats(0.05, 20), sigma2=st.floats(0, 20))
def test_sample_wise_optimum_is_the_argmin(p, r2, sigma2):
    best = dd.sample_wise_optimum(p, r2, sigma2)
    n = np.arange(p - 1)
    risk = r2 * (1 - n / p) + sigma2 * n / (p - n - 1)
    assert best.risk == pytest.approx(risk.min(), rel=1e-12)
    assert risk[best.n_int] == pytest.approx(risk.min(), rel=1e-12)
    assert isinstance(best.n_int, int)
    if 0 < best.n_star < p - 2:
        assert abs(best.n_int - best.n_star) < 1


def test_sample_wise_optimum_is_stationary():
    best = dd.sample_wise_optimum(100, 4.0, 1.0)
    assert best.n_star == pytest.approx(49.25, abs=5e-3)
    slope = mpmath.diff(lambda n: 4 * (1 - n / 100) + n / (99 - n), mpmath.mpf(best.n_star))
    assert abs(slope) < 1e-12
    rise = dd.min_norm_risk(74, 100, 4.0, 1.0), dd.min_norm_risk(49, 100, 4.0, 1.0)
    assert sum(rise[0]) - sum(rise[1]) == pytest.approx(0.980, abs=5e-4)


def test_first_samples_hurt_when_noise_dominates():
    assert dd.sample_wise_optimum(50, 1.0, 1.1).n_star < 0
    assert dd.sample_wise_optimum(50, 1.0, 1.1).n_int == 0
    assert dd.sample_wise_optimum(50, 1.0, 1.1).risk == 1.0
    assert dd.sample_wise_optimum(50, 1.0, 0.0).n_star == 49
    assert dd.sample_wise_optimum(10**6, 4.0, 1.0).n_star / 10**6 == pytest.approx(0.5, abs=1e-5)


# --- bad input -------------------------------------------------------------------------------------------------------

BAD = [
    (dd.min_norm_risk, (0, 5), "n"),
    (dd.min_norm_risk, (5, 0), "p"),
    (dd.min_norm_risk, (5.5, 4), "n"),
    (dd.min_norm_risk, (5, 4, -1.0), "r2"),
    (dd.min_norm_risk, (5, 4, 1.0, math.nan), "sigma2"),
    (dd.min_norm_risk, (5, 4, 1.0, -0.1), "sigma2"),
    (dd.min_norm_risk, ("five", 4), "n"),
    (dd.min_norm_risk, ([], 4), "n"),
    (dd.min_norm_risk, ([1, 2], [1, 2, 3]), "n"),
    (dd.variance_of_variance, (-1, 4), "n"),
    (dd.variance_of_variance, (4, math.inf), "p"),
    (dd.bias_law, (5, 5), "p"),
    (dd.bias_law, (0, 5), "n"),
    (dd.bias_law, (2, 5, 0.0), "r2"),
    (dd.subset_risk, (5, 7, 6, 1.0, 1.0), "p"),
    (dd.subset_risk, (5, 3, 0, 1.0, 1.0), "D"),
    (dd.subset_risk, (5, 3, 4, [1.0, 1.0], 1.0), "beta_sq"),
    (dd.subset_risk, (5, 3, 4, -1.0, 1.0), "beta_sq"),
    (dd.subset_risk, (5, 3, 4, 1.0, -1.0), "sigma2"),
    (dd.elliptical_min_norm_risk, (5, 5), "p"),
    (dd.elliptical_min_norm_risk, (5, 9, 1.0, 1.0, (0.0, 1.0)), "scales"),
    (dd.elliptical_min_norm_risk, (5, 9, 1.0, 1.0, ()), "scales"),
    (dd.elliptical_min_norm_risk, (5, 9, -1.0), "r2"),
    (dd.elliptical_noise_limit, (0.0,), "gamma"),
    (dd.elliptical_noise_limit, (0.5, -1.0), "sigma2"),
    (dd.elliptical_noise_limit, (0.5, 1.0, (-1.0,)), "scales"),
    (dd.elliptical_noise_limit, ([], 1.0), "gamma"),
    (dd.sample_wise_optimum, (1, 1.0, 1.0), "p"),
    (dd.sample_wise_optimum, (5, 0.0, 1.0), "r2"),
    (dd.sample_wise_optimum, (5, 1.0, -1.0), "sigma2"),
    (dd.sample_wise_optimum, ([5, 6], 1.0, 1.0), "p"),
    (dd.ridgeless_noise_lower_bound, (0, 1, 1.0), "n"),
    (dd.ridgeless_noise_lower_bound, (1, 0, 1.0), "p"),
    (dd.ridgeless_noise_lower_bound, (1, 1, -1.0), "sigma2"),
]


@pytest.mark.parametrize(("function", "arguments", "name"), BAD)
def test_bad_input_names_the_argument(function, arguments, name):
    with pytest.raises(ValueError, match=rf"\b{name}\b"):
        function(*arguments)
