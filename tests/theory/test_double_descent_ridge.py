"""Ridge equivalents: closed forms, mpmath roots, identities between formulas, and the best ridge."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory import double_descent as dd

TWO = ([2.0, 0.1], [100, 200])
TARGET = [1 / 300, 1 / 300]
POWER = 1 / np.arange(1, 251.0)


def _reference(lam, n, values, beta_sq, sigma2):
    """Bias, variance and training loss with 40 digits."""
    with mpmath.workdps(40):
        s, b2, lam = [mpmath.mpf(v) for v in values], [mpmath.mpf(b) for b in beta_sq], mpmath.mpf(lam)
        k = mpmath.findroot(
            lambda k: n * (k - lam) - k * sum(v / (v + k) for v in s),
            (lam + mpmath.mpf(10) ** -9, lam + sum(s) / n),
            solver="anderson",
            tol=1e-50,
        )
        df2 = sum((v / (v + k)) ** 2 for v in s)
        bias = k**2 * sum(b * v / (v + k) ** 2 for v, b in zip(s, b2, strict=True)) / (1 - df2 / n)
        variance = sigma2 * df2 / (n - df2)
        return float(k), float(bias), float(variance), float((lam / k) ** 2 * (bias + variance + sigma2))


@pytest.mark.parametrize(("lam", "n"), [(0.01, 100), (1e-6, 100), (3.0, 40), (1e-3, 700)])
def test_against_mpmath(lam, n):
    beta_sq = POWER**0.5 / 4
    risk = dd.ridge_risk(lam, n, POWER, beta_sq, 0.3)
    kappa, bias, variance, train = _reference(lam, n, POWER, beta_sq, 0.3)
    found = [risk.kappa, risk.bias, risk.variance, risk.train]
    np.testing.assert_allclose(found, [kappa, bias, variance, train], rtol=1e-11)
    assert dd.effective_ridge(lam, n, POWER) == risk.kappa


def test_values_confirmed_by_simulation():
    risk = dd.ridge_risk(np.array([0.0, 0.05]), 150, TWO, TARGET, 0.3)
    np.testing.assert_allclose(risk.bias, [0.1157, 0.1226], atol=6e-5)
    np.testing.assert_allclose(risk.variance, [0.5748, 0.3596], atol=6e-5)
    np.testing.assert_allclose(risk.train, [0.0, 0.01551], atol=6e-6)
    power = dd.ridge_risk(0.01, 100, POWER, POWER**0.5 / 4, 0.3)
    assert [round(float(part), 4) for part in (power.bias, power.variance)] == [0.0562, 0.1136]


@settings(derandomize=True, deadline=None)
@given(lam=st.floats(1e-6, 50), n=st.integers(5, 200), p=st.integers(5, 200))
def test_isotropic_closed_form(lam, n, p):
    t = lam + p / n - 1
    root = math.sqrt(t * t + 4 * lam)
    expected = (t + root) / 2 if t > 0 else 2 * lam / (root - t)
    assert dd.effective_ridge(lam, n, ([1.0], [p])) == pytest.approx(expected, rel=1e-11)


@settings(derandomize=True, deadline=None)
@given(n=st.integers(3, 200), p=st.integers(3, 200))
def test_ridgeless_isotropic_is_the_limit_of_the_exact_risk(n, p):
    if n == p:
        return
    risk = dd.ridge_risk(0.0, n, ([1.0], [p]), [2.0 / p], 0.5)
    assert risk.bias == pytest.approx(2 * max(1 - n / p, 0), rel=1e-10, abs=1e-14)
    assert risk.variance == pytest.approx(0.5 * min(n, p) / abs(n - p), rel=1e-10)
    assert risk.train == pytest.approx((1 - p / n) ** 2 * (0.5 + risk.variance) if n > p else 0.0, rel=1e-12)
    assert risk.df1 == pytest.approx(min(n, p), rel=1e-12)


def test_ridgeless_is_the_limit_of_small_ridge():
    for n in (100, 150, 280, 320, 1000):
        at, near = (dd.ridge_risk(lam, n, TWO, TARGET, 0.3) for lam in (0.0, 1e-10))
        for close, exact in zip(near, at, strict=True):
            assert close == pytest.approx(float(exact), rel=1e-4, abs=1e-8)


def test_at_the_peak_without_ridge_only_the_variance_is_infinite():
    sizes = np.array([150, 300, 400])
    sweep, ends = (dd.ridge_risk(0.0, n, TWO, TARGET, 0.3) for n in (sizes, sizes[[0, 2]]))
    for all_sizes, others in zip(sweep, ends, strict=True):
        np.testing.assert_array_equal(all_sizes[[0, 2]], others)
    assert [float(part[1]) for part in sweep] == [0.0, 300.0, 300.0, 0.0, math.inf, 0.0]
    assert dd.ridge_risk(0.0, 300, TWO, TARGET, 0.0).variance == 0
    assert dd.ridge_test_error(0.0, 300, TWO, TARGET, 0.3) == (math.inf, math.inf, 0.0)
    # The limits of a small ridge: bias and training loss fall, and the variance grows, like its root.
    near = [dd.ridge_risk(lam, 300, TWO, TARGET, 0.3) for lam in (1e-10, 1e-12)]
    for name, power in (("kappa", 0.5), ("bias", 0.5), ("variance", -0.5), ("train", 0.5)):
        first, second = (float(getattr(risk, name)) for risk in near)
        assert second / first == pytest.approx(0.01**power, rel=1e-3)
    # It is what the exact finite-n law has there.
    exact = dd.min_norm_risk(300, 300, 1.0, 0.3)
    assert (sweep.bias[1], sweep.variance[1]) == (exact.bias, exact.variance)


def test_multiplicities_zeros_and_broadcasting():
    values, counts = TWO
    long = dd.ridge_risk(0.05, 150, np.repeat(values, counts), np.repeat(TARGET, counts), 0.3)
    short = dd.ridge_risk(0.05, 150, TWO, TARGET, 0.3)
    padded = dd.ridge_risk(0.05, 150, ([2.0, 0.0, 0.1], [100, 7, 200]), [1 / 300, 9.0, 1 / 300], 0.3)
    assert long == pytest.approx(short, rel=1e-12)
    assert padded == short
    many = dd.ridge_risk(np.array([[0.0], [0.05]]), np.array([150, 400]), TWO, TARGET, np.array([0.3, 0.6]))
    assert many.bias.shape == (2, 2)
    assert many.variance[1, 0] == pytest.approx(float(short.variance))
    # Zero eigenvalues do not count as rank.
    assert dd.ridge_risk(0.0, 8, ([1.0, 0.0], [4, 100]), [1.0, 1.0], 1.0).variance == pytest.approx(1.0)
    # A list of two eigenvalues is not a pair of values and multiplicities.
    assert dd.effective_ridge(0.0, 1, [1.0, 1.0]) == pytest.approx(1.0)
    assert dd.effective_ridge(0.0, 1, (1.0, 1.0)) == pytest.approx(1.0)


def test_gcv_limit_is_train_over_squared_residual_degrees():
    limit, risk = dd.ridge_test_error(0.05, 150, TWO, TARGET, 0.3), dd.ridge_risk(0.05, 150, TWO, TARGET, 0.3)
    assert limit.gcv == limit.test_error
    assert limit.gcv == pytest.approx(float(risk.train / limit.residual_degrees**2), rel=1e-12)
    assert limit.residual_degrees == pytest.approx(0.05 / float(risk.kappa), rel=1e-12)


# --- the best ridge --------------------------------------------------------------------------------------------------

SPECTRA = [([1.0], [60]), ([4.0, 0.25], [15, 45]), ([4.0, 0.25, 0.0], [15, 40, 5])]


@pytest.mark.parametrize("spectrum", SPECTRA)
@pytest.mark.parametrize("n", [30, 60, 150])
def test_best_ridge_is_the_minimum_of_bias_plus_variance(spectrum, n):
    best, values = dd.optimal_ridge(n, 60, 2.0, 0.25), spectrum[0]

    def risk(lam):
        out = dd.ridge_risk(lam, n, spectrum, [2.0 / 60] * len(values), 0.25)
        return out.bias + out.variance

    assert dd.optimal_ridge_risk(n, spectrum, 2.0, 0.25) == pytest.approx(float(risk(best)), rel=1e-12)
    factors = np.array([0.5, 0.9, 1.1, 2.0])
    assert np.all(risk(best * factors) > risk(best))
    kappa = dd.effective_ridge(best, n, spectrum)
    assert risk(best) == pytest.approx(0.25 * float(kappa / best - 1), rel=1e-11)


def test_best_ridge_risk_values_and_shape():
    for p, value in ((60, 0.12517), (120, 0.23060), (240, 0.40375)):
        spectrum = ([4.0, 0.25], [p // 4, 3 * p // 4])
        assert dd.optimal_ridge_risk(120, spectrum, 1.0, 0.25) == pytest.approx(value, abs=5e-6)
    # Without noise: the interpolation bias for p > n, nothing for p <= n.
    assert dd.optimal_ridge_risk(40, ([1.0], [100]), 2.0, 0.0) == pytest.approx(2 * 0.6, rel=1e-12)
    assert dd.optimal_ridge_risk(100, ([1.0], [100]), 2.0, 0.0) == 0.0
    # More data never hurt; and through n = p there is no peak.
    sizes = np.arange(5, 200)
    risk = dd.optimal_ridge_risk(sizes, ([1.0], [60]), 1.0, 0.5)
    assert np.all(np.diff(risk) < 0)
    features = [float(dd.optimal_ridge_risk(60, ([1.0], [p]), 1.0, 0.5)) for p in range(1, 400)]
    assert np.all(np.diff(features) > 0)
    assert features[-1] < 1.0
    assert np.abs(np.diff(features, 2)).max() < 1e-3


@settings(derandomize=True, deadline=None)
@given(lam=st.floats(1e-12, 100))
def test_peak_variance_is_ridge_variance_at_n_equal_p(lam):
    risk = dd.ridge_risk(lam, 50, ([1.0], [50]), [0.0], 1.5)
    assert dd.peak_variance(lam, 1.5) == pytest.approx(float(risk.variance), rel=1e-9)


def test_peak_variance_height():
    np.testing.assert_allclose(dd.peak_variance([1e-2, 1e-3, 1e-4], 1.0), [4.519, 15.317, 49.502], rtol=1e-4)
    assert dd.peak_variance(1e-12, 1.0) * 2e-6 == pytest.approx(1.0, rel=1e-5)
    assert dd.peak_variance(0.0, 1.0) == math.inf
    assert dd.peak_variance(0.0, 0.0) == 0.0


# --- bad input -------------------------------------------------------------------------------------------------------

BAD = [
    (dd.effective_ridge, (-0.1, 5, TWO), "lam"),
    (dd.effective_ridge, (0.1, 0, TWO), "n"),
    (dd.effective_ridge, (0.1, 5, [1.0, -1.0]), "spectrum"),
    (dd.effective_ridge, (0.1, 5, [0.0]), "spectrum"),
    (dd.effective_ridge, (0.1, 5, []), "spectrum"),
    (dd.effective_ridge, (0.1, 5, 1.0), "spectrum"),
    (dd.effective_ridge, (0.1, 5, "abc"), "spectrum"),
    (dd.effective_ridge, (0.1, 5, ([1.0, 2.0], [3])), "spectrum"),
    (dd.effective_ridge, (0.1, 5, ([1.0], [-3])), "spectrum"),
    (dd.ridge_risk, (math.nan, 30, TWO, TARGET, 1.0), "lam"),
    (dd.ridge_risk, ("x", 30, TWO, TARGET, 1.0), "lam"),
    (dd.ridge_risk, (0.1, 30.5, TWO, TARGET, 1.0), "n"),
    (dd.ridge_risk, (0.1, 30, TWO, [1.0], 1.0), "beta_sq"),
    (dd.ridge_risk, (0.1, 30, TWO, [1.0, -1.0], 1.0), "beta_sq"),
    (dd.ridge_risk, (0.1, 30, TWO, TARGET, -1.0), "sigma2"),
    (dd.ridge_risk, ([0.1, 0.2], [3, 4, 5], TWO, TARGET, 1.0), "lam"),
    (dd.ridge_test_error, (-1.0, 30, TWO, TARGET, 1.0), "lam"),
    (dd.ridge_test_error, (0.1, 30, TWO, TARGET, math.inf), "sigma2"),
    (dd.optimal_ridge, (0, 5, 1.0, 1.0), "n"),
    (dd.optimal_ridge, (5, 0, 1.0, 1.0), "p"),
    (dd.optimal_ridge, (5, 5, 0.0, 1.0), "r2"),
    (dd.optimal_ridge, (5, 5, 1.0, -1.0), "sigma2"),
    (dd.optimal_ridge_risk, (0, TWO, 1.0, 1.0), "n"),
    (dd.optimal_ridge_risk, (5, [-1.0], 1.0, 1.0), "spectrum"),
    (dd.optimal_ridge_risk, (5, TWO, -1.0, 1.0), "r2"),
    (dd.optimal_ridge_risk, (5, TWO, 1.0, math.nan), "sigma2"),
    (dd.peak_variance, (-1.0, 1.0), "lam"),
    (dd.peak_variance, (1.0, -1.0), "sigma2"),
    (dd.peak_variance, ([], 1.0), "lam"),
]


@pytest.mark.parametrize(("function", "arguments", "name"), BAD)
def test_bad_input_names_the_argument(function, arguments, name):
    with pytest.raises(ValueError, match=rf"\b{name}\b"):
        function(*arguments)
