"""The Marchenko-Pastur law against mpmath and closed forms, uniformly in the ratio."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from theory import marchenko_pastur

RATIOS = (1e-3, 0.5, 0.999, 1.0, 1 + 1e-6, 2.0, 100.0)


@pytest.mark.parametrize("gamma", RATIOS)
def test_moments(gamma: float) -> None:
    mass, first, second, third = (float(marchenko_pastur.expectation(lambda s, k=k: s**k, gamma)) for k in (0, 1, 2, 3))
    assert (mass, first) == pytest.approx((1.0, 1.0), rel=1e-14)
    assert (second, third) == pytest.approx((1 + gamma, 1 + 3 * gamma + gamma**2), rel=1e-14)


@pytest.mark.parametrize("gamma", RATIOS)
@pytest.mark.parametrize("lam", [1e-10, 1e-3, 1.0, 50.0])
def test_stieltjes_transform(gamma: float, lam: float) -> None:
    with mpmath.workdps(40):
        g, z = mpmath.mpf(gamma), mpmath.mpf(lam)
        exact = (-(1 - g + z) + mpmath.sqrt((1 - g + z) ** 2 + 4 * g * z)) / (2 * g * z)
    assert float(marchenko_pastur.expectation(lambda s: 1 / (s + lam), gamma)) == pytest.approx(float(exact), rel=1e-12)


@pytest.mark.parametrize("t", [0.1, 10.0, 1e6, 1e12])
def test_exponential_at_ratio_one(t: float) -> None:
    with mpmath.workdps(30):
        x = mpmath.mpf(2 * t)
        exact = mpmath.exp(-x) * (mpmath.besseli(0, x) + mpmath.besseli(1, x))
    value = marchenko_pastur.expectation(lambda s: np.exp(-t * s), 1.0)
    assert float(value) == pytest.approx(float(exact), rel=1e-13)


def test_values_of_many_functions_at_once_and_the_atom() -> None:
    values = marchenko_pastur.expectation(lambda s: np.exp(-np.multiply.outer([0.0, 1e4], s)), 4.0)
    assert values == pytest.approx([1.0, 0.75], rel=1e-12)
    assert marchenko_pastur.quadrature(4.0).atom == 0.75


def test_density_is_that_of_the_quadrature() -> None:
    low, high = marchenko_pastur.support(0.5)
    with mpmath.workdps(20):
        second = mpmath.quad(lambda s: s * s * float(marchenko_pastur.density(float(s), 0.5)), [low, 1, high])
    assert float(second) == pytest.approx(1.5, rel=1e-8)


def test_density_ends() -> None:
    low, high = marchenko_pastur.support(0.25)
    assert list(marchenko_pastur.density([low, high, -1.0, high + 1], 0.25)) == [0, 0, 0, 0]
    assert marchenko_pastur.density(0.0, 1.0) == math.inf


@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf, "1", [], [1.0]])
def test_bad_ratio(bad: object) -> None:
    for function in (marchenko_pastur.support, marchenko_pastur.quadrature):
        with pytest.raises(ValueError, match="gamma"):
            function(bad)
    with pytest.raises(ValueError, match="gamma"):
        marchenko_pastur.density(1.0, bad)
    with pytest.raises(ValueError, match="gamma"):
        marchenko_pastur.expectation(lambda s: s, bad)


def test_bad_point() -> None:
    with pytest.raises(ValueError, match="s = nan"):
        marchenko_pastur.density(math.nan, 0.5)


def test_density_between_the_ends_and_at_the_ratio_one() -> None:
    points = [0.0, 0.3, 1.0, 2.0]
    exact = [0.0, *(math.sqrt((2.25 - s) * (s - 0.25)) / (2 * math.pi * 0.25 * s) for s in points[1:])]
    assert marchenko_pastur.density(points, 0.25) == pytest.approx(exact, rel=1e-15)
    assert marchenko_pastur.density(1.0, 1.0) == pytest.approx(math.sqrt(3) / (2 * math.pi), rel=1e-15)


def test_expectation_asks_for_the_value_at_zero_only_where_the_atom_is() -> None:
    assert marchenko_pastur.expectation(lambda s: 1 / s, 0.5) == pytest.approx(2.0, rel=1e-12)
    for function in (lambda s: 1 / s, lambda s: s / s, np.log):
        with pytest.raises(ValueError) as refusal:
            marchenko_pastur.expectation(function, 2.0)
        expected = f"function = {function!r}: must be finite at 0, an atom for gamma = 2.0 > 1"
        assert str(refusal.value) == expected


def test_expectation_wants_a_value_at_each_node() -> None:
    def first_two(s: np.ndarray) -> np.ndarray:
        return s[:2]

    with pytest.raises(ValueError) as refusal:
        marchenko_pastur.expectation(first_two, 0.5)
    expected = f"function = {first_two!r}: must give values (..., m) at m nodes, not (2,)"
    assert str(refusal.value) == expected
