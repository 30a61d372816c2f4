"""benign_overfitting: junk, classifiers, support vectors and Laplace against mpmath and quadrature."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from scipy.integrate import dblquad, trapezoid
from scipy.stats import chi, chi2

from theory import benign_overfitting as bo


@pytest.mark.parametrize(
    ("n", "d", "lam", "bias", "variance"),
    [(20, 60, 5.0, 0.15138, 0.53249), (40, 400, 3.0, 0.02033, 0.13360), (15, 20, 8.0, 0.3021, 3.0212)],
)
def test_junk_risk_confirmed(n, d, lam, bias, variance):
    assert bo.junk_risk(n, d, lam, 1.0, 2.0) == pytest.approx((bias, variance), abs=6e-5)


def test_junk_risk_by_adaptive_quadrature():
    n, d, lam = 4, 9, 2.0
    c = lam / d

    def mean(function):
        def integrand(y, x):
            return function(x * x, y * y) * chi2.pdf(x * x, n) * 2 * x * chi2.pdf(y * y, d - n + 1) * 2 * y

        return dblquad(integrand, 0, 9, 0, 9, epsabs=1e-7, epsrel=1e-7)[0]

    def h(s, t):
        return s * (d - 1) / (c**2 * t**2 * (d - n))

    bias = mean(lambda s, t: (1 + s / t) / (1 + s / (c * t)) ** 2)
    first = mean(lambda s, t: h(s, t) / (1 + s / (c * t)) ** 2)
    second = mean(lambda s, t: h(s, t) / (1 + s / (c * t)))
    variance = (1 - c) * first + n / (d - n - 1) - c * second
    assert bo.junk_risk(n, d, lam, 0.5, -3.0) == pytest.approx((9 * bias, 0.5 * variance), rel=1e-6)


def test_junk_risk_tends_to_ridge():
    n, lam = 12, 3.0
    x = np.linspace(1e-6, 9, 200_001)
    density = chi2.pdf(x * x, n) * 2 * x * (x[1] - x[0])
    limit = (density @ (lam / (x * x + lam)) ** 2, density @ (x**2 / (x * x + lam) ** 2))
    assert bo.junk_risk(n, 10**7, lam) == pytest.approx(limit, rel=1e-4)
    assert bo.junk_risk(2000, 10**5, lam).variance == pytest.approx(
        bo.ridge_risk([1.0, lam / 1e5], [1.0, 0.0], 2000, multiplicity=[1, 10**5]).variance, rel=0.02
    )


def test_gmm_error_confirmed_and_limits():
    cells = [(50, 150, 2.0, 0.1), (50, 600, 2.5, 0.2), (100, 2000, 3.0, 0.1), (60, 90, 1.0, 0.0)]
    assert [bo.gmm_error(*c) for c in cells] == pytest.approx([0.20847, 0.23336, 0.11335, 0.35750], abs=1e-5)
    # 4e5 draws of the 2 x 2 reduction: .20714+-.00008, .35637+-.00005
    assert bo.gmm_error_exact(*cells[0]) == pytest.approx(0.20714, abs=3e-4)
    assert bo.gmm_error_exact(*cells[3]) == pytest.approx(0.35637, abs=2e-4)
    assert bo.gmm_error_exact(20, 60, 0.0, 0.2) == pytest.approx(0.5, abs=1e-12)
    errors = [n * (bo.gmm_error(n, 3 * n, 2.0, 0.1) / bo.gmm_error_exact(n, 3 * n, 2.0, 0.1) - 1) for n in (50, 100)]
    assert errors[0] == pytest.approx(errors[1], rel=0.05)  # the difference is O(1/n)
    saturated = (1 - 2 * 0.1) * math.sqrt((3000 - 1000) / (4 * 1000 * 0.1 * 0.9))
    assert bo.gmm_error(1000, 3000, 1e4, 0.1) == pytest.approx(float(mpmath.ncdf(-saturated)), rel=1e-6)
    assert bo.gmm_error([20, 40], 100, 1.0).shape == (2,)


def test_gmm_exact_does_not_depend_on_the_quadrature(monkeypatch):
    from theory.benign_overfitting import mixture

    coarse = bo.gmm_error_exact(30, 50, 1.5, 0.2)
    rules = mixture.normal_rule, mixture.quantile_rule
    monkeypatch.setattr(mixture, "normal_rule", lambda order: rules[0](order + 24))
    monkeypatch.setattr(mixture, "quantile_rule", lambda order: rules[1](2 * order))
    assert bo.gmm_error_exact(30, 50, 1.5, 0.2) == pytest.approx(coarse, abs=1e-7)


def test_expected_violations():
    counts = bo.expected_violations([30, 30, 30, 60, 60], [60, 130, 200, 300, 500])
    np.testing.assert_allclose(counts, [4.521, 0.9539, 0.2385, 1.318, 0.1935], rtol=5e-4)
    for n in (2, 9, 400):  # nu = 2: P(T > x) = (1 - x/sqrt(x^2 + 2))/2 with x^2 = 2/(n-1)
        assert bo.expected_violations(n, n) == pytest.approx(n * (1 - 1 / math.sqrt(n)) / 2, rel=1e-12)
    assert bo.expected_violations(1, 5) == 0.0
    np.testing.assert_allclose(bo.prob_all_support(30, [130, 200]), [0.385, 0.788], atol=1e-3)
    with pytest.raises(ValueError, match="p = 29"):
        bo.expected_violations(30, 29)


def test_bilevel_confirmed():
    out = bo.bilevel_classification([100, 100, 100, 200], [1000, 3000, 3000, 2000], 1.0, [0.05, 0.2, 0.01, 0.02])
    np.testing.assert_allclose(out.error, [0.1197, 0.3067, 0.0594, 0.0937], atol=6e-5)
    np.testing.assert_allclose(out.survival[:2], [0.5503, 0.1173], atol=6e-5)
    nothing = bo.bilevel_classification(100, 300, 0.0, 1.0)
    assert nothing == pytest.approx((0.5, 0.0, math.sqrt(0.5)))


def test_laplace_variance():
    for n, ell, expected in ((50, 0.05, 0.5842), (400, 0.3, 0.6633), (200, 1.0, 0.6600)):
        assert bo.laplace_variance(n, ell) * (n - 1) / (n + 1) == pytest.approx(expected, abs=6e-5)
    n, ell = 7, 0.13

    def integrand(h):
        r = h / ell
        return n * (1 - h) ** (n - 1) * ell * (mpmath.coth(r) - r / mpmath.sinh(r) ** 2)

    exact = (n + 1) * mpmath.quad(integrand, [mpmath.mpf("1e-30"), 0.01, 0.1, 0.4, 1])
    assert bo.laplace_variance(n, ell) == pytest.approx(float(exact), rel=1e-12)
    assert bo.laplace_variance(10**6, 5.0) == pytest.approx(2 / 3, rel=1e-5)
    assert bo.laplace_variance(10, 1e-7) == pytest.approx(11e-7, rel=1e-5)


def test_gap_noise_series_joins_the_closed_form():
    from theory.benign_overfitting.laplace import gap_noise

    for r in (1e-3, 0.0499, 0.0501, 3.0, 800.0):
        with mpmath.workdps(40):
            q = mpmath.mpf(r)
            exact = mpmath.coth(q) - q / mpmath.sinh(q) ** 2
        assert float(gap_noise(np.asarray(r))) == pytest.approx(float(exact), rel=1e-11)


@pytest.mark.parametrize(
    ("n", "p", "value"),
    [
        (10, 14, 0.05214),
        (10, 25, 0.34143),
        (10, 60, 0.90373),
        (30, 60, 0.00387),
        (30, 128, 0.34776),
        (60, 300, 0.25222),
    ],
)
def test_probability_that_all_points_support(n, p, value):
    assert bo.exact_prob_all_support(n, p) == pytest.approx(value, abs=6e-6)


@pytest.mark.parametrize(("n", "p"), [(2, 2), (3, 5), (4, 9), (9, 20)])
def test_probability_that_all_points_support_by_nairs_recursion(n, p):
    x = np.linspace(0, 12, 48_001)
    F = np.ones_like(x)
    for k in range(2, n + 1):
        density = np.exp(-k * x**2 / (2 * (k - 1))) * np.interp(k * x / (k - 1), x, F, right=1.0)
        steps = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2 * (x[1] - x[0]))])
        F = k * np.sqrt(k / (k - 1)) / np.sqrt(2 * np.pi) * steps
    u = np.linspace(0, 14, 20001)
    expected = trapezoid(chi.pdf(u, p - n + 2) * np.interp(u / np.sqrt(n), x, F, right=1.0), u)
    assert bo.exact_prob_all_support(n, p) == pytest.approx(expected, rel=2e-5)


def test_probability_that_all_points_support_at_the_ends():
    assert bo.exact_prob_all_support(1, 1) == 1.0
    assert 1 - bo.expected_violations(16, 110) < bo.exact_prob_all_support(16, 110) < bo.prob_all_support(16, 110)
    with pytest.raises(ValueError, match="p = 3: must be at least n"):
        bo.exact_prob_all_support(4, 3)
