"""Intervals by declared tail, at any level, and the half-width that a given number of trials would reach.

Hall's transformation: P. Hall (1992), On the removal of skewness by transformation, JRSS B 54 (recalled); empirical
Bernstein: Maurer and Pontil (2009), arXiv:0907.3740, Theorem 4 (recalled); DKW with Massart's constant (1990).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special, stats

from claims.agreement import Bounded, Exact, Heavy, Moments, Probability, Tail
from lab.judge.memory import remembered


@dataclass(frozen=True)
class Estimate:
    """A mean (or quantile) of simulated values with its standard error and interval, in the quantity's own units.

    `skewness` is that of the estimator itself, so the skewness of one trial over the square root of their number.
    """

    value: float
    se: float
    low: float
    high: float
    trials: int
    skewness: float = 0.0

    @property
    def half_width(self) -> float:
        return 0.5 * (self.high - self.low)


def hall(value: Any, se: Any, skewness: Any, dof: Any, level: float) -> tuple[Any, Any]:
    """Interval for a mean from its standard error and its own skewness: the monotone cubic transformation, inverted.

    All arguments but the level may be arrays. With skewness 0 it is the t interval with `dof` degrees of freedom.
    """
    quantile = -special.stdtrit(dof, level / 2)
    return value - se * _untransform(quantile, skewness), value - se * _untransform(-quantile, skewness)


def _untransform(x: Any, skewness: Any) -> Any:
    """Root t of t + a (2 t^2 + 1)/6 + a^2 t^3/27 = x: the value that a studentised mean of skewness a must not exceed.

    The transformation is g(t) = t + a t^2/3 + a^2 t^3/27 + a/6, so (1 + a t/3)^3 = 1 + a (x - a/6).
    """
    a = np.asarray(skewness, dtype=np.float64)
    safe = np.where(np.abs(a) < 1e-8, 1.0, a)
    root = (3 / safe) * (np.cbrt(1 + safe * (x - safe / 6)) - 1)
    return np.where(np.abs(a) < 1e-8, x, root)


@remembered
def moments_interval(x: np.ndarray, level: float) -> Estimate:
    """Hall's interval for the mean of a sample."""
    n = x.size
    value = float(np.mean(x))
    centred = x - value
    squares = centred * centred
    m2 = float(np.mean(squares))
    if n < 2 or m2 == 0.0:
        return Estimate(value, 0.0, value, value, n)
    squares *= centred  # a product, not a power: pow is thirty times slower
    skewness = float(np.mean(squares)) / m2**1.5 / math.sqrt(n)
    se = math.sqrt(m2 / (n - 1))
    low, high = hall(value, se, skewness, n - 1, level)
    return Estimate(value, se, float(low), float(high), n, skewness)


def bernstein_half_width(variance: float, width: float, n: int, level: float) -> float:
    """Half-width of the two-sided empirical Bernstein interval for variables in an interval of the given width."""
    log = math.log(4 / level)
    return math.sqrt(2 * variance * log / n) + 7 * width * log / (3 * (n - 1))


def clopper_pearson(successes: int, n: int, level: float) -> tuple[float, float]:
    """Exact interval for a probability."""
    low = float(special.betaincinv(successes, n - successes + 1, level / 2)) if successes else 0.0
    high = float(special.betainccinv(successes + 1, n - successes, level / 2)) if successes < n else 1.0
    return low, high


def quantile_interval(x: np.ndarray, q: float, level: float) -> tuple[float, float]:
    """Distribution-free interval for a quantile from two order statistics (infinite where the sample is too short)."""
    ordered, n = np.sort(x), x.size
    below = int(stats.binom.ppf(level / 2, n, q)) - 1
    above = int(stats.binom.isf(level / 2, n, q)) + 1
    return (float(ordered[below]) if below >= 0 else -math.inf, float(ordered[above]) if above < n else math.inf)


@remembered
def estimate(x: np.ndarray, tail: Tail, level: float) -> Estimate:
    """The interval that a declared tail allows, for one simulated quantity."""
    n = x.size
    if isinstance(tail, Moments):
        return moments_interval(x, level)
    if isinstance(tail, Heavy):
        value = float(np.quantile(x, tail.quantile))
        # One standard error is half the width of the one-sigma interval of order statistics.
        inner = quantile_interval(x, tail.quantile, 0.3173)
        return Estimate(value, 0.5 * (inner[1] - inner[0]), *quantile_interval(x, tail.quantile, level), n)
    value = float(np.mean(x))
    if isinstance(tail, Exact):
        return Estimate(value, 0.0, float(np.min(x)), float(np.max(x)), n)
    deviation = float(np.std(x, ddof=1)) if n > 1 else 0.0
    se = deviation / math.sqrt(n)
    if isinstance(tail, Probability):
        return Estimate(value, se, *clopper_pearson(round(value * n), n, level), n)
    half = bernstein_half_width(deviation**2, tail.high - tail.low, n, level)
    return Estimate(value, se, max(tail.low, value - half), min(tail.high, value + half), n)


def dkw_half_width(n: int, level: float) -> float:
    """Half-width of the Dvoretzky-Kiefer-Wolfowitz band."""
    return math.sqrt(math.log(2 / level) / (2 * n))


def kolmogorov_distance(x: np.ndarray, cdf: Callable[[np.ndarray], np.ndarray]) -> float:
    """Largest distance between the empirical and a predicted cdf, jumps of either included."""
    values, counts = np.unique(x, return_counts=True)
    after = np.cumsum(counts) / x.size
    before = after - counts / x.size
    right = np.abs(np.asarray(cdf(values)) - after)
    left = np.abs(np.asarray(cdf(np.nextafter(values, -np.inf))) - before)
    return float(max(right.max(), left.max()))


# --- planning: how many trials reach a half-width --------------------------------------------------------------------


def trials_needed(pilot: np.ndarray, tail: Tail, half_width: float, level: float, most: int, least: int = 2) -> int:
    """The number of trials whose interval is expected to have at most this half-width, from a pilot's spread alone.

    The pilot's standard deviation is raised by three of its own standard errors, so that a lucky pilot does not leave
    the run undecided. Never more than `most`, never fewer than `least`.
    """
    predicted = _width_model(pilot, tail, level)
    if predicted(most) > half_width:
        return most
    width = predicted(least)
    if width <= half_width:
        return least
    low, high = least, most  # too few, enough
    guess = least * (width / half_width) ** 2  # a little too many: the quantile and the skewness shrink too
    for probe in (0.8 * guess, 1.01 * guess + 1):
        if low < probe < high:
            low, high = (low, int(probe)) if predicted(int(probe)) <= half_width else (int(probe), high)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if predicted(middle) <= half_width else (middle, high)
    return high


def _width_model(pilot: np.ndarray, tail: Tail, level: float) -> Callable[[int], float]:
    n0 = pilot.size
    centred = pilot - np.mean(pilot)
    squares = centred * centred
    variance = float(np.mean(squares))
    if isinstance(tail, Heavy):
        spread = float(np.subtract(*np.quantile(pilot, [min(1.0, tail.quantile + 0.2), max(0.0, tail.quantile - 0.2)])))
        # Density at the quantile from the central 40 % of the pilot, lowered by a quarter.
        scale = 1.25 * spread / 0.4 * math.sqrt(tail.quantile * (1 - tail.quantile))
        least = math.log(level / 2) / math.log(max(tail.quantile, 1 - tail.quantile))
        return lambda n: math.inf if n < least else scale * -float(special.ndtri(level / 2)) / math.sqrt(n)
    if isinstance(tail, Probability):
        p = min(max((float(np.sum(pilot)) + 1) / (n0 + 2), 1 / (n0 + 2)), 1 - 1 / (n0 + 2))
        variance = p * (1 - p)
        quantile = -float(special.ndtri(level / 2))
        return lambda n: 1.1 * quantile * math.sqrt(variance / n) + quantile**2 / n
    kurtosis = float(np.mean(squares * squares)) / variance**2 if variance else 1.0
    deviation = math.sqrt(variance * n0 / (n0 - 1)) * (1 + 3 * math.sqrt(max(kurtosis - 1, 0.1) / (4 * n0)))
    if isinstance(tail, Bounded):
        return lambda n: bernstein_half_width(deviation**2, tail.high - tail.low, max(n, 2), level)
    if variance == 0.0:
        return lambda n: 0.0
    skewness = float(np.mean(squares * centred)) / variance**1.5

    def width(n: int) -> float:
        low, high = hall(0.0, deviation / math.sqrt(n), skewness / math.sqrt(n), n - 1, level)
        return 0.5 * float(high - low)

    return width
