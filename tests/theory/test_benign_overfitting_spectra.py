"""benign_overfitting: infinite spectra against closed forms and long sums."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from theory import benign_overfitting as bo


def test_inverse_square_spectrum_in_closed_form():
    # sum 1/(1 + kappa i^2) = (x coth x - 1)/2 with x = pi/sqrt(kappa); sum L(1-L) is -d/d log kappa of it.
    for n in (10, 500):
        x = mpmath.findroot(lambda x, n=n: (x * mpmath.coth(x) - 1) / 2 - n, 2 * n)
        rest = x / 2 * mpmath.diff(lambda x: (x * mpmath.coth(x) - 1) / 2, x)
        assert bo.power_law_risk(2.0, n) == pytest.approx(float(n / rest), rel=1e-8)


@pytest.mark.parametrize(("alpha", "expected"), [(1.5, 1.4985), (2.0, 1.998), (3.0, 2.997)])
def test_power_laws_confirmed_and_limit(alpha, expected):
    assert bo.power_law_risk(alpha, 500) == pytest.approx(expected, abs=5e-5)
    assert bo.power_law_risk(alpha, 1e7) == pytest.approx(bo.tempered_limit(alpha), rel=1e-6)


@pytest.mark.parametrize(("alpha", "n", "ridge"), [(1.1, 40, 0.0), (1.5, 60, 0.02), (4.0, 20, 0.0), (20.0, 9, 0.0)])
def test_power_law_against_a_long_sum(alpha, n, ridge):
    terms = 200_000
    values = np.arange(1.0, terms + 1) ** -alpha
    leftover = (terms + 0.5) ** (1 - alpha) / (alpha - 1)
    direct = bo.ridge_risk(values[values > 1e-200], np.zeros((values > 1e-200).sum()), n, 1.0, leftover + ridge)
    # What the sum leaves out of S: the tail sum of squares.
    missing = (terms + 0.5) ** (1 - 2 * alpha) / (2 * alpha - 1) / direct.kappa**2 * direct.test / n
    assert bo.power_law_risk(alpha, n, ridge) == pytest.approx(direct.test, rel=1e-8 + 2 * missing)


def test_power_law_with_ridge_becomes_benign():
    values = [bo.power_law_risk(2.0, n, 0.01) - 1 for n in (1e2, 1e4, 1e6)]
    assert values[0] > 4 * values[1] > 16 * values[2] > 0
    assert bo.power_law_risk(60.0, 1e5) == pytest.approx(60, rel=1e-3)  # no overflow


def test_log_spectrum_confirmed_and_against_a_long_sum():
    for beta, n, expected in ((2.0, 100, 0.2745), (3.0, 100, 0.5056)):
        assert bo.log_spectrum_variance(beta, n) == pytest.approx(expected, abs=5e-5)
        i = np.arange(1.0, 1_000_001)
        leftover = math.log(1_000_001.0) ** (1 - beta) / (beta - 1)
        direct = bo.ridge_risk(1 / (i * np.log1p(i) ** beta), np.zeros_like(i), n, 1.0, leftover).variance
        assert bo.log_spectrum_variance(beta, n) == pytest.approx(direct, rel=2e-6)
    ratios = [bo.log_spectrum_variance(2.0, n) * math.log(n) for n in (1e2, 1e4, 1e8, 1e16, 1e64)]
    assert ratios == pytest.approx([1.26, 1.20, 1.13, 1.08, 1.03], abs=6e-3)
