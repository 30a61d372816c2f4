"""The lasso on stacks of problems by an interior point and its support, with a duality gap a trial."""

from __future__ import annotations

from typing import NamedTuple

from sims.arrays import Array, namespace, to_host
from sims.interior_point import absolute, mehrotra, told_active
from sims.stacks import times
from sims.support import on_support


class Lasso(NamedTuple):
    """Coefficients w (T, d) and the duality gap over |y|^2/2, (T,): the objective is that close to its minimum."""

    w: Array
    gap: Array


def lasso(X: Array, y: Array, lam: Array | float, most: int = 40) -> Lasso:
    r"""Minimise |y - Xw|^2/2 + lam |w|_1 (no 1/n): X (T, n, d), y (T, n), lam > 0 a number or (T, 1).

    The programme of basis pursuit with the ridge lam: an interior point, at the same cost however small lam is. Least
    squares on the support that it finds then give coefficients to rounding, and 0 elsewhere; a coordinate on the verge
    enters or leaves by its correlation or its sign. Each trial keeps the point of least gap.

    >>> import numpy as np
    >>> lasso(np.eye(2)[None], np.asarray([[3.0, 0.5]]), 1.0).w.round(6)
    array([[2., 0.]])
    """
    xp = namespace(X)
    n, d = X.shape[-2:]
    short, seen = X, y
    if n > d:  # the objective depends on y by its part in the columns' span alone
        frame, short = xp.linalg.qr(X)
        seen = times(frame.mT, y)
    ridge = lam + xp.zeros_like(y[..., :1])
    # Further in, weights x/s of 1e12 and more lose the residual again.
    end = mehrotra(absolute(short, seen, ridge), most, target=1e-9)
    w = end.x[..., :d] - end.x[..., d:]
    best, gap = w, lasso_gap(X, y, w, lam)
    active, signs = told_active(end)
    pull = ridge * signs
    for _ in range(6):  # one, but where a coordinate is about to enter or to leave
        found = on_support(short, seen, pull, active)
        reached = lasso_gap(X, y, found, lam)
        better = reached < gap
        best, gap = xp.where(better[..., None], found, best), xp.where(better, reached, gap)
        if not to_host(gap > 1e-12).any():
            break
        along = times(X.mT, y - times(X, found))
        active = (active & (found * pull > 0)) | (~active & (xp.abs(along) > lam))
        pull = ridge * xp.sign(along)
    return Lasso(best, gap)


def lasso_gap(X: Array, y: Array, w: Array, lam: Array | float) -> Array:
    r"""Return the duality gap of the lasso at any w (T, d), over |y|^2/2, (T,): its objective is that near the least.

    It is $|r - \theta|^2/2 + lam |w|_1 - w'X'\theta$, $r = y - Xw$, $\theta$ the multiple of r, at most r, with
    $|X'\theta|_\infty \le lam$: a sum of two terms >= 0, so that it does not cancel.

    >>> import numpy as np
    >>> lasso_gap(np.eye(2)[None], np.asarray([[3.0, 0.0]]), np.asarray([[2.0, 0.0]]), 1.0)
    array([0.])
    """
    xp = namespace(X)
    residual = y - (X @ w[..., None])[..., 0]
    along = (X.mT @ residual[..., None])[..., 0]
    largest = xp.max(xp.abs(along), axis=-1, keepdims=True)
    scale = lam / xp.clip(largest, lam, None)
    penalty = xp.sum(lam * xp.abs(w) - scale * along * w, axis=-1)
    half = 0.5 * xp.sum(y * y, axis=-1) + 1e-300
    return (0.5 * xp.sum((residual * (1 - scale)) ** 2, axis=-1) + penalty) / half
