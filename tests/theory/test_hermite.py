"""Orthonormal Hermite coefficients against mpmath, closed kernels, and the constants of random features."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from theory.activations import NAMES, activation_function
from theory.double_descent import activation_constants
from theory.hermite import hermite_coefficient, orthonormal_coefficients, product_mean


@pytest.mark.parametrize("name", NAMES)
def test_coefficients_are_those_of_hermite_coefficient(name: str) -> None:
    found = orthonormal_coefficients(name, 12, slope=0.3, alpha=1.7)
    exact = [hermite_coefficient(name, k, slope=0.3, alpha=1.7) / math.sqrt(math.factorial(k)) for k in range(13)]
    np.testing.assert_allclose(found, exact, rtol=1e-15)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "abs", "step"])
def test_the_long_recursion_continues_the_short_one(name: str) -> None:
    short, long = (orthonormal_coefficients(name, K, slope=0.3) for K in (30, 200))
    np.testing.assert_allclose(long[:31], short, rtol=1e-13, atol=0)
    k = 123 if name == "step" else 124
    with mpmath.workdps(60):
        factor = {"relu": 1, "leaky_relu": mpmath.mpf(7) / 10, "abs": 2, "step": 1}[name]
        j = k - 1 if name == "step" else k - 2
        he = (-1) ** (j // 2) * mpmath.fac2(j - 1)
        exact = factor * he / mpmath.sqrt(2 * mpmath.pi * mpmath.factorial(k))
    assert long[k] == pytest.approx(float(exact), rel=1e-12)


def test_other_activations_end_at_order_30() -> None:
    with pytest.raises(ValueError, match="K = 31: must be an integer from 0 to 30 for activation 'tanh'"):
        orthonormal_coefficients("tanh", 31)


def test_product_means_are_the_arc_cosine_kernels() -> None:
    rho = np.linspace(-0.9, 0.9, 7)
    relu, step = orthonormal_coefficients("relu", 2000), orthonormal_coefficients("step", 2000)
    angle = np.arccos(rho)
    kernel = (np.sin(angle) + (math.pi - angle) * rho) / (2 * math.pi)
    np.testing.assert_allclose(product_mean(relu, relu, rho), kernel, rtol=1e-12)
    np.testing.assert_allclose(product_mean(step, step, rho), (math.pi - angle) / (2 * math.pi), rtol=1e-12)
    # erf: E erf(G) erf(G') = (2/pi) asin(2 rho/3); the coefficients fall like 3^(-k/2).
    erf = orthonormal_coefficients("erf", 30)
    np.testing.assert_allclose(product_mean(erf, erf, rho), 2 / math.pi * np.arcsin(2 * rho / 3), atol=1e-13)


@pytest.mark.parametrize("name", ["relu", "erf", "tanh", "sigmoid", "softplus", "abs"])
def test_constants_of_random_features_are_the_first_coefficients(name: str) -> None:
    constants, (a0, a1) = activation_constants(name), orthonormal_coefficients(name, 1)
    function = activation_function(name)
    rest = hermite_coefficient(lambda z: (function(z) - a0 - a1 * z) ** 2, 0)
    assert constants == pytest.approx((a0, a1, math.sqrt(rest)), rel=1e-12, abs=1e-13)
