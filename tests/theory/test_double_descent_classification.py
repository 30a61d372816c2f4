"""Classification: least squares, maximum margin and separability against quadrature, limits and published numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import ndtr

from theory.double_descent import ls_classifier_error, max_margin, positive_part_moments, separability_threshold


@pytest.mark.parametrize("a", [-200.0, -36.0, -15.0, -5.0, -2.001, -1.999, 0.0, 3.0, 40.0])
def test_positive_part_moments(a: float) -> None:
    with mpmath.workdps(400 if a < -20 else 60):
        x = mpmath.mpf(a)
        tail = mpmath.erfc(-x / mpmath.sqrt(2)) / 2
        first, second = x * tail + mpmath.npdf(x), (1 + x * x) * tail + x * mpmath.npdf(x)
    found = positive_part_moments(a)
    assert found[0] == pytest.approx(float(first), rel=1e-13, abs=1e-300)
    assert found[1] == pytest.approx(float(second), rel=1e-13, abs=1e-300)


# --- least squares ----------------------------------------------------------------------------------------------------


def test_least_squares_numbers() -> None:
    assert ls_classifier_error([0.25, 0.8, 1.2, 3.0, 4.0], 1.5) == pytest.approx(
        [0.1089, 0.2823, 0.3105, 0.2113, 0.2179], abs=5e-5
    )


def test_least_squares_limits() -> None:
    assert ls_classifier_error(1.0, 1.5) == 0.5
    assert ls_classifier_error(1e-12, 1.5) == pytest.approx(ndtr(-1.5), rel=1e-9)  # the Bayes error
    assert (ls_classifier_error([0.2, 3.0], 0.0) == 0.5).all()
    # Many features: the averaging classifier, Q(s^2/sqrt(s^2 + gamma)) to leading order.
    assert ls_classifier_error(1e8, 100.0) == pytest.approx(ndtr(-1e4 / math.sqrt(1e4 + 1e8)), rel=1e-3)


# --- separability -----------------------------------------------------------------------------------------------------


def test_thresholds() -> None:
    assert separability_threshold(1.5) == pytest.approx(0.12991, abs=5e-6)
    assert separability_threshold(0.0) == pytest.approx(0.5, rel=1e-14)  # Cover: n < 2p
    assert separability_threshold([0.0, 3.0], "logistic")[0] == pytest.approx(0.5, rel=1e-12)
    assert separability_threshold(1.0, "sign") == 0


def test_mixture_threshold_is_the_minimum() -> None:
    for s in (0.3, 1.5, 6.0):
        values = [positive_part_moments(-rho * s)[1] / (1 - rho**2) for rho in np.linspace(0, 0.9999, 3001)]
        assert separability_threshold(s) == pytest.approx(min(values), rel=1e-5, abs=0)


def test_logistic_threshold_by_monte_carlo_free_quadrature() -> None:
    # min over rho of E P(-rho W/sqrt(1 - rho^2)), W of density 2 phi(w)/(1 + e^{-2w}), on a fine grid.
    w = np.linspace(-10, 10, 20_001)
    density = np.exp(-0.5 * w * w) * math.sqrt(2 / math.pi) / (1 + np.exp(-2 * w)) * (w[1] - w[0])

    def level(rho: float) -> float:
        return float(positive_part_moments(-rho * w / math.sqrt(1 - rho**2))[1] @ density)

    found = minimize_scalar(level, bounds=(0, 0.99), method="bounded", options={"xatol": 1e-8})
    assert separability_threshold(2.0, "logistic") == pytest.approx(found.fun, rel=1e-9)


def test_steep_logistic_labels_are_signs() -> None:
    steep, sign = max_margin(1.0, 1e4, "logistic"), max_margin(1.0, 0.0, "sign")
    assert tuple(steep) == pytest.approx(tuple(sign), rel=1e-6)


# --- maximum margin ---------------------------------------------------------------------------------------------------


def test_confirmed_numbers() -> None:
    assert tuple(max_margin(1.5, 1.5)) == pytest.approx((1.3427, 0.62945, 0.17254), abs=5e-5)
    assert max_margin(4.0, 1.5).margin == pytest.approx(2.176, abs=5e-4)
    assert max_margin(4.0, 1.5).error == pytest.approx(0.2127, abs=5e-5)
    assert tuple(max_margin(1.0, 2.0, "logistic"))[:2] == pytest.approx((0.6226, 0.4625), abs=5e-5)
    assert tuple(max_margin(3.0, 2.0, "logistic"))[:2] == pytest.approx((1.5214, 0.3121), abs=5e-5)
    assert tuple(max_margin(0.2, 0.0, "sign"))[:2] == pytest.approx((0.1967, 0.9569), abs=5e-5)
    assert tuple(max_margin(1.5, 0.0, "sign"))[:2] == pytest.approx((1.0433, 0.5758), abs=5e-5)


@pytest.mark.parametrize("model", ["mixture", "logistic", "sign"])
@pytest.mark.parametrize("gamma", [0.6, 2.0, 20.0])
def test_defining_equations(model: str, gamma: float) -> None:
    """At the solution the level equals gamma and is least there, by an independent trapezoidal integral."""
    s = 1.7
    margin, cosine, _ = max_margin(gamma, s, model)
    w = np.linspace(-10, 10, 40_001)
    step = np.full(w.size, w[1] - w[0])
    if model == "sign":
        step[w < 0], step[w == 0] = 0.0, 0.5 * (w[1] - w[0])
    weight = 1 if model == "sign" else 1 / (1 + np.exp(-s * w))
    density = np.exp(-0.5 * w * w) * math.sqrt(2 / math.pi) * weight * step

    def level(rho: float) -> float:
        if model == "mixture":
            return float(positive_part_moments(margin - rho * s)[1]) / (1 - rho**2)
        return float(positive_part_moments((margin - rho * w) / math.sqrt(1 - rho**2))[1] @ density)

    assert level(float(cosine)) == pytest.approx(gamma, rel=1e-6)
    assert level(float(cosine)) <= min(level(float(cosine) - 1e-3), level(float(cosine) + 1e-3))


def test_errors_of_the_two_kinds() -> None:
    mixture, sign = max_margin(1.5, 1.5), max_margin(1.5, 0.0, "sign")
    assert mixture.error == pytest.approx(ndtr(-1.5 * mixture.cosine), rel=1e-14)
    assert sign.error == pytest.approx(math.acos(sign.cosine) / math.pi, rel=1e-12)


def test_no_signal() -> None:
    for model in ("mixture", "logistic"):
        margin, cosine, error = max_margin(0.8, 0.0, model)
        assert positive_part_moments(margin)[1] == pytest.approx(0.8, rel=1e-12)
        assert (cosine, error) == (0.0, 0.5)


def test_margin_vanishes_at_the_threshold_and_grows_with_the_ratio() -> None:
    threshold = float(separability_threshold(1.5))
    margins = max_margin(threshold * np.asarray([1 + 1e-6, 1.1, 2.0, 50.0]), 1.5).margin
    assert 0 < margins[0] < 1e-5
    assert (np.diff(margins) > 0).all()
    assert max_margin(1e6, 1.5).margin == pytest.approx(1e3, rel=1e-5)  # orthogonal data: sqrt(p/n)


def test_below_the_threshold() -> None:
    for gamma, s, model in ((0.12, 1.5, "mixture"), (0.5, 0.0, "mixture"), (0.3, 2.0, "logistic")):
        with pytest.raises(ValueError, match="gamma"):
            max_margin(gamma, s, model)


def test_arrays() -> None:
    table = max_margin([[1.0], [2.0]], [1.0, 2.0, 3.0])
    assert table.error.shape == (2, 3)
    assert table.error[1, 2] == max_margin(2.0, 3.0).error


# --- bad input --------------------------------------------------------------------------------------------------------

FUNCTIONS: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (ls_classifier_error, {"gamma": 0.5, "s": 1.0}),
    (max_margin, {"gamma": 2.0, "s": 1.0, "model": "mixture"}),
    (separability_threshold, {"s": 1.0, "model": "logistic"}),
    (positive_part_moments, {"a": 1.0}),
]
CASES = [
    (function, good, name, value)
    for function, good in FUNCTIONS
    for name in good
    for value in (math.nan, math.inf, "one", [], None, True)
]
CASES += [(function, good, "s", -1.0) for function, good in FUNCTIONS[:3]]
CASES += [(function, good, "gamma", value) for function, good in FUNCTIONS[:2] for value in (0.0, -1.0)]


@pytest.mark.parametrize(("function", "good", "name", "value"), CASES)
def test_bad_input(function: Callable[..., Any], good: dict[str, Any], name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        function(**{**good, name: value})


def test_shapes() -> None:
    with pytest.raises(ValueError, match="gamma"):
        ls_classifier_error([1.0, 2.0], [1.0, 2.0, 3.0])
