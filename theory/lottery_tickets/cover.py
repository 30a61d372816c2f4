"""All targets of an interval at once: the event of the theorems on random subset sums."""

from __future__ import annotations

import math

import numpy as np

from theory.counting import log_hit_rate
from theory.domain import Count, Floats, NonNegative, Positive, checked
from theory.quadrature import normal_rule, panels

__all__ = ["subset_cover_prob"]

PANELS = 200
"""At most, over the interval."""
STEPS = np.array([-30.0, -10.0, -3.0, -1.0, 0.0, 1.0, 3.0, 10.0, 30.0])


@checked
def subset_cover_prob(n: Count, eps: Positive, L: NonNegative = 1.0, ex2: Positive = 1 / 3) -> float:
    r"""Return the probability that every z in [-L/2, L/2] is within eps of a subset sum of n random items, for large n.

    .. math:: E_g \exp\Bigl(-e^{-2\varepsilon\mu(-L/2)} - \int_{-L/2}^{L/2} \mu(z) e^{-2\varepsilon\mu(z)}\,dz\Bigr),
        \qquad \mu(z) = \frac{2^n e^{-(z/s-g)^2/2}}{s\sqrt{2\pi}},\quad s = \tfrac12\sqrt{n\,EX^2},\quad g \sim N(0,1)

    the exponent being the expected number of gaps longer than 2 eps. Good where the probability is large; too low by
    up to 0.1 where it is below 0.3 at n <= 16.

    n >= 1 items; eps > 0; L >= 0: length of the interval; ex2 > 0: E X^2. Returns a number in [0, 1]. Raises ValueError
    outside these domains.

    Source: derived here; the event of Lueker 1998 (introduction seen) and Pensia et al. 2020, arXiv:2006.07990
    (abstract seen), L = 1.

    >>> [round(subset_cover_prob(12, c * 12 / 2**12), 3) for c in (1, 2, 4)]
    [0.346, 0.766, 0.905]
    """
    s = math.sqrt(n * ex2) / 2
    log_rate = float(log_hit_rate(n, eps, s))
    half = L / (2 * s)
    g, weights = normal_rule(12, transitions(log_rate, half, s / eps))
    holes = np.exp(-np.exp(_log(log_rate, -half, g)))
    if L > 0:
        u, width = inside(half)
        log_mean = _log(log_rate, u[:, None], g)
        # mu dz = exp(log_mean) s du/(2 eps)
        log_holes = log_mean - np.exp(log_mean) + math.log(s) - math.log(2 * eps)
        holes = holes + width @ np.exp(np.clip(log_holes, -700.0, 700.0))
    return min(1.0, float(weights @ np.exp(-holes)))


def transitions(log_rate: float, half: float, per_unit: float) -> Floats:
    """Breaks in g about the places where covering breaks down, which is the more sudden the more sums there are.

    An end of the interval has no sum where its mean number passes 1, some gap is open where the least mean number
    passes the log of how many windows there are.
    """
    windows = max(math.e, 1 + half * min(per_unit, 1e300))
    level = max(1.0, log_rate + math.log(windows))
    places: list[Floats] = []
    for passed in (1.0, level):
        reach = math.sqrt(2 * max(log_rate - math.log(passed), 0.0))
        width = 1 / max(level * reach, math.sqrt(level))
        places += [sign * reach + side * half + width * STEPS for sign in (1, -1) for side in (1, -1)]
    return np.unique(np.concatenate(places))


def inside(half: float) -> tuple[Floats, Floats]:
    """Nodes and weights on [-half, half], denser towards the ends, where gaps are likeliest."""
    towards = half * (1 - 2.0 ** -np.arange(10))
    grid = np.linspace(-half, half, min(PANELS, 4 + math.ceil(min(4 * half, PANELS))) + 1)
    return panels(np.unique(np.concatenate([grid, towards, -towards])), 12)


def _log(log_rate: float, u: Floats | float, g: Floats) -> Floats:
    """The log of the mean number of sums within eps of u s; beyond exp(50) no hole is left."""
    return np.clip(log_rate - 0.5 * (u - g) ** 2, -700.0, 50.0)
