"""Quadrature rules against exact moments, and against one another."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.special

from theory.quadrature import chi_square_rule, gaussian_mean, normal_rule, panels, quantile_rule


def test_panels_are_exact_for_polynomials_and_sum_to_the_length() -> None:
    nodes, weights = panels([-1.0, 0.5, 0.75, 4.0], 6)
    assert nodes.shape == weights.shape == (18,)
    assert weights.sum() == pytest.approx(5.0, rel=1e-15)
    for k in range(12):
        assert weights @ nodes**k == pytest.approx((4.0 ** (k + 1) - (-1.0) ** (k + 1)) / (k + 1), rel=1e-13)
    for bad in ([1.0], [1.0, 1.0], [2.0, 1.0]):
        with pytest.raises(ValueError, match=r"breaks = .*: must be at least two increasing numbers"):
            panels(bad, 3)


@pytest.mark.parametrize("breaks", [None, [0.0], [-1.3, 0.2, 50.0]])
def test_normal_rules_have_the_moments_of_a_normal(breaks: list[float] | None) -> None:
    nodes, weights = normal_rule(20, breaks)
    for k in range(0, 20, 2):
        assert weights @ nodes**k == pytest.approx(math.prod(range(1, k, 2)), rel=1e-12)
        assert weights @ nodes ** (k + 1) == pytest.approx(0.0, abs=1e-13 * math.prod(range(1, k + 2, 2)))


def test_breaks_make_kinks_and_jumps_exact() -> None:
    nodes, weights = normal_rule(16, [0.7])
    tail = scipy.special.ndtr(-0.7)
    density = math.exp(-0.245) / math.sqrt(2 * math.pi)
    assert weights @ (nodes > 0.7) == pytest.approx(tail, rel=1e-14)
    assert weights @ np.maximum(nodes - 0.7, 0) == pytest.approx(density - 0.7 * tail, rel=1e-13)
    assert gaussian_mean(lambda z: max(z, 0.0)) == pytest.approx(1 / math.sqrt(2 * math.pi), rel=1e-13)


@pytest.mark.parametrize("df", [1, 2, 5, 61, 1000])
def test_chi_square_moments(df: int) -> None:
    nodes, weights = chi_square_rule(df)
    assert weights.sum() == pytest.approx(1.0, rel=1e-14)
    moments = (df, df * (df + 2), df * (df + 2) * (df + 4))
    assert [float(weights @ nodes**k) for k in (1, 2, 3)] == pytest.approx(moments, rel=1e-10)
    if df > 4:
        assert weights @ nodes**-2 == pytest.approx(1 / ((df - 2) * (df - 4)), rel=1e-6)


def test_quantile_rule_integrates_through_quantiles() -> None:
    u, weights = quantile_rule(61)
    for df in (1, 3, 40):
        assert weights @ scipy.special.chdtri(df, 1 - u) == pytest.approx(df, rel=1e-6)
