"""Volumes of balls and spheres, ratios of Gamma functions that survive large arguments, and the topic's domains."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
from scipy.special import gammaln

from theory.domain import Floats, In, Integers

Dimension = Annotated[int, In(1, 1_000_000)]
Dimensions = Annotated[Integers, In(1, 1_000_000)]
Moment = Annotated[float, In(0.0, 100.0, open_low=True)]
Moments = Annotated[Floats, In(0.0, 100.0, open_low=True)]

_STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188)
_LARGE = 30.0


def log_ball(d: Floats | Integers | int) -> Floats:
    """log V_d, the volume of the unit ball of R^d."""
    log: Floats = 0.5 * np.asarray(d) * math.log(math.pi) - gammaln(0.5 * np.asarray(d) + 1)
    return log


def log_rising(x: Floats | float, a: Floats | float) -> Floats:
    """log Gamma(x + a) - log Gamma(x), x >= 1, a >= 0, without the cancellation of two large logarithms."""
    x, a = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(a, dtype=float))
    large = np.maximum(x, _LARGE)
    above = large + a
    tails = sum(c * (above ** -(2 * i + 1) - large ** -(2 * i + 1)) for i, c in enumerate(_STIRLING))
    stirling = (large - 0.5) * np.log1p(a / large) + a * np.log(above) - a + tails
    return np.asarray(np.where(x < _LARGE, gammaln(x + a) - gammaln(x), stirling))


def log_mean_cosine(d: Floats | Integers | int) -> Floats:
    """log E|u_1| for u uniform on the unit sphere of R^d: Gamma(d/2)/(sqrt(pi) Gamma((d+1)/2)); 0 for d = 1."""
    half = 0.5 * np.asarray(d)
    return -np.asarray(log_rising_half(half)) - 0.5 * math.log(math.pi)


def log_rising_half(x: Floats) -> Floats:
    """log Gamma(x + 1/2) - log Gamma(x) for x >= 1/2."""
    return log_rising(x, 0.5)
