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


@pytest.mark.parametrize("gamma", [0.2, 1.0, 3.0])
@pytest.mark.parametrize("l", [1e-6, 0.3, 20.0])
def test_companion_is_the_transform_of_the_other_gram_matrix(l, gamma):
    v, slope = marchenko_pastur.companion(l, gamma)
    assert l * v * v + (l + gamma - 1) * v == pytest.approx(1.0, rel=1e-12)
    # tr (XX'/n + l)^{-1}/n: gamma shares of the p features, the rest of the n directions at 1/l.
    mean = marchenko_pastur.expectation(lambda s: 1 / (s + l), gamma)
    assert v == pytest.approx(gamma * float(mean) + (1 - gamma) / l, rel=1e-9)
    with mpmath.workdps(40):
        exact = mpmath.diff(lambda r: 2 / ((r + gamma - 1) + mpmath.sqrt((r + gamma - 1) ** 2 + 4 * r)), mpmath.mpf(l))
    assert slope == pytest.approx(float(exact), rel=1e-10)


def test_companion_without_ridge():
    found = marchenko_pastur.companion(0.0, [0.5, 1.0, 3.0])
    assert found.v.tolist() == [math.inf, math.inf, 0.5]
    assert found.slope.tolist() == [-math.inf, -math.inf, -0.375]


@pytest.mark.parametrize("gamma", [0.05, 0.25, 1.0, 1.5, 4.0])
def test_quantiles_have_their_probability(gamma):
    low, high = marchenko_pastur.support(gamma)
    atom = max(0.0, (gamma - 1) / gamma)
    assert marchenko_pastur.quantile([0.0, 1.0], gamma).tolist() == [0.0 if atom else low, high]
    for share in (0.05, 0.5, 0.9):
        q = atom + share * (1 - atom)
        s = float(marchenko_pastur.quantile(q, gamma))
        end = mpmath.acos(1 - 2 * (mpmath.mpf(s) - low) / (high - low))

        def density(angle):
            x = low + (high - low) * mpmath.sin(angle / 2) ** 2
            return 2 * mpmath.sin(angle) ** 2 / (mpmath.pi * x)

        mass = mpmath.quad(density, [0, end / 8, end])
        assert float(mass) == pytest.approx(q - atom, rel=1e-9)
    if atom:
        assert marchenko_pastur.quantile([0.5 * atom, atom], gamma).tolist() == [0.0, 0.0]


def test_median_of_a_square_matrix():
    # At gamma = 1 the distribution function in the angle is (a + sin a)/pi.
    s = float(marchenko_pastur.quantile(0.5, 1.0))
    angle = 2 * math.asin(math.sqrt(s) / 2)
    assert (angle + math.sin(angle)) / math.pi == pytest.approx(0.5, abs=1e-13)


@pytest.mark.parametrize("gamma", [0.3, 1.0, 2.5])
def test_log_mean_is_the_closed_form(gamma):
    s = np.array([0.0, 1e-9, 0.5, 30.0])
    found = marchenko_pastur.log_mean(s, gamma)
    for value, one in zip(found[2:], s[2:], strict=True):
        # Verdu, Shamai 1999: with F the squared gap of the roots at the two edges.
        edges = (math.sqrt(one * (1 + math.sqrt(gamma)) ** 2 + 1), math.sqrt(one * (1 - math.sqrt(gamma)) ** 2 + 1))
        F = (edges[0] - edges[1]) ** 2
        exact = math.log(1 + one - F / 4) + math.log(1 + one * gamma - F / 4) / gamma - F / (4 * one * gamma)
        assert value == pytest.approx(exact, rel=1e-10)
    assert found[:2] == pytest.approx([0.0, 1e-9], rel=1e-6)
