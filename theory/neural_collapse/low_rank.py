"""Deep linear layers under cross-entropy: the collapsed solution against one of half its rank."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, NamedTuple

import numpy as np
import scipy

from theory.domain import Count, In, Positive, checked, refusal


class DeepCELosses(NamedTuple):
    """Losses of the collapsed and of the paired solution, and the gaps between true and unrelated logits."""

    collapse: float
    collapse_gap: float
    pairs: float
    pairs_gap: float


def _even(K: int) -> None:
    if K % 2:
        raise refusal("K", K, "even")


def _last_minimum(log_slope: Callable[[float], float], L: int, cost: float) -> float:
    """Largest t with exp(log_slope) t^(1-2/L) = cost, where the left side falls; nan where there is none."""

    def excess(t: float) -> float:
        return log_slope(t) + (1 - 2 / L) * math.log(t) - math.log(cost)

    far = 10.0 + 4 * abs(math.log(cost))
    grid = np.geomspace(1e-6, far, 2000)
    best = int(np.argmax([excess(t) for t in grid]))
    bounds = (grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)])
    peak = float(
        scipy.optimize.minimize_scalar(
            lambda t: -excess(t), bounds=bounds, method="bounded", options={"xatol": 1e-12}
        ).x
    )
    return math.nan if excess(peak) <= 0 else float(scipy.optimize.brentq(excess, peak, far, xtol=1e-14, rtol=1e-14))


@checked
def deep_ce_losses(K: Annotated[int, In(4)], n: Count, L: Annotated[int, In(2)], lam: Positive) -> DeepCELosses:
    r"""Return the losses of two critical points of L factors under cross-entropy, each factor penalised alike.

    $\frac1N\sum CE(A_L\cdots A_1)+\frac\lambda2\sum_l\|A_l\|^2$, K balanced classes, no bias. With t the gap between
    the true and an unrelated logit, the collapse $t(I-\frac1K11^\top)\otimes1_n^\top$ (rank K - 1) and the pairs
    $t(I_{K/2}\otimes\binom{\;1\;-1}{-1\;\;1})\otimes1_n^\top$ (rank K/2) have
    $$f_C=\log(1+(K-1)e^{-t})+\tfrac{L\lambda}2(K-1)(t\sqrt n)^{2/L},\quad
    f_P=\log(1+e^{-2t}+(K-2)e^{-t})+\tfrac{L\lambda}2\tfrac K2(2t\sqrt n)^{2/L},$$
    each at its minimum of largest t. From `pairs_depth` on f_P < f_C at every t > 0: collapse is not optimal.

    K >= 4, even; n >= 1 samples a class; L >= 2 factors, the features among them; lam > 0. Returns fields collapse,
    collapse_gap, pairs, pairs_gap, nan where there is no minimum with t > 0. Raises ValueError outside these domains.

    Source: low-rank bias: Sukenik, Mondelli, Lampert 2024 (arXiv:2405.14468), Garrod, Keating (arXiv:2410.23169),
    abstracts seen; losses and pairs derived here.

    >>> found = deep_ce_losses(4, 1, 4, 0.01)
    >>> round(found.collapse, 9), round(found.pairs, 9)
    (0.152877278, 0.139898751)
    """
    _even(K)

    def wrong_pairs(t: float) -> float:
        return math.exp(-2 * t) + (K - 2) * math.exp(-t)

    def log_pairs(t: float) -> float:
        return -t + math.log(2 * math.exp(-t) + K - 2) - math.log1p(wrong_pairs(t))

    def log_collapse(t: float) -> float:
        return -t + math.log(K - 1) - math.log1p((K - 1) * math.exp(-t))

    costs = (K - 1) * n ** (1 / L), K / 2 * (4 * n) ** (1 / L)
    gap, pairs_gap = (_last_minimum(f, L, lam * c) for f, c in zip((log_collapse, log_pairs), costs, strict=True))
    loss, pairs = (L * lam / 2 * c * t ** (2 / L) for c, t in zip(costs, (gap, pairs_gap), strict=True))
    loss += math.log1p((K - 1) * math.exp(-gap))
    return DeepCELosses(loss, gap, pairs + math.log1p(wrong_pairs(pairs_gap)), pairs_gap)


@checked
def pairs_depth(K: Annotated[int, In(4)]) -> float:
    r"""Return the number of factors $L^*=2/\log_2(2(K-1)/K)$ from which pairs beat collapse at every gap.

    K >= 4, even. Raises ValueError outside.

    Source: derived here.

    >>> round(pairs_depth(4), 3), round(pairs_depth(6), 3)
    (3.419, 2.714)
    """
    _even(K)
    return 2 / math.log2(2 * (K - 1) / K)
