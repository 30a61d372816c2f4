"""Normal tails against mpmath at 40 digits, and the identities between them."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
import scipy.special

from theory.normal_tails import energy_above, energy_below, energy_of_top, mills

POINTS = [0.0, 1e-6, 0.3, 1.0, 4.0, 12.0, 30.0]


@pytest.mark.parametrize("u", POINTS)
def test_energies_and_mills_ratio_against_mpmath(u: float) -> None:
    with mpmath.workdps(40):
        x = mpmath.mpf(u)
        density, tail = mpmath.npdf(x), mpmath.erfc(x / mpmath.sqrt(2)) / 2
        above = 2 * (x * density + tail)
        below = mpmath.gammainc(mpmath.mpf(3) / 2, 0, x * x / 2, regularized=True)
        ratio, left = tail / density, (1 - tail) / density
    assert energy_above(u) == pytest.approx(float(above), rel=1e-12, abs=0)
    assert energy_below(u) == pytest.approx(float(below), rel=1e-12, abs=0)
    assert mills(u) == pytest.approx(float(ratio), rel=1e-14, abs=0)
    assert mills(-u) == pytest.approx(float(left), rel=1e-12, abs=0)


def test_above_and_below_are_all_and_the_top_is_above_its_quantile() -> None:
    u = np.array(POINTS)
    np.testing.assert_allclose(energy_above(u) + energy_below(u), 1.0, rtol=1e-14)
    share = 2 * scipy.special.ndtr(-u[:5])
    np.testing.assert_allclose(energy_of_top(share), energy_above(u[:5]), rtol=1e-12)
    assert energy_of_top([0.0, 1.0]).tolist() == [0.0, 1.0]
    # Magnitude pruning of a share s leaves s - 2 u phi(u) behind, u = Phi^{-1}((1 + s)/2).
    s = 0.4
    quantile = scipy.special.ndtri((1 + s) / 2)
    removed = s - 2 * quantile * math.exp(-(quantile**2) / 2) / math.sqrt(2 * math.pi)
    assert 1 - energy_of_top(1 - s) == pytest.approx(removed, rel=1e-13)
    assert energy_below(quantile) == pytest.approx(removed, rel=1e-13)


def test_far_out() -> None:
    assert mills(1e75) == pytest.approx(1e-75)
    assert mills(-100.0) == math.inf
    assert (energy_above(1e75), energy_below(1e75)) == (0.0, 1.0)
