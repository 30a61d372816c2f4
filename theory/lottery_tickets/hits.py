"""One target among the subset sums: the probability of a hit, and how many subsets hit on average."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Annotated, Literal

import numpy as np
import scipy

from theory.counting import irwin_hall_fraction, log_hit_rate
from theory.domain import Count, Floats, In, Positive, Real, checked, refusal
from theory.quadrature import normal_rule, panels

__all__ = ["subset_count_mean", "subset_hit_prob"]

MOST = 1000
"""Items at most: 2^n must stay a float."""
MOST_UNIFORM = 60
"""Beyond it the exact fractions take seconds."""


@checked
def subset_hit_prob(n: Count, eps: Positive, z: Real = 0.0, ex2: Positive = 1 / 3) -> float:
    r"""Return the probability that a non-empty subset of n random items has a sum within eps of z, for large n.

    .. math:: E_g\Bigl[1 - \exp\bigl(-\lambda_0 e^{-(z/s-g)^2/2}\bigr)\Bigr], \qquad
        \lambda_0 = \frac{2^n\, 2\varepsilon}{s\sqrt{2\pi}},\quad s = \tfrac12\sqrt{n\,EX^2},\quad g \sim N(0, 1)

    Given the items the sums are nearly normal about a centre that is itself normal: a mixed Poisson number of hits. The
    error is O(1/n), for targets within about s of 0; where |z| <= eps the empty subset hits besides.

    n >= 1 items; eps > 0; z: the target; ex2 > 0: E X^2. Returns a number in [0, 1]. Raises ValueError outside these
    domains.

    Source: derived here; behind it Lueker 1998 (introduction seen), Pensia et al. 2020, arXiv:2006.07990 (abstract
    seen).

    >>> s = math.sqrt(12 / 3) / 2
    >>> round(subset_hit_prob(12, 8 * s * math.sqrt(2 * math.pi) / 2**13, 0.231 * s), 4)
    0.9477
    """
    return hit(n, eps, z, ex2)


def hit(n: int, eps: float, z: float, ex2: float) -> float:
    """`subset_hit_prob` of arguments already checked."""
    s = math.sqrt(n * ex2) / 2
    log_rate = float(log_hit_rate(n, eps, s))
    reach = math.sqrt(2 * max(log_rate, 0.0))
    g, weights = normal_rule(24, [z / s - reach, z / s + reach])
    rate = np.exp(np.clip(log_rate - 0.5 * (z / s - g) ** 2, -700.0, 50.0))
    return min(1.0, float(weights @ -np.expm1(-rate)))


@checked
def subset_count_mean(
    n: Annotated[int, In(1, MOST)], eps: Positive, z: Real, dist: Literal["normal", "uniform"]
) -> float:
    r"""Return how many of the 2^n subsets of n random items have a sum within eps of z, on average; exact.

    .. math:: E N = \sum_{k=0}^n \binom nk P(|S_k - z| \le \varepsilon)

    S_k: the sum of k items; k = 0 is the empty subset. A bound on the probability of a hit, and no more: hits come
    together.

    n from 1 to 1000 (uniform: to 60); eps > 0; z: the target; dist: items standard normal, or uniform on [-1, 1] (sums
    of uniform numbers in exact fractions). Raises ValueError outside these domains.

    Source: derived here (elementary).

    >>> round(subset_count_mean(10, 2e-3, 0.3, "normal"), 4), round(subset_count_mean(10, 2e-3, 0.3, "uniform"), 4)
    (0.7565, 1.2363)
    """
    if dist == "uniform" and n > MOST_UNIFORM:
        raise refusal("n", n, f"an integer from 1 to {MOST_UNIFORM} for uniform items")
    near = _uniform if dist == "uniform" else _normal
    k = np.arange(1, n + 1)
    subsets = scipy.stats.binom.pmf(k, n, 0.5)
    chance = np.asarray([near(int(size), eps, abs(z)) for size in k])
    return float(2.0**n * (subsets @ chance)) + float(abs(z) <= eps)


def _normal(k: int, eps: float, z: float) -> float:
    """P(|S - z| <= eps) for S ~ N(0, k): the density integrated where two values of the cdf would cancel."""
    root = math.sqrt(k)
    low, high = (z - eps) / root, (z + eps) / root
    if high - low > 0.5:
        return float(scipy.special.ndtr(-low) - scipy.special.ndtr(-high))
    x, weights = panels([-1.0, 1.0], 20)
    middle, half = z / root, eps / root
    density: Floats = np.exp(-0.5 * (middle + half * x) ** 2) / math.sqrt(2 * math.pi)
    return float(half * (weights @ density))


def _uniform(k: int, eps: float, z: float) -> float:
    if z - eps >= k:
        return 0.0
    high, low = ((Fraction(z) + sign * Fraction(eps) + k) / 2 for sign in (1, -1))
    return float(irwin_hall_fraction(high, k) - irwin_hall_fraction(low, k))
