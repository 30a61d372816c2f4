"""Choices and counts on stacks: the standard has no partition, no bincount and no matching."""

from __future__ import annotations

import numpy as np

from sims.arrays.host import stacked
from sims.arrays.namespaces import Array, asarray, is_cupy, namespace, on_host, to_host


def top_k_mask(scores: Array, k: int) -> Array:
    """Return 1.0 at the k largest scores along the last axis (0 <= k <= its length), 0.0 elsewhere.

    Of equal scores the first count; a row with a NaN is NaN.

    >>> top_k_mask(np.asarray([[3.0, 1.0, 2.0], [1.0, 1.0, 1.0]]), 2)
    array([[1., 0., 1.],
           [1., 1., 0.]])
    """
    if not 0 <= k <= scores.shape[-1]:
        raise ValueError(f"k = {k!r}: must be an integer from 0 to {scores.shape[-1]}, the length of the last axis")
    if not is_cupy(scores):
        return on_host(lambda s: _top_k_host(s, k), scores)
    xp = namespace(scores)
    ranks = xp.argsort(xp.argsort(scores, axis=-1, descending=True, stable=True), axis=-1)
    valid = ~xp.any(xp.isnan(scores), axis=-1, keepdims=True)
    return xp.where(valid, xp.astype(ranks < k, xp.float64), xp.nan)


def _top_k_host(scores: np.ndarray, k: int) -> np.ndarray:
    n = scores.shape[-1]
    if k == 0:
        mask = np.zeros(scores.shape)
    else:
        mask = (scores >= np.partition(scores, n - k, axis=-1)[..., n - k : n - k + 1]).astype(np.float64)
        if (mask.sum(-1) != k).any():  # equal scores (or NaN, overwritten below)
            order = np.argsort(-scores, axis=-1, kind="stable")[..., :k]
            mask = np.zeros(scores.shape)
            np.put_along_axis(mask, order, 1.0, axis=-1)
    mask[np.isnan(scores).any(-1)] = np.nan
    return mask


def counts(choice: Array, E: int) -> Array:
    """Return how often each of 0..E-1 stands in the last axis of integers `choice` (..., N): float64 (..., E).

    >>> counts(np.asarray([[0, 2, 2], [1, 1, 1]]), 3)
    array([[1., 0., 2.],
           [0., 3., 0.]])
    """
    if not is_cupy(choice):
        return on_host(lambda c: _counts_host(c, E), choice)
    import cupy
    import cupyx

    flat = choice.reshape(-1, choice.shape[-1])
    result = cupy.zeros((len(flat), E))
    cupyx.scatter_add(result, (cupy.arange(len(flat))[:, None], flat), 1.0)
    return result.reshape(*choice.shape[:-1], E)


def _counts_host(choice: np.ndarray, E: int) -> np.ndarray:
    if choice.size and not (0 <= choice.min() and choice.max() < E):
        raise ValueError(f"choice from {choice.min()} to {choice.max()}: must be integers from 0 to {E - 1}")
    flat = choice.reshape(-1, choice.shape[-1])
    shifted = flat + E * np.arange(len(flat))[:, None]
    return np.bincount(shifted.ravel(), minlength=E * len(flat)).astype(np.float64).reshape(*choice.shape[:-1], E)


def assignment(cost: Array) -> Array:
    """Return for stacks of costs (..., n, n) the column of each row in the cheapest matching (..., n); on the host.

    Costs that are not finite are matched last.
    """
    import scipy.optimize

    def match_one(matrix: np.ndarray) -> np.ndarray:
        finite = np.isfinite(matrix)
        worst = 2.0 * np.abs(matrix[finite]).sum() + 1.0
        return np.asarray(scipy.optimize.linear_sum_assignment(np.where(finite, matrix, worst))[1])[:, None]

    return asarray(cost, stacked(match_one, to_host(cost))[..., 0])
