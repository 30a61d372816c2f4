"""Random features: the two published forms agree; limits, special cases and published numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import erf

from theory.double_descent import activation_constants, rf_risk, rf_risk_polynomial, ridge_risk

RELU = activation_constants("relu")
ERF = activation_constants("erf")


def _close(a: Any, b: Any, rel: float) -> None:
    assert a == pytest.approx(b, rel=rel, abs=0)


# --- the two forms ----------------------------------------------------------------------------------------------------


@settings(derandomize=True, max_examples=300, deadline=None)
@given(
    psi1=st.floats(0.1, 10),
    ratio=st.one_of(st.floats(0.1, 0.95), st.floats(1.05, 10)),
    lam=st.one_of(st.just(0.0), st.floats(1e-6, 10)),
    mu1=st.floats(0.05, 2),
    mu_star=st.floats(0.1, 2),
    F_star=st.floats(0, 1),
)
def test_both_forms_agree(psi1: float, ratio: float, lam: float, mu1: float, mu_star: float, F_star: float) -> None:
    arguments = (psi1, psi1 * ratio, lam, mu1, mu_star, 1.0, F_star, 0.3)
    _close(rf_risk(*arguments), rf_risk_polynomial(*arguments), 1e-10)


def test_both_forms_agree_at_the_peak() -> None:
    for lam in (1e-8, 1e-4, 1.0):
        _close(rf_risk(3, 3, lam, *RELU[1:]), rf_risk_polynomial(3, 3, lam, *RELU[1:]), 1e-7)


# --- numbers ----------------------------------------------------------------------------------------------------------


def test_confirmed_numbers() -> None:
    ridgeless = rf_risk(2, 3, 0.0, RELU.mu1, RELU.mu_star, tau2=0.25)
    assert ridgeless.total == pytest.approx(1.1849, abs=5e-5)
    assert ridgeless.bias_coef == pytest.approx(0.6849, abs=5e-5)
    assert ridgeless.var_coef == pytest.approx(2.0, rel=1e-12)
    assert rf_risk(5, 3, 0.01, RELU.mu1, RELU.mu_star, tau2=0.25).total == pytest.approx(0.3298, abs=5e-5)
    assert rf_risk(3, 3, 0.01, RELU.mu1, RELU.mu_star, tau2=0.25).total == pytest.approx(0.4814, abs=5e-5)
    curve = rf_risk(6, [0.5, 1, 2, 4.5, 9], 0.0, ERF.mu1, ERF.mu_star, tau2=4.0).total
    assert curve == pytest.approx([3.261, 5.736, 4.981, 13.147, 8.055], abs=1e-3)


def test_triple_descent_along_n() -> None:
    curve = rf_risk(6, [0.5, 1, 2.5, 5.9, 12], 0.0, ERF.mu1, ERF.mu_star, tau2=4.0).total
    assert (np.sign(np.diff(curve)) == [1, -1, 1, -1]).all()


def test_peak_is_infinite_without_ridge_only() -> None:
    assert all(math.isinf(value) for value in rf_risk(3, 3, 0.0, *RELU[1:]))
    assert rf_risk(3, 3, 0.0, *RELU[1:], F1=0.0).total == 0
    assert math.isfinite(rf_risk(3, 3, 1e-6, *RELU[1:]).total)


# --- limits -----------------------------------------------------------------------------------------------------------


def test_ridgeless_is_the_limit_of_small_ridge() -> None:
    for psi1, psi2 in ((2.0, 3.0), (3.0, 2.0), (0.5, 2.0), (2.0, 0.5)):
        _close(rf_risk(psi1, psi2, 0.0, *RELU[1:]), rf_risk(psi1, psi2, 1e-11, *RELU[1:]), 1e-6)


def test_noise_coefficient_without_linear_part() -> None:
    # A purely nonlinear isotropic kernel: least squares on N features for n > N, so the noise part is N/(n - N).
    risk = rf_risk(2, 5, 0.0, 0.0, 0.7)
    assert risk.var_coef == pytest.approx(2 / 3, rel=1e-13)
    assert risk.bias_coef == pytest.approx(1 + 2 / 3, rel=1e-13)  # the target is noise to these features


def test_many_features_make_ridge_regression_in_d_dimensions() -> None:
    # N -> infinity: the kernel mu1^2 XX'/d + mu_star^2 I, so ridge regression at (mu_star^2/psi2 + lam)/mu1^2.
    psi2, lam, (_, mu1, mu_star) = 1.5, 0.3, RELU
    risk = rf_risk(1e7, psi2, lam, mu1, mu_star)
    plain = ridge_risk((mu_star**2 / psi2 + lam) / mu1**2, 3000, ([1.0], [2000]), [1 / 2000], 1.0)
    assert risk.bias_coef == pytest.approx(float(plain.bias), rel=1e-5)
    assert risk.var_coef == pytest.approx(float(plain.variance), rel=1e-5)


def test_linear_activation() -> None:
    assert rf_risk(0.5, 2, 0.0, 0.7, 0.0).var_coef == pytest.approx(1 / 3)  # least squares on N < d features
    assert rf_risk(3, 2, 0.0, 0.7, 0.0) == pytest.approx((0.0, 0.0, 1.0))
    assert rf_risk(3, 1, 0.0, 0.7, 0.0).var_coef == math.inf
    _close(rf_risk(2, 3, 0.1, 0.7, 0.0), rf_risk(2, 3, 0.1, 0.7, 1e-7), 1e-9)


def test_arguments_broadcast_and_signs_do_not_matter() -> None:
    table = rf_risk([[2.0], [4.0]], [1.0, 3.0], 0.1, -RELU.mu1, RELU.mu_star, F1=-1.0)
    assert table.total.shape == (2, 2)
    assert table.total[1, 0] == rf_risk(4, 1, 0.1, RELU.mu1, RELU.mu_star).total


# --- activations ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "function"),
    [("relu", lambda u: max(u, 0.0)), ("erf", erf), ("abs", abs), ("sign", np.sign), ("identity", lambda u: u)],
)
def test_closed_forms_against_quadrature(name: str, function: Callable[[float], float]) -> None:
    assert activation_constants(name) == pytest.approx(activation_constants(function), abs=1e-13)


def test_hermite_square() -> None:
    assert activation_constants(lambda u: 3 + 2 * u + (u * u - 1)) == pytest.approx((3, 2, math.sqrt(2)), rel=1e-12)


@pytest.mark.parametrize("bad", ["gelu2", 3.0, None, lambda u: "a", lambda u: math.nan, lambda u: math.exp(u * u / 4)])
def test_bad_activation(bad: object) -> None:
    with pytest.raises(ValueError, match="activation"):
        activation_constants(bad)


# --- bad input --------------------------------------------------------------------------------------------------------

GOOD = {"psi1": 2.0, "psi2": 3.0, "lam": 0.1, "mu1": 0.5, "mu_star": 0.3, "F1": 1.0, "F_star": 0.1, "tau2": 0.2}
POSITIVE, NONNEGATIVE = ("psi1", "psi2"), ("lam", "mu_star", "tau2")
BAD = [(name, value) for name in GOOD for value in (math.nan, math.inf, "1", [], None, True)]
BAD += [(name, value) for name in POSITIVE for value in (0.0, -1.0)] + [(name, -0.1) for name in NONNEGATIVE]


@pytest.mark.parametrize("function", [rf_risk, rf_risk_polynomial])
@pytest.mark.parametrize(("name", "value"), BAD)
def test_bad_input(function: Callable[..., Any], name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        function(**{**GOOD, name: value})


def test_shapes_and_constant_activation() -> None:
    with pytest.raises(ValueError, match="psi1"):
        rf_risk([1.0, 2.0], [1.0, 2.0, 3.0], 0.1, 0.5, 0.3)
    with pytest.raises(ValueError, match="mu_star"):
        rf_risk(2, 3, 0.1, 0.0, 0.0)
    with pytest.raises(ValueError, match="mu_star"):
        rf_risk_polynomial(2, 3, 0.1, 0.5, 0.0)
