"""Randomised range finding: how much of a matrix a sketch of k + p Gaussian columns misses."""

from __future__ import annotations

import math
from typing import Annotated, Literal

import numpy as np

from theory.domain import Count, In, NonNegative, checked, refusal
from theory.low_rank_gradients.model import Spectrum

__all__ = ["range_finder_bound", "range_finder_flat"]

Whole = Annotated[int, In(0)]


@checked
def range_finder_bound(s: Spectrum, k: Whole, p: Whole, norm: Literal["F", "F2", "2"]) -> float:
    r"""Return the bound on the mean error of $Q = \mathrm{orth}(A\Omega)$, $\Omega$ of k + p Gaussian columns.

    $$\mathrm{E}\|(I-QQ^\top)A\|_F^2 \le \Bigl(1+\frac k{p-1}\Bigr)\tau^2, \qquad \tau^2 = \sum_{j>k}s_j^2$$
    $$\mathrm{E}\|(I-QQ^\top)A\|_F \le \Bigl(1+\frac k{p-1}\Bigr)^{1/2}\tau, \qquad
    \mathrm{E}\|(I-QQ^\top)A\|_2 \le \Bigl(1+\sqrt{\tfrac k{p-1}}\Bigr)s_{k+1} + \frac{e\sqrt{k+p}}p\,\tau$$

    s: singular values of A, from 0 to 1e30, any order; k, p >= 0, k + p at most their number; norm: "F", "F2" (squared)
    or "2" (spectral). Returns inf for p = 0, 1 and k >= 1 (the bound has no mean there), 0 for a rank of at most k.
    Raises ValueError outside these domains.

    Source: Halko, Martinsson, Tropp 2011, arXiv:0909.4061, Theorems 10.5 and 10.6 (recalled).

    >>> round(range_finder_bound([1.0] * 10, 2, 3, "F2"), 9), range_finder_bound([1.0] * 10, 2, 1, "F")
    (16.0, inf)
    """
    if k + p > len(s):
        raise refusal("k", k, f"such that k + p is at most the number of singular values, {len(s)}")
    values = np.sort(s)[::-1]
    tail = float(np.linalg.norm(values[k:]))
    if tail == 0:
        return 0.0
    inverse = 0.0 if k == 0 else k / (p - 1) if p > 1 else math.inf
    if norm == "F2":
        return (1 + inverse) * tail**2
    if norm == "F":
        return math.sqrt(1 + inverse) * tail
    if p == 0:
        return float(values[0]) if k == 0 else math.inf
    return float((1 + math.sqrt(inverse)) * values[k] + math.e * math.sqrt(k + p) / p * tail)


@checked
def range_finder_flat(N: Count, k: Whole, p: Whole, tail: NonNegative = 1.0) -> float:
    r"""Return the mean squared Frobenius error for k infinite singular values on top of N equal ones, exactly.

    $$\mathrm{E}\|(I-QQ^\top)A\|_F^2 = s^2(N-p)\Bigl(1+\frac k{p-1}\Bigr)$$
    The share (N - p)/N of the bound: this is its sharp case.

    N >= 1; k >= 0; p from 0 to N; tail: s >= 0. Returns inf for p = 0, 1 and k >= 1, if N > p. Raises ValueError
    outside these domains.

    Source: derived here.

    >>> range_finder_flat(20, 2, 3)
    34.0
    """
    if p > N:
        raise refusal("p", p, f"an integer from 0 to N = {N}")
    if N == p or tail == 0:
        return 0.0
    if k and p < 2:
        return math.inf
    return tail**2 * (N - p) * (1 + (k / (p - 1) if k else 0.0))
