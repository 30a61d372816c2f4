"""Least squares and exact fits on a support that differs from problem to problem of a stack."""

from __future__ import annotations

from sims.arrays import Array, eye, namespace, spd_solve
from sims.stacks import times


def on_support(X: Array, y: Array, pull: Array, active: Array) -> Array:
    """The w with X'(y - Xw) = pull on the active coordinates, at most n of them, and 0 on the others.

    X (T, n, d), y (T, n), pull (T, d), active (T, d) true or false; NaN where the active columns are dependent.

    >>> import numpy as np
    >>> on_support(np.eye(2)[None], np.asarray([[3.0, 5.0]]), np.ones((1, 2)), np.asarray([[True, False]]))
    array([[2., 0.]])
    """
    xp, most = namespace(X), min(X.shape[-2:])
    order = xp.argsort(xp.astype(active, X.dtype), axis=-1, descending=True)
    first = order[..., :most]
    keep = xp.astype(xp.take_along_axis(active, first, axis=-1), X.dtype)
    index = xp.broadcast_to(first[..., None, :], (*X.shape[:-1], most))
    columns = keep[..., None, :] * xp.take_along_axis(X, index, axis=-1)
    right = times(columns.mT, y) - keep * xp.take_along_axis(pull, first, axis=-1)
    gram = columns.mT @ columns + (1 - keep)[..., None] * eye(X, most)
    solved = spd_solve(gram, right[..., None])[..., 0]
    padded = xp.concat([solved, xp.zeros_like(pull[..., most:])], axis=-1)
    return xp.take_along_axis(padded, xp.argsort(order, axis=-1), axis=-1)
