"""The heaviest load of any expert, when every token chooses one at random."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
import scipy

from theory.counting import pmf_power
from theory.domain import Floats, In, checked

__all__ = ["max_load_cdf", "max_load_mean"]

Tokens = Annotated[int, In(1, 2**14)]
Experts = Annotated[int, In(1, 2**14)]


@checked
def max_load_cdf(tokens: Tokens, experts: Experts, C: Annotated[int, In(0)]) -> float:
    r"""Return the probability that no expert gets more than C tokens: that nothing is dropped.

    .. math:: P(\max_i L_i \le C) = \frac{T!}{E^T}\,[z^T] \Bigl(\sum_{j \le C} \frac{z^j}{j!}\Bigr)^E

    as the coefficient T of the E-fold convolution of a truncated Poisson(T/E), over P(Poisson(T) = T): no factorials.

    tokens T, experts E: from 1 to 16384; C >= 0. Returns a number in [0, 1]: 0 for C E < T, 1 for C >= T. Raises
    ValueError outside these domains.

    Source: classical; derived here (independent Poisson loads, given their sum).

    >>> max_load_cdf(2, 2, 1)
    0.5
    >>> round(max_load_cdf(256, 16, 23), 4)
    0.5647
    """
    return _cdf(tokens, experts, C)


def _cdf(T: int, E: int, C: int) -> float:
    if C >= T or E == 1:
        return float(C >= T)
    if C * E < T:
        return 0.0
    single: Floats = scipy.stats.poisson.pmf(np.arange(C + 1), T / E)
    # Shorter than T + 1 where C E = T exactly: pmf_power pads with zeros.
    together = float(pmf_power(single, E, T + 1)[T])
    return min(1.0, together / float(scipy.stats.poisson.pmf(T, T)))


@checked
def max_load_mean(tokens: Annotated[int, In(1, 2**12)], experts: Annotated[int, In(1, 2**12)]) -> float:
    r"""Return the expected load of the heaviest expert, $\sum_{c \ge 0} P(\max_i L_i > c)$.

    tokens T, experts E: from 1 to 4096. Raises ValueError outside these domains.

    Source: `max_load_cdf`.

    >>> round(max_load_mean(256, 16), 4), round(max_load_mean(64, 8), 4)
    (23.4364, 12.2353)
    """
    least = math.ceil(tokens / experts)  # below it no room for all
    total = float(least)
    for c in range(least, tokens):
        above = 1 - _cdf(tokens, experts, c)
        if above < 1e-16:
            break
        total += above
    return total
