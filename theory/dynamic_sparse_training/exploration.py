"""How many of all weights were ever active: random regrowth goes on exploring, regrowth by gradients stops."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
import scipy

from theory.domain import Count, Floats, In, Integers, checked, refusal

__all__ = ["rigl_explored_limit", "rigl_rounds", "set_explored_rate", "set_explored_var"]

Weights = Annotated[int, In(1, 10**12)]
Times = Annotated[Integers, In(0)]


def _candidates(N: int, s: int, k: int, include_pruned: bool) -> int:
    """How many weights may be grown, after the sizes are checked."""
    if s > N:
        raise refusal("s", s, f"an integer from 1 to N = {N}")
    if k > s:
        raise refusal("k", k, f"an integer from 1 to s = {s}")
    if not include_pruned and k > N - s:
        raise refusal("k", k, f"an integer from 1 to N - s = {N - s}, as weights just dropped are no candidates")
    return N - s + k if include_pruned else N - s


@checked
def set_explored_rate(N: Weights, s: Count, k: Count, t: Times, include_pruned: bool = True) -> Floats:
    r"""Return the expected share of weights ever active after t rounds of random regrowth, whatever is dropped.

    .. math:: E R_t = 1 - S\,(1 - k/M)^t, \qquad M = N - s + k \ \text{or}\ N - s

    the number of candidates with and without the weights just dropped; in the first case 1 - k/M = S/(S + zeta(1-S)).

    N, s, k: 1 <= k <= s <= N <= 10^12, and k <= N - s where include_pruned is False; t >= 0: rounds, integers of any
    shape. Returns an array of t's shape. Raises ValueError outside these domains.

    Source: quantity: Liu, Yin, Mocanu, Pechenizkiy 2021, arXiv:2102.02887 (abstract seen); formula derived here: the
    number of weights never active loses a hypergeometric count a round.

    >>> set_explored_rate(1000, 100, 30, [0, 1, 30]).round(4)
    array([0.1   , 0.129 , 0.6635])
    """
    M = _candidates(N, s, k, include_pruned)
    return np.asarray(1 - (1 - s / N) * (1 - k / M) ** t.astype(float))[()]


@checked
def set_explored_var(N: Weights, s: Count, k: Count, t: Times, include_pruned: bool = True) -> Floats:
    r"""Return the variance of the share of weights ever active after t rounds of random regrowth.

    .. math:: \frac{E[U(U-1)] + E U - (E U)^2}{N^2}, \qquad
        E[U(U-1)] = (N-s)(N-s-1) \left[\frac{(M-k)(M-k-1)}{M(M-1)}\right]^t

    for the number U of weights never active, M as in `set_explored_rate`; written without the difference. Relative
    rounding is about 1e-16 E U/Var U.

    Domains and shapes as for `set_explored_rate`. Raises ValueError outside them.

    Source: derived here.

    >>> float(set_explored_var(4, 1, 1, 1)), float(set_explored_var(60, 6, 3, 0))
    (0.01171875, 0.0)
    """
    M = _candidates(N, s, k, include_pruned)
    never, rounds = N - s, t.astype(float)
    if k == M or never == 0:  # all explored at the first round, or from the start
        return np.zeros(t.shape)[()]
    mean = never * (1 - k / M) ** rounds
    if never == 1 or M - k == 1:  # at most one is left: U is 0 or 1 from the first round on
        variance = np.where(t == 0, 0.0, mean * (1 - mean))
    else:
        log = math.log1p(-1 / never) + rounds * math.log1p(-k / ((M - 1) * (M - k)))
        variance = mean + mean**2 * np.expm1(log)
    fixed = (t == 0) | ((t == 1) & (never == M))
    return np.asarray(np.where(fixed, 0.0, np.maximum(variance, 0.0)) / N**2)[()]


@checked
def rigl_explored_limit(N: Weights, s: Count, k: Count, include_pruned: bool = False) -> float:
    r"""Return the expected share of weights ever active, after any number of rounds, where gradients choose.

    .. math:: R_\infty = \frac bN + \frac sN\Bigl(1 - \frac bN\Bigr), \qquad
        b = s + k \ \text{(just-dropped weights excluded)}, \quad b = s \ \text{(included)}

    In the quadratic model with a random initial mask, the smallest active weights dropped and the largest gradients,
    which are -w*_j off the support, grown. Nothing outside the b largest is ever grown. With gradients taken before
    dropping, as published, active ones vanish and just-dropped weights are excluded. Exact at every size.

    Domains as for `set_explored_rate`. Raises ValueError outside them.

    Source: derived here; algorithm: Evci, Gale, Menick, Castro, Elsen 2020, arXiv:1911.11134 (recalled).

    >>> round(rigl_explored_limit(4000, 800, 160), 4), round(rigl_explored_limit(4000, 800, 160, True), 4)
    (0.392, 0.36)
    """
    _candidates(N, s, k, include_pruned)
    best = s / N if include_pruned else (s + k) / N
    return best + s / N * (1 - best)


@checked
def rigl_rounds(N: Annotated[int, In(1, 10**7)], s: Count, k: Count) -> float:
    r"""Return the expected number of rounds until gradients have found the s largest weights, just-dropped included.

    .. math:: E\,\lceil (s - X)/k \rceil, \qquad X \sim \text{hypergeometric}(N, s, s)

    as each round grows k of the s - X largest ones that the initial mask lacks. About S/zeta + 1/2 where X varies by
    more than k, and at most S/zeta + 1.

    1 <= k <= s <= N <= 10^7. Raises ValueError outside these domains.

    Source: derived here.

    >>> rigl_rounds(2, 1, 1), round(rigl_rounds(1000, 100, 10), 3)
    (0.5, 9.444)
    """
    _candidates(N, s, k, True)
    shared = np.arange(max(0, 2 * s - N), s + 1)
    chance = scipy.stats.hypergeom.pmf(shared, N, s, s)
    return float(chance @ -((shared - s) // k))
