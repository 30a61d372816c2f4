"""Interpolators of least l_p norm, 1 < p <= 2, for stacks of problems: reweighted least squares on the dual."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from sims.arrays import Array, namespace, to_host
from sims.interior_point import factored
from sims.stacks import times

_STRIDES = (0.25, 0.5, 1.0, 2.0, 4.0)  # of the last step taken
_SHORTEST = 1e-9  # a step; then the rest is rounding


class PowerNorm(NamedTuple):
    """Coefficients w (T, d) with Xw = y, and the certificate (T,): an upper bound of |w|_p over the least |w|_p - 1."""

    w: Array
    gap: Array


def least_power_norm(X: Array, y: Array, p: float, most: int = 60, target: float = 1e-12) -> PowerNorm:
    r"""Minimise $|w|_p$ over $Xw = y$: X (T, n, d) with n <= d independent rows, y (T, n), 1 < p <= 2.

    The dual, $\min |X'l|_q$ over $y'l = 1$, $q = p/(p-1)$, is solved by steps towards the reweighted least-squares
    point $(X D X')^{-1}y$, $D = diag|X'l|^{q-2}$: 1/(q-1) of the way is Newton's step; of the last stride and its
    doubles and halves the best is taken, problem by problem. As both norms are homogeneous the scale of l is free, so
    that neither a large q nor a far start slows the steps: 10 at p = 1.2, 25 at p = 1.02. Then
    $w = c\,sign(u)|u|^{q-1}$ and weighted corrections put w on Xw = y. The certificate $|w|_p |X'l|_q/(y'l) - 1$ bounds
    the excess by duality; a problem below `target` stands still. NaN where the rows are dependent or y is 0.

    Source: derived here; Newton's step as damped reweighting, Adil, Peng and Sachdeva 2019 (recalled).

    >>> import numpy as np
    >>> w, gap = least_power_norm(np.asarray([[[1.0, 2.0]]]), np.asarray([[5.0]]), 1.5)
    >>> w.round(6), bool(gap[0] < 1e-12)  # proportional to x^(1/(p-1))
    (array([[0.555556, 2.222222]]), True)
    """
    n, d = X.shape[-2:]
    if n > d:
        raise ValueError(f"X = array of shape {tuple(X.shape)}: must be (T, n, d) with n <= d")
    if not 1 < p <= 2:
        raise ValueError(f"p = {p!r}: must be a real number in (1, 2]")
    xp, q = namespace(X), p / (p - 1)
    l = _normalised(factored(X @ X.mT)(y), y)
    u = times(X.mT, l)
    best, gap = xp.zeros_like(u), xp.full_like(y[..., :1], math.inf)
    reach = xp.full_like(gap, 1 / (q - 1))
    for _ in range(most + 1):
        size = _largest(u)
        solve = factored((X * xp.abs(u / size)[..., None, :] ** (q - 2)) @ X.mT)
        w = _primal(X, y, u, size, q, solve)
        reached = xp.abs(_norm(w, p) * _norm(u, q) - 1) + _largest(y - times(X, w)) / _largest(y)
        better = reached < gap
        best, gap = xp.where(better, w, best), xp.where(better, reached, gap)
        toward = _normalised(solve(y), y) - l
        rise = times(X.mT, toward)
        # The norm is quasi-convex along the line, and u is linear in the step: of all strides the lowest norm.
        moving = (gap > target) & (reach > _SHORTEST)
        step, level = xp.zeros_like(gap), xp.where(moving, _norm(u, q), -math.inf)
        for stride in _STRIDES:
            t = xp.clip(stride * reach, None, 1.0)
            ahead = _norm(u + t * rise, q)
            step, level = xp.where(ahead < level, t, step), xp.where(ahead < level, ahead, level)
        if not to_host(moving).any():
            break
        taken = step > 0
        reach = xp.where(taken, step, reach / 16)
        l, u = xp.where(taken, l + step * toward, l), xp.where(taken, u + step * rise, u)
    return PowerNorm(best, xp.where(xp.isfinite(gap), gap, math.nan)[..., 0])


def _largest(v: Array) -> Array:
    xp = namespace(v)
    return xp.max(xp.abs(v), axis=-1, keepdims=True)


def _norm(v: Array, power: float) -> Array:
    """|v|_power over the last axis, kept; entries over the largest, so that no power overflows."""
    xp, size = namespace(v), _largest(v)
    return size * xp.sum(xp.abs(v / size) ** power, axis=-1, keepdims=True) ** (1 / power)


def _normalised(l: Array, y: Array) -> Array:
    """The multiple with y'l = 1."""
    return l / namespace(y).sum(y * l, axis=-1, keepdims=True)


def _primal(X: Array, y: Array, u: Array, size: Array, q: float, solve: Callable[[Array], Array]) -> Array:
    """The interpolator that a dual point suggests; corrections weighted by D put it on Xw = y."""
    xp = namespace(X)
    share = xp.abs(u / size)
    w = xp.sign(u) * share ** (q - 1)
    w = w / xp.sum(w * u, axis=-1, keepdims=True)
    for _ in range(2):
        w = w + share ** (q - 2) * times(X.mT, solve(y - times(X, w)))
    return w
