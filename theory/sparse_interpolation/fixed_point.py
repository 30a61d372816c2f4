"""Two searches that state evolution needs: where a falling function crosses, and the risk that reproduces itself."""

from __future__ import annotations

import math
from collections.abc import Callable

import scipy

Function = Callable[[float], float]


def crossing(function: Function, start: float, step: float = 1.0) -> float:
    """The zero of a falling function of a real number: steps that double, up or down from `start`, then Brent."""
    low = high = start
    while function(high) > 0:
        low, high, step = high, high + step, 2 * step
    while function(low) < 0:
        high, low, step = low, low - step, 2 * step
    if low == high:
        return low
    return float(scipy.optimize.brentq(function, low, high, xtol=1e-300, rtol=1e-15))


def self_consistent(risk_of: Function, sigma2: float, start: float) -> float:
    """The R with R = risk_of(sigma2 + R), by its logarithm, from `start`; risk_of grows more slowly than linearly.

    With r(v) for risk_of, log (sigma2 + r(v)) - log v falls through 0 at v = sigma2 + R.
    """

    def excess(log_v: float) -> float:
        v = math.exp(log_v)
        return math.log((sigma2 + risk_of(v)) / v)

    return float(risk_of(math.exp(crossing(excess, math.log(sigma2 + start), math.log(2)))))
