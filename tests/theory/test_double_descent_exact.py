"""double_descent: scale invariances, ends of the number range, and constants to all digits."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from scipy.special import expit

from theory import double_descent as dd


def test_worst_progress_to_all_digits() -> None:
    with mpmath.workdps(30):
        root = mpmath.findroot(lambda x: x - mpmath.log(1 + x + x * x), 1.8)
        constant = ((1 + root) * -mpmath.expm1(-root) / root) ** 2
    assert dd.worst_progress() == pytest.approx(float(root), rel=4e-16)
    assert dd.early_stopping_constant() == pytest.approx(float(constant), rel=1e-15)


def test_early_stopping_ratio_with_what_is_left_out() -> None:
    s, w, t = np.array([1.0, 2.0, 0.0]), np.array([0.5, 1.0, 2.0]), 0.7
    flow = w @ (np.exp(-2 * t * s) / 3) + w[:2] @ (np.expm1(-t * s[:2]) ** 2 / s[:2])
    ridge = w @ ((1 / 3 + t * t * s) / (1 + t * s) ** 2)
    assert dd.gf_ridge_ratio(s, w, t) == pytest.approx(flow / ridge, rel=1e-14)


def test_early_stopping_ratio_at_the_ends_of_the_number_range() -> None:
    # At once both risks are the start's; where ridge's risk underflows, the flow's did long before.
    assert dd.gf_ridge_ratio([1.0], [1.0], [0.0, 1e-300], r2=1e10) == pytest.approx([1.0, 1.0])
    assert dd.gf_ridge_ratio([1.0], [1.0], 1e-200, r2=0.0) == pytest.approx(1.0)
    assert dd.gf_ridge_ratio([1e75], [1e-200], [1.0, 1e75], sigma2=0.0).tolist() == [0.0, 0.0]


def test_elliptical_limit_does_not_feel_the_unit_of_the_scales() -> None:
    gammas = np.array([[0.5, 0.9], [0.99, 3.0]])
    scales = np.array([0.5, 2.0, 3.0])
    plain = dd.elliptical_noise_limit(gammas, 2.0, scales)
    assert plain.shape == (2, 2)
    for unit in (1e-12, 1e12):
        assert dd.elliptical_noise_limit(gammas, 2.0, unit * scales) == pytest.approx(plain, rel=1e-11)


def test_variance_of_variance_next_to_its_end() -> None:
    for n, p in ((9, 5), (5, 9), (10, 5)):
        a, b, v = max(n, p), min(n, p), abs(n - p)
        exact = 2 * b * (a - 1) / (v * (v - 1) ** 2 * (v - 3))
        assert dd.variance_of_variance(n, p) == pytest.approx(exact, rel=1e-14)


# --- constants of activations -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "function"), [("tanh", np.tanh), ("sigmoid", expit), ("softplus", lambda u: np.logaddexp(0.0, u))]
)
def test_names_are_their_functions(name: str, function: Callable[[float], Any]) -> None:
    assert dd.activation_constants(name) == pytest.approx(dd.activation_constants(function), rel=1e-13)
    assert dd.activation_constants(name).mu1 > 0


def test_an_activation_may_overflow_on_its_way_to_a_number() -> None:
    found = dd.activation_constants(lambda u: 1 / (1 + np.exp(-20 * np.float64(u))))
    assert found.mu0 == pytest.approx(0.5, rel=1e-12)


def test_fast_growth_is_taken_as_far_as_its_square_can_be_integrated() -> None:
    found = dd.activation_constants(lambda u: math.exp(0.21 * u * u))
    assert found.mu0 == pytest.approx(1 / math.sqrt(1 - 0.42), rel=1e-12)
    assert found.mu_star**2 == pytest.approx(1 / math.sqrt(1 - 0.84) - 1 / (1 - 0.42), rel=1e-9)


@pytest.mark.parametrize(
    "function",
    [
        lambda u: math.exp(0.243 * u * u),
        lambda u: math.exp(0.243 * u * u) if u < 0 else 0.0,
        lambda u: math.exp(0.243 * u * u) if u > 0 else 0.0,
        lambda u: math.inf if abs(u) < 1 else 0.0,
    ],
)
def test_no_second_moment_no_constants(function: Callable[[float], float]) -> None:
    with pytest.raises(ValueError, match="must have a finite Gaussian second moment"):
        dd.activation_constants(function)


def test_linear_features_are_least_squares_in_d_dimensions() -> None:
    assert dd.rf_risk(4, 3, 0.0, 0.7, 0.0).var_coef == pytest.approx(1 / 2, rel=1e-12)
    assert dd.rf_risk(1.5, 1.5, 0.0, 0.7, 0.0).var_coef == pytest.approx(2.0, rel=1e-12)  # no peak at N = n > d


@pytest.mark.parametrize("function", [dd.rf_risk, dd.rf_risk_polynomial])
def test_amplitudes_of_the_target(function: Callable[..., Any]) -> None:
    risk = function(2, 3, 0.1, 0.5, 0.3, F1=0.7, F_star=1.3, tau2=0.2)
    total = 0.49 * risk.bias_coef + (0.2 + 1.69) * risk.var_coef + 1.69
    assert risk.total == pytest.approx(total, rel=1e-14)
