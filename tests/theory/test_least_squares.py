"""The mean of the pseudo-inverse of a Wishart matrix, against quadrature and exact traces."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest

from theory import least_squares
from theory.double_descent import min_norm_risk


@pytest.mark.parametrize("n", [3, 4, 9])
def test_one_feature_is_the_mean_of_an_inverse_chi_square(n: int) -> None:
    half = mpmath.mpf(n) / 2
    total = mpmath.quad(lambda t: 2 * t ** (n - 3) * mpmath.exp(-t * t / 2), [0, 2, 5, mpmath.inf])
    assert least_squares.inverse_wishart_mean(n, 1) == pytest.approx(float(total / (2**half * mpmath.gamma(half))))


def test_trace_is_that_of_the_smaller_gram_matrix() -> None:
    for n, p in ((12, 5), (5, 12), (30, 7), (3, 100)):
        mean = least_squares.inverse_wishart_mean(n, p)
        assert mean * p == pytest.approx(float(Fraction(min(n, p), abs(n - p) - 1)), rel=1e-15)
        # X'X and XX' have the same nonzero eigenvalues: the traces of the pseudo-inverses agree.
        assert mean * p == pytest.approx(float(least_squares.inverse_wishart_mean(p, n)) * n, rel=1e-15)
    assert least_squares.inverse_wishart_mean([4, 5, 6], 5).tolist() == [math.inf] * 3


def test_the_topic_offers_the_same_function() -> None:
    assert min_norm_risk is least_squares.min_norm_risk
    risk = least_squares.min_norm_risk(40, np.array([30, 60]), 2.0, 0.5)
    means = least_squares.inverse_wishart_mean(40, np.array([30, 60]))
    assert risk.variance == pytest.approx(0.5 * np.array([30, 60]) * means, rel=1e-15)
