"""Counts: subsets, what overflows a bin, sums of many counts, sums of uniform numbers, hits among all subset sums."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Annotated

import numpy as np
import scipy

from theory.domain import (
    Count,
    Counts,
    Floats,
    In,
    Integers,
    NonNegativeVector,
    Positives,
    Shares,
    Vector,
    checked,
    refusal,
)

__all__ = ["irwin_hall_cdf", "log_binomial", "log_hit_rate", "mean_excess", "pmf_power"]

MOST_UNIFORMS = 300
LONGEST = 2**20
"""Entries of a sum's distribution at most: beyond, memory and time."""


@checked(broadcast=True)
def log_binomial(n: Annotated[Integers, In(0)], k: Annotated[Integers, In(0)]) -> Floats:
    r"""Return $\log\binom nk$, -inf where k > n.

    n, k >= 0: integers of any size, broadcast. Raises ValueError outside these domains.

    Source: elementary: the probability that Bin(n, k/n) = k, which is not small, over the powers of k/n and 1 - k/n.

    >>> np.exp(log_binomial(5, [0, 2, 6])).round(10)
    array([ 1., 10.,  0.])
    """
    some, of = np.minimum(k, n).astype(float), n.astype(float)
    share = some / np.maximum(of, 1)
    powers = scipy.special.xlogy(some, share) + scipy.special.xlog1py(of - some, -share)
    return np.where(k > n, -math.inf, np.log(scipy.stats.binom.pmf(some, of, share)) - powers)[()]


@checked(broadcast=True)
def mean_excess(T: Counts, p: Shares, C: Annotated[Integers, In(0)]) -> Floats:
    r"""Return $E(B - C)_+$, what overflows a bin of capacity C into which each of T falls with probability p.

    .. math:: \sum_{j > C} (j-C)\, P(B = j) = T p\, P(\mathrm{Bin}(T-1,p) \ge C) - C\, P(\mathrm{Bin}(T,p) \ge C+1)

    summed as on the left: the right side cancels in the tail.

    T >= 1, C >= 0: integers; p in [0, 1]; all broadcast. Raises ValueError outside these domains.

    Source: elementary.

    >>> mean_excess(2, 0.5, [0, 1, 2])
    array([1.  , 0.25, 0.  ])
    """
    values = [_mean_excess(int(t), float(q), int(c)) for t, q, c in zip(T.flat, p.flat, C.flat, strict=True)]
    return np.asarray(values).reshape(T.shape)[()]


def _mean_excess(T: int, p: float, C: int) -> float:
    if C == 0 or p == 1:
        return T * p - C if p < 1 else float(max(T - C, 0))
    # Beyond 40 standard deviations (700 for rare events) nothing is left in float64.
    last = min(T, max(C, math.ceil(T * p)) + math.ceil(40 * math.sqrt(T * p * (1 - p))) + 700)
    first = max(C + 1, math.floor(T * p - 40 * math.sqrt(T * p * (1 - p))) - 700)
    j = np.arange(first, last + 1)
    return float(np.sum((j - C) * scipy.stats.binom.pmf(j, T, p)))


@checked
def pmf_power(pmf: NonNegativeVector, E: Count, length: Count | None = None) -> Floats:
    r"""Return the distribution of a sum of E independent counts, the E-fold convolution of one count's.

    pmf: (m,), >= 0, the probabilities of 0, 1, ..., m - 1 (they need not sum to 1); E >= 1; length: how many entries
    are wanted, by default all E (m - 1) + 1. By repeated squaring; every entry is a sum of non-negative terms, exact
    to rounding. Raises ValueError outside these domains or for more than 2^20 entries.

    Source: elementary.

    >>> pmf_power([0.5, 0.5], 3)
    array([0.125, 0.375, 0.375, 0.125])
    """
    whole = E * (pmf.size - 1) + 1
    if min(whole, length or whole) > LONGEST:
        raise refusal("E", E, f"so small that E (m - 1) + 1 = {whole} <= {LONGEST}, or length given")
    kept = min(whole, length or whole)
    result, power, left = np.ones(1), pmf[:kept], E
    while True:
        if left % 2:
            result = np.convolve(result, power)[:kept]
        left //= 2
        if not left:
            return np.concatenate([result, np.zeros((length or kept) - result.size)])
        power = np.convolve(power, power)[:kept]


@checked
def irwin_hall_cdf(x: Vector, n: Annotated[int, In(1, MOST_UNIFORMS)]) -> Floats:
    r"""Return $P(U_1 + \dots + U_n \le x)$ for independent uniform numbers on [0, 1].

    .. math:: \frac1{n!} \sum_{j \le x} (-1)^j \binom nj (x-j)^n

    The sum alternates and cancels in floating point beyond n of about 20: here it is done in exact fractions, from the
    nearer end.

    x: (m,), real numbers; n from 1 to 300. Returns (m,). Raises ValueError outside these domains.

    Source: Irwin 1927, Hall 1927 (recalled).

    >>> irwin_hall_cdf([-1.0, 0.5, 1.0, 2.0], 2)
    array([0.   , 0.125, 0.5  , 1.   ])
    """
    return np.asarray([float(irwin_hall_fraction(Fraction(value), n)) for value in x.tolist()])


def irwin_hall_fraction(x: Fraction, n: int) -> Fraction:
    """`irwin_hall_cdf` of one number, exactly: differences of it do not cancel.

    >>> irwin_hall_fraction(Fraction(1, 2), 2)
    Fraction(1, 8)
    """
    if x <= 0 or x >= n:
        return Fraction(int(x >= n))
    mirrored = 2 * x > n
    low = n - x if mirrored else x
    a, b = low.numerator, low.denominator
    total = sum((-1) ** j * math.comb(n, j) * (a - j * b) ** n for j in range(math.floor(low) + 1))
    tail = Fraction(total, b**n * math.factorial(n))
    return 1 - tail if mirrored else tail


@checked(broadcast=True)
def log_hit_rate(n: Counts, eps: Positives, s: Positives) -> Floats:
    r"""Return the log of how many of 2^n numbers, normal with standard deviation s, lie within eps of their centre.

    .. math:: \log\frac{2^n\, 2\varepsilon}{s\sqrt{2\pi}}

    to first order in eps/s; the log, as 2^n overflows.

    n >= 1; eps, s > 0; all broadcast. Raises ValueError outside these domains.

    Source: elementary.

    >>> log_hit_rate(10, 1e-3, 1.0).round(4)
    np.float64(-0.2021)
    """
    return np.asarray(n * math.log(2) + np.log(eps) - np.log(s) + 0.5 * math.log(2 / math.pi))[()]
