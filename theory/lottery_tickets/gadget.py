"""A ReLU layer that is only pruned: one weight of a target network from N random hidden units."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import scipy

from theory.domain import In, Positive, Real, checked
from theory.lottery_tickets.hits import hit

__all__ = ["relu_gadget_prob"]

NEGLIGIBLE = 1e-18
PRODUCT = 1 / 9
"""E (u v)^2 of two uniform weights on [-1, 1]."""


@checked
def relu_gadget_prob(N: Annotated[int, In(1, 10_000)], eps: Positive, w: Real) -> float:
    r"""Return the probability that pruning N hidden ReLU units leaves the function w x to within eps |x|, for large N.

    The units are v_i relu(u_i x) with u, v uniform on [-1, 1]; of those with u > 0, which act for x > 0, a subset of
    the products u v must sum to w, and another of those with u < 0:

    .. math:: \sum_m \binom Nm 2^{-N} h(m)\, h(N-m)

    with h(m) the value of `subset_hit_prob` at m items and ex2 = 1/9, and h(0) = 1 where |w| <= eps, else 0. Products
    converge slowly: too high by some 0.03 at N = 20.

    N from 1 to 10,000; eps > 0; w: the target weight. Returns a number in [0, 1]. Raises ValueError outside these
    domains.

    Source: gadget of Pensia et al. 2020, arXiv:2006.07990 (recalled); law derived here.

    >>> round(relu_gadget_prob(20, 2e-3, 0.3), 3), round(relu_gadget_prob(24, 1e-3, 0.3), 3)
    (0.422, 0.571)
    """
    m = np.arange(N // 2 + 1)
    chance = scipy.stats.binom.pmf(m, N, 0.5) * np.where(2 * m == N, 1, 2)
    total = 0.0
    for size, share in zip(m.tolist(), chance.tolist(), strict=True):
        if share > NEGLIGIBLE:
            total += share * _side(size, eps, w) * _side(N - size, eps, w)
    return min(1.0, total)


def _side(m: int, eps: float, w: float) -> float:
    return hit(m, eps, w, PRODUCT) if m else float(abs(w) <= eps)
