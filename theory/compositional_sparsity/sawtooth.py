"""The sawtooth: pieces double with each level, and few pieces stay far from it."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from theory.domain import Floats, In, checked

Level = Annotated[int, In(1, 30)]
Pieces = Annotated[int, In(1, 10**12)]
Unit = Annotated[Floats, In(0.0, 1.0)]
CELLS = 8
"""Grid cells an affine piece of the sawtooth."""


@checked
def sawtooth(x: Unit, k: Level) -> Floats:
    r"""Return $T_k(x)$, the k-fold iterate of the tent map $T(x) = 2\,\mathrm{relu}(x) - 4\,\mathrm{relu}(x-\frac12)$.

    x: in [0, 1], any shape; k: from 1 to 30 (an x that is not dyadic loses a bit a level). Returns an array of its
    shape. Raises ValueError outside these domains.

    Source: Telgarsky 2016, arXiv:1602.04485 (recalled).

    >>> sawtooth([0.0, 0.25, 0.375], 2)
    array([0. , 1. , 0.5])
    """
    y = x
    for _ in range(k):
        y = np.where(y <= 0.5, 2 * y, 2 - 2 * y)
    return np.asarray(y)[()]


@checked
def sawtooth_pieces(k: Level) -> int:
    r"""Return the number of affine pieces of the sawtooth, $2^k$, with 2k ReLU units in depth k.

    One hidden layer of m units has at most m + 1. k: from 1 to 30. Raises ValueError outside this domain.

    Source: Telgarsky 2015, arXiv:1509.08101 (recalled).

    >>> sawtooth_pieces(5)
    32
    """
    return int(2**k)


@checked
def sawtooth_l2_lower(k: Level, P: Pieces) -> float:
    r"""Return a bound from below on the squared L2 distance of continuous functions with P affine pieces from T_k.

    .. math:: \frac1{24}\bigl(1 - (P+1)\,2^{1-k}\bigr)_+

    by counting changes of sign; for functions with jumps take 2P - 1 in place of P.

    k: from 1 to 30; P >= 1. Returns a float. Raises ValueError outside these domains.

    Source: Telgarsky 2016, arXiv:1602.04485 (recalled); the constant derived here.

    >>> sawtooth_l2_lower(4, 3)
    0.020833333333333332
    """
    return max(0.0, 1 - (P + 1) * 2.0 ** (1 - k)) / 24


def _costs(k: int) -> Floats:
    """Least squared error of one affine function on cells i..j-1 of the grid, (n + 1, n + 1), infinite for j <= i."""
    n = CELLS * 2**k
    edges = np.arange(n + 1) / n
    low, high = edges[:-1], edges[1:]
    left, right = sawtooth(low, k), sawtooth(high, k)
    h, slope, middle = 1 / n, n * (right - left), (left + right) / 2
    # Exact moments of an affine piece about its cell's centre c: T = middle + slope (x - c).
    c = (low + high) / 2
    parts = {"t": middle * h, "tt": middle**2 * h + slope**2 * h**3 / 12, "xt": c * middle * h + slope * h**3 / 12}
    total = {name: np.concatenate(([0.0], np.cumsum(part))) for name, part in parts.items()}
    between = {name: values[None, :] - values[:, None] for name, values in total.items()}
    length = np.maximum(edges[None, :] - edges[:, None], h)
    centre = (edges[None, :] + edges[:, None]) / 2
    mean = between["t"] / length
    along = between["xt"] - centre * between["t"]
    cost = between["tt"] - length * mean**2 - 12 * along**2 / length**3
    return np.where(np.arange(n + 1)[None, :] > np.arange(n + 1)[:, None], np.maximum(cost, 0.0), np.inf)


@checked
def sawtooth_best_l2(k: Annotated[int, In(1, 7)], P: Annotated[int, In(1, 10_000)]) -> float:
    r"""Return the least squared L2 distance from T_k of functions with at most P affine pieces, jumps allowed.

    By dynamic programming over breakpoints on a grid of $8\cdot2^k$ cells, each piece the exact least squares; near
    $\frac1{12}(1 - P/2^k)$, and 0 from $P = 2^k$ on. Free breakpoints do better by less than one per cent.

    k: from 1 to 7; P: from 1 to 10,000. Returns a float. Raises ValueError outside these domains.

    Source: derived here.

    >>> round(sawtooth_best_l2(4, 6), 5)
    0.05278
    """
    if P >= 2**k:
        return 0.0
    cost = _costs(k)
    best = cost[0].copy()
    for _ in range(P - 1):
        best = np.minimum(best, (best[:, None] + cost).min(axis=0))
    return float(best[-1])
