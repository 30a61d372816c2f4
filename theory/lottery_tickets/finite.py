"""What the limit laws of subset sums leave out at order 1/n: random mean squares of the items, and their kurtosis."""

from __future__ import annotations

import math

import numpy as np
import scipy

from theory.counting import log_hit_rate
from theory.domain import Count, Floats, NonNegative, Positive, Real, checked, refusal
from theory.lottery_tickets.cover import inside, transitions
from theory.quadrature import normal_rule, quantile_rule

__all__ = ["subset_cover_next", "subset_hit_next"]

NODES = 40
"""Of the items' mean square."""
NEGLIGIBLE = 1e-25


@checked
def subset_hit_next(n: Count, eps: Positive, z: Real = 0.0, ex2: Positive = 1 / 3, ex4: Positive = 1 / 5) -> float:
    r"""Return `subset_hit_prob` with its terms of order 1/n.

    .. math:: E_v \int \phi(g)\Bigl(1 + \tfrac{K}{24} He_4(g)\Bigr)
        \Bigl[1 - \exp\Bigl(-\tfrac{\lambda_0}{\sqrt v}\, e^{-x^2/2}
        \bigl(1 + \tfrac{K}{24} He_4(x)\bigr)\Bigr)\Bigr]dg, \qquad x = \frac{z}{s\sqrt v} - g

    Given the sizes of symmetric items, their signs and the choice of a subset are fair coins alike: the sums'
    centre and the sums about it have the same variance s^2 v, v = sum X^2/(n E X^2), and the same excess kurtosis,
    K = -2 E X^4/(n (E X^2)^2) up to higher order. v is taken as a gamma variable of mean one and variance
    (E X^4/(E X^2)^2 - 1)/n; for normal items that is its law.

    n >= 1 items; eps > 0; z: the target; ex2 > 0, ex4 >= ex2^2: E X^2 and E X^4 (uniform on [-1, 1]: 1/5; normal: 3;
    products of two uniform: 1/25). Returns a number in [0, 1]. Raises ValueError outside these domains.

    Source: derived here.

    >>> round(subset_hit_next(12, 0.01696, 3**0.5, 1.0, 3.0), 3)
    0.934
    """
    _check(ex2, ex4)
    total = 0.0
    for s, K, share in _given(n, ex2, ex4):
        log_rate = float(log_hit_rate(n, eps, s))
        reach = math.sqrt(2 * max(log_rate, 0.0))
        g, weights = normal_rule(24, [z / s - reach, z / s + reach])
        found = -np.expm1(-_rate(log_rate, z / s - g, K))
        total += share * float(weights * (1 + K / 24 * _he4(g)) @ found)
    return min(1.0, max(0.0, total))


@checked
def subset_cover_next(
    n: Count, eps: Positive, L: NonNegative = 1.0, ex2: Positive = 1 / 3, ex4: Positive = 1 / 5
) -> float:
    r"""Return `subset_cover_prob` with its terms of order 1/n, and with gaps that are mirror images counted once.

    The mean square and the kurtosis enter as in `subset_hit_next`. Besides, the sums lie symmetrically about their
    centre c, as a subset and its complement do: where the interval holds z and 2c - z, a gap there is one, not two.

    n >= 1 items; eps > 0; L >= 0: length of the interval; ex2 > 0, ex4 >= ex2^2. Returns a number in [0, 1]. Raises
    ValueError outside these domains.

    Source: derived here.

    >>> round(subset_cover_next(14, 2 * 14 / 2**14), 3)
    0.74
    """
    _check(ex2, ex4)
    unit, width = inside(1.0)
    total = 0.0
    for s, K, share in _given(n, ex2, ex4):
        half, per_unit = L / (2 * s), s / (2 * eps)
        log_rate = float(log_hit_rate(n, eps, s))
        g, weights = normal_rule(12, transitions(log_rate, half, s / eps))
        g, weights = g[weights > NEGLIGIBLE], weights[weights > NEGLIGIBLE]
        holes = np.exp(-_rate(log_rate, -half - g, K))
        whole = _rate(log_rate, half * unit[:, None] - g, K)
        holes = holes + per_unit * half * (width @ (whole * np.exp(-whole)))
        # Of |g - u| <= twice the images lie in the interval too.
        twice = np.maximum(half - abs(g), 0.0)
        about = _rate(log_rate, twice * unit[:, None], K)
        holes = holes - 0.5 * per_unit * twice * (width @ (about * np.exp(-about)))
        total += share * float(weights * (1 + K / 24 * _he4(g)) @ np.exp(-np.maximum(holes, 0.0)))
    return min(1.0, max(0.0, total))


def _check(ex2: float, ex4: float) -> None:
    if ex4 < ex2 * ex2 * (1 - 1e-12):
        raise refusal("ex4", ex4, f"at least ex2^2 = {ex2 * ex2:g}")


def _given(n: int, ex2: float, ex4: float) -> list[tuple[float, float, float]]:
    """Standard deviations given the sizes, the excess kurtosis and the weight of each."""
    ratio = ex4 / ex2 / ex2
    K = -2 * ratio / n
    spread = (ratio - 1) / n
    if spread < 1e-12:
        return [(math.sqrt(n * ex2) / 2, K, 1.0)]
    u, weights = quantile_rule(NODES)
    v = scipy.special.gammaincinv(1 / spread, u) * spread
    return [(math.sqrt(n * ex2 * x) / 2, K, w) for x, w in zip(v.tolist(), weights.tolist(), strict=True) if x > 1e-8]


def _rate(log_rate: float, x: Floats, K: float) -> Floats:
    """The mean number of sums within eps of a place x standard deviations from their centre."""
    rate: Floats = np.exp(np.clip(log_rate - 0.5 * x * x, -700.0, 50.0)) * _density(x, K)
    return rate


def _he4(x: Floats) -> Floats:
    square = x * x
    value: Floats = square * (square - 6) + 3
    return value


def _density(x: Floats, K: float) -> Floats:
    """The density over the normal one; 0 where the expansion, far out, would be negative."""
    ratio: Floats = np.maximum(1 + K / 24 * _he4(np.clip(x, -40.0, 40.0)), 0.0)
    return ratio
