"""Shrinkage of one number: integrals at 40 digits, brute-force minimisers, and the identities between the maps."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.shrinkage import bridge_jump, bridge_prox, power_prox, soft_moments, soft_threshold_risk


def integral(w: float, tau: float, theta: float) -> tuple[mpmath.mpf, mpmath.mpf]:
    """Risk and activity by quadrature, split at the kinks."""
    low, high = (-theta - w) / tau, (theta - w) / tau

    def error(z: mpmath.mpf) -> mpmath.mpf:
        seen = w + tau * z
        shrunk = seen - theta if seen > theta else seen + theta if seen < -theta else mpmath.mpf(0)
        return (shrunk - w) ** 2 * mpmath.npdf(z)

    with mpmath.workdps(40):
        grid = sorted({low, high, *[low - k for k in (1, 3, 8)], *[high + k for k in (1, 3, 8)]})
        risk = mpmath.quad(error, [-mpmath.inf, *map(mpmath.mpf, grid), mpmath.inf])
        return risk, mpmath.ncdf(low) + mpmath.ncdf(-mpmath.mpf(high))


@pytest.mark.parametrize(
    ("w", "tau", "theta"),
    [
        (0, 1, 0), (0, 1, 1), (0, 1, 7), (0, 1, 20), (1, 1, 1.5), (4, 1, 2), (-3, 0.5, 1), (2, 3, 0.1), (10, 1, 3),
        (0.3, 1, 12),
    ],
)  # fmt: skip
def test_soft_threshold_against_quadrature(w: float, tau: float, theta: float) -> None:
    risk, active = integral(w, tau, theta)
    found = soft_moments(w, tau, theta)
    assert found.risk == pytest.approx(float(risk), rel=1e-9)
    assert found.active == pytest.approx(float(active), rel=1e-12)
    assert soft_threshold_risk(w / tau, theta / tau) * tau**2 == pytest.approx(float(risk), rel=1e-9)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(mu=st.floats(0, 50), t=st.floats(0, 30))
def test_bounds_of_the_soft_threshold(mu: float, t: float) -> None:
    risk = soft_threshold_risk(mu, t)
    assert risk == soft_threshold_risk(-mu, t)
    assert 0 <= risk <= min(1 + t * t, soft_threshold_risk(0.0, t) + mu * mu) * (1 + 1e-12)
    assert soft_threshold_risk(mu, 0.0) == pytest.approx(1.0)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(x=st.floats(-1e6, 1e6), log_theta=st.floats(-20, 20), p=st.floats(1.001, 2.0))
def test_power_prox_is_the_stationary_point(x: float, log_theta: float, p: float) -> None:
    theta = float(np.exp(log_theta))
    u = float(power_prox(x, theta, p))
    assert u == -float(power_prox(-x, theta, p))
    if u == 0 and x != 0:  # exp(-700) and less
        assert np.log(abs(x) / theta) < -700 * (p - 1)
        return
    with mpmath.workdps(40):
        size = mpmath.mpf(abs(u))
        assert abs(size + theta * size ** (p - 1) - abs(x)) <= 1e-11 * abs(x)
    if p == 2:
        assert u == pytest.approx(x / (1 + theta))


def test_power_prox_between_soft_and_ridge() -> None:
    x = np.linspace(-5, 5, 21)
    assert power_prox(x, 0.0, 1.3) == pytest.approx(x)
    assert power_prox(x, 1.5, 2.0) == pytest.approx(x / 2.5)
    assert power_prox(x, 1.0, 1 + 1e-6) == pytest.approx(np.sign(x) * np.maximum(abs(x) - 1, 0), abs=2e-5)


@pytest.mark.parametrize("c", [0.05, 0.6, 3.0])
@pytest.mark.parametrize("q", [0.2, 0.5, 2 / 3, 0.95])
def test_bridge_prox_is_the_global_minimiser(c: float, q: float) -> None:
    grid = np.linspace(0, 8, 400_001)
    jump = bridge_jump(c, q)
    for y in (0.3, 0.8, 2.5, 7.0, 0.999 * jump.observed, 1.001 * jump.observed):
        value = (y - grid) ** 2 / 2 + c * grid**q
        found = float(bridge_prox(y, c, q))
        assert (y - found) ** 2 / 2 + c * found**q <= value.min() * (1 + 1e-12)
        assert found == pytest.approx(grid[value.argmin()], abs=3e-5)
        assert bridge_prox(-y, c, q) == -found
    assert bridge_prox(jump.observed, c, q) == 0.0
    assert bridge_prox(jump.observed * (1 + 1e-12), c, q) == pytest.approx(jump.shrunk, rel=1e-5)


def test_bridge_confirmed_values() -> None:
    # Weight decay lam over L layers: q = 2/L, c = lam L/2.
    cases = [(3, 0.1, 0.355656), (3, 0.4, 1.005947), (4, 0.1, 0.512993), (4, 0.4, 1.292661)]
    for depth, lam, observed in cases:
        assert bridge_jump(lam * depth / 2, 2 / depth).observed == pytest.approx(observed, abs=6e-7)
    assert bridge_prox([0.0, 4.0], 0.0, 0.5).tolist() == [0.0, 4.0]
