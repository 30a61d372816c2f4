"""Pruning the input layer, whose width is fixed: the limit itself changes, to an average over the masks of an input."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np

from theory.arc_cosine import J_of_supplement
from theory.domain import Floats, In, Matrix, checked
from theory.pruned_ntk.kernels import Depth, Layer, lengths, other, recurse

MOST = 14
"""Largest dimension: 2^14 masks are averaged."""


def _masks(d: int) -> Floats:
    return ((np.arange(2**d)[:, None] >> np.arange(d)) & 1).astype(float)


def _pair(x: Floats, y: Floats, masks: Floats, weights: Floats) -> tuple[float, float]:
    """Averages over masks of |Mx||My| kappa_1 and of Mx.My kappa_0; masks that leave nothing count 0."""
    a, b = np.sqrt(masks @ x**2), np.sqrt(masks @ y**2)
    seen = (a > 0) & (b > 0)
    a, b, kept, share = a[seen], b[seen], masks[seen], weights[seen]
    dot = kept @ (x * y)
    u, v = (kept * x) / a[:, None], (kept * y) / b[:, None]
    supplement = 2 * np.arctan2(np.linalg.norm(u + v, axis=1), np.linalg.norm(u - v, axis=1))
    value, slope = (J_of_supplement(q, supplement) / math.pi for q in (1, 0))
    return float(share @ (a * b * value)), float(share @ (dot * slope))


@checked
def input_pruned_ntk(
    X: Matrix,
    X2: Matrix | None = None,
    alpha: Annotated[float, In(0.0, 1.0, open_low=True)] = 1.0,
    depth: Depth = 1,
) -> Floats:
    r"""Return the limit of the tangent kernel when the input layer is pruned, and rescaled, before training.

    .. math:: S = E_M\bigl[|Mx||Mx'|\,\kappa_1\bigr],\quad K = E_M\bigl[Mx\cdot Mx'\,\kappa_0\bigr],\quad
        \Theta_1 = S + K

    over the $2^d$ masks M of an input, its entries divided by $\sqrt\alpha$; for more layers the recursion of
    `relu_ntk` goes on from $r_1 = S/(|x||x'|)$. The diagonal is that of the dense kernel; off it they differ by O(1/d).

    X, X2: as `relu_ntk`, d <= 14, zero entries allowed; alpha: share kept, in (0, 1]; depth: as there. Returns (n, n2),
    exact in the mean at every width for L = 1. Raises ValueError outside these domains.

    Source: derived here.

    >>> input_pruned_ntk([[1.0, 1.0]], [[1.0, -1.0]], 0.5).round(6), input_pruned_ntk([[1.0, 1.0]], alpha=0.5)
    (array([[1.31831]]), array([[4.]]))
    """
    second = other(X, X2)
    d = X.shape[1]
    if d > MOST:
        raise ValueError(f"X = array of shape {X.shape}: must have at most {MOST} columns, 2^d masks are averaged")
    # Lengths may be tiny or huge: masks act on directions.
    scale = lengths(X, second)
    rows, columns = X / np.linalg.norm(X, axis=1)[:, None], second / np.linalg.norm(second, axis=1)[:, None]
    masks = _masks(d)
    ones = masks.sum(axis=1)
    weights = alpha**ones * (1 - alpha) ** (d - ones) / alpha
    averages = np.array([[_pair(x, y, masks, weights) for y in columns] for x in rows])
    S, K = averages[..., 0], averages[..., 1]
    t = np.arccos(np.clip(S, -1.0, 1.0))
    first = Layer(S, S + K, t, math.pi - t)
    return np.asarray(scale * recurse(first, depth - 1).kernel)
