"""Pruned gradients and the Gaussian mechanism against exact small cases and outside numbers."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
import scipy.integrate
import scipy.optimize
import scipy.stats

from theory import gradient_reconstruction as gr

# --- pruning ----------------------------------------------------------------------------------------------------------


def test_pruned_error_is_the_mean_of_an_inverse_wishart():
    # E W^-1 = I/(n - B - 1), here from the one-dimensional law: 1/(W^-1)_11 is chi-square with n - B + 1 degrees.
    for m, B, keep in ((80, 20, 0.5), (100, 20, 0.4), (10, 3, 1.0)):
        mean = scipy.stats.chi2(round(keep * m) - B + 1).expect(lambda x: 1 / x)
        assert gr.pruned_gradient_error(m, B, keep, 2.0) == pytest.approx(4 * mean, rel=1e-6)


def test_pruned_error_with_a_prior():
    assert gr.pruned_gradient_error(80, 20, 0.2, 0.05, 1.0) == pytest.approx(0.200498, abs=1e-6)
    assert gr.pruned_gradient_error(160, 40, 0.2, 0.05, 1.0) == pytest.approx(0.200250, abs=1e-6)
    assert gr.pruned_gradient_error(40, 40, 0.5, 1e-9, 0.3) == pytest.approx(0.09 * 0.5)


def test_a_share_that_only_rounding_keeps_from_an_integer():
    assert gr.pruned_gradient_error(10, 1, 0.7, 1.0) == 1 / 5
    assert 0.7 * 10 != 7 or 0.07 * 100 != 7
    assert gr.pruned_gradient_error(100, 1, 0.07, 1.0) == 1 / 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((10, 2, 0.55, 1.0), "keep = 0.55: keep . m must be an integer"),
        ((10, 2, 1e-12, 1.0), "keep = 1e-12"),
        ((10, 4, 0.5, 1.0), "keep = 0.5: keep . m must be at least B . 2 = 6"),
        ((10, 4, 0.0, 1.0), "keep = 0"),
        ((10, 4, 1.0, 0.0), "noise_std = 0"),
    ],
)
def test_bad_pruning_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        gr.pruned_gradient_error(*arguments)


# --- the Gaussian mechanism -------------------------------------------------------------------------------------------


def test_two_candidates_in_closed_form():
    for a in (0.0, 0.3, 1.0, 4.0):
        assert gr.candidate_success(2, a) == pytest.approx(scipy.stats.norm.cdf(a / math.sqrt(2)), abs=1e-12)
        assert gr.candidate_success(2, a, simplex=True) == pytest.approx(scipy.stats.norm.cdf(a), abs=1e-12)
        assert gr.reconstruction_robustness(2, a) == pytest.approx(scipy.stats.norm.cdf(a), abs=1e-12)


def test_guessing_without_signal():
    for K in (2, 7, 1000, 10**6, 10**12):
        assert gr.candidate_success(K, 0.0) == pytest.approx(1 / K, rel=1e-9)
        assert gr.reconstruction_robustness(K, 0.0) == pytest.approx(1 / K, rel=1e-12)
        assert gr.renyi_robustness(K, 0.0) == pytest.approx(1 / K, rel=1e-12)
    assert gr.candidate_success(5, 1e9) == gr.candidate_success(5, 61.0) == gr.renyi_robustness(5, 1e9) == 1.0


@pytest.mark.parametrize(("K", "a"), [(10, 2.0), (1000, 3.0), (10**6, 4.7)])
def test_success_against_mpmath(K, a):
    def integrand(t):
        return mpmath.npdf(t) * mpmath.ncdf(t + a) ** (K - 1)

    value = mpmath.quad(integrand, [-12, -6, -3, -1, 0, 1, 2, 3, 6, 12])
    assert gr.candidate_success(K, a) == pytest.approx(float(value), rel=1e-9)


def test_three_candidates_on_a_plane():
    # A simplex of three: the region of one candidate is a sector of 120 degrees around it.
    a = 1.3
    sector = scipy.integrate.quad(
        lambda y: scipy.stats.norm.pdf(y) * scipy.stats.norm.sf(abs(y) / math.sqrt(3) - a), -10, 10, points=[0]
    )[0]
    assert gr.candidate_success(3, a, simplex=True) == pytest.approx(sector, rel=1e-9)


def test_the_bounds_are_ordered_and_the_order_is_the_best():
    for K in (2, 10, 1000):
        for a in (0.1, 0.8, 1.6, 3.0):
            orthogonal, simplex = gr.candidate_success(K, a), gr.candidate_success(K, a, simplex=True)
            bound, renyi = gr.reconstruction_robustness(K, a), gr.renyi_robustness(K, a)
            assert orthogonal < simplex <= bound * (1 + 1e-12) < renyi * (1 + 1e-9)

    def exponent(log_order):
        order = 1 + math.exp(log_order)
        return (order / 2 - math.log(10)) * (order - 1) / order

    best = scipy.optimize.minimize_scalar(exponent, bounds=(-8, 8), method="bounded", options={"xatol": 1e-10}).fun
    assert gr.renyi_robustness(10, 1.0) == pytest.approx(math.exp(best), rel=1e-9)


@pytest.mark.parametrize("function", [gr.candidate_success, gr.reconstruction_robustness, gr.renyi_robustness])
def test_bad_games_are_refused(function):
    with pytest.raises(ValueError, match="K = 1"):
        function(1, 1.0)
    with pytest.raises(ValueError, match="snr = -0"):
        function(3, -0.5)
    assert all(np.diff([function(5, a) for a in (0.0, 0.5, 1.0, 1.5)]) > 0)
