"""How many assignments find their expert full, when tokens choose."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np

from theory.counting import mean_excess
from theory.domain import Count, Floats, In, checked, refusal

__all__ = ["overflow_asymptote", "overflow_fraction"]


@checked
def overflow_fraction(
    tokens: Count,
    experts: Count,
    capacity: Annotated[int, In(0)],
    k: Count = 1,
    probs: Annotated[Floats, In(0.0, 1.0, ndim=1)] | None = None,
) -> float:
    r"""Return the expected share of the k T assignments that are dropped because their expert is full.

    .. math:: D = \frac{1}{kT} \sum_i E(L_i - C)_+, \qquad L_i \sim \mathrm{Bin}(T, p_i),

    with p_i = k/E where each token takes k distinct experts at random, and p_i = probs for one expert a token. Exact.
    Every load is binomial; that the loads depend on each other does not matter for their sum.

    tokens T, experts E: integers >= 1; capacity C >= 0, an integer (ceil(factor k T/E) in fractions, as 1.1 * 10 is
    not 11 in floating point); 1 <= k <= E; probs: (E,), sum 1, only with k = 1. Returns a number in [0, 1]. Raises
    ValueError outside these domains.

    Source: capacities of Fedus, Dean, Zoph 2022, arXiv:2209.01667, and arXiv:2101.03961 (recalled); derived here.

    >>> round(overflow_fraction(256, 8, 32), 5), round(overflow_fraction(256, 8, 64, k=2), 5)
    (0.06579, 0.04313)
    >>> overflow_fraction(2, 2, 1, probs=[0.5, 0.5])
    0.25
    """
    if k > experts:
        raise refusal("k", k, f"an integer from 1 to experts = {experts}")
    if probs is None:
        return float(experts * mean_excess(tokens, k / experts, capacity) / (k * tokens))
    check_probs(probs, experts, k)
    values, counts = np.unique(probs, return_counts=True)
    return float(counts @ mean_excess(tokens, values, capacity) / tokens)


def check_probs(probs: Floats, experts: int, k: int) -> None:
    """Refuse what is no distribution of one choice among the experts."""
    if k > 1:
        raise refusal("probs", probs.tolist(), f"None where k = {k} > 1")
    if probs.size != experts or abs(float(probs.sum()) - 1) > 1e-9:
        raise refusal("probs", probs.tolist(), f"experts = {experts} numbers that sum to 1")


@checked
def overflow_asymptote(tokens: Count, experts: Count, k: Count = 1) -> float:
    r"""Return what `overflow_fraction` tends to without spare room, C = k T/E, for many tokens.

    .. math:: \sqrt{\frac{E/k - 1}{2\pi T}}\,(1 + O(E/(kT)))

    tokens T, experts E >= 1; 1 <= k <= E. Raises ValueError outside these domains.

    Source: derived here: the mean of the positive part of a normal.

    >>> round(overflow_asymptote(256, 8), 5)
    0.06597
    """
    if k > experts:
        raise refusal("k", k, f"an integer from 1 to experts = {experts}")
    return math.sqrt((experts / k - 1) / (2 * math.pi * tokens))
