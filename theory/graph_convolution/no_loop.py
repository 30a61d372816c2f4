"""Graph convolution without self-loops: one cubic, then closed forms."""

from __future__ import annotations

import math
from typing import NamedTuple

import scipy

from theory.marchenko_pastur import companion


class GcnRisk(NamedTuple):
    """Mean squared error on the unlabelled and on the labelled nodes, and accuracy on the unlabelled ones."""

    test: float
    train: float
    accuracy: float


def normal_cdf(x: float) -> float:
    """The standard normal distribution function."""
    return 0.5 * math.erfc(-x / math.sqrt(2))


def shrinkage(gam: float, tau: float, rho: float) -> float:
    """The root s in (0, min(tau, 1/gam)) of (1 - gam s)(1 - s)(tau - s) = rho s: 1 - s/tau shrinks the residuals."""
    top = min(tau, 1 / gam)

    def excess(s: float) -> float:
        return (1 - gam * s) * (1 - s) * (tau - s) - rho * s

    if excess(top) >= 0:  # rho = 0, or below rounding
        return top
    return float(scipy.optimize.brentq(excess, 0.0, top, xtol=1e-300, rtol=1e-15, maxiter=2000))


def no_loop_risk(gam: float, tau: float, lam: float, mu: float, rho: float) -> GcnRisk:
    """The risks at c = 0; gam tau = 1 at rho = 0 is the caller's."""
    s = shrinkage(gam, tau, rho)
    k = max(0.0, (1 - gam * s) * (1 - s) / s)
    t, slope = map(float, companion(k, gam))
    seen = 1 + (mu + 1) * t
    d = lam**2 * (mu + 1) * t / seen
    e = d + k * lam**2 * (mu + 1) * slope / seen**2
    f2 = gam * s - k * (t + k * slope)
    delta = f2 / (gam * tau)
    test = (1 + e) / ((1 + d) ** 2 * (1 - delta))
    return GcnRisk(test, (1 - s / tau) ** 2 * test, normal_cdf(d * math.sqrt((1 - delta) / (e + delta))))
