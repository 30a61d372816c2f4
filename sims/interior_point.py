"""Mehrotra's interior-point method on stacks of linear programmes, and basis pursuit with a duality gap a trial."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from sims.arrays import Array, cholesky, eye, namespace, solve_lower, to_host
from sims.stacks import times
from sims.support import on_support

Map = Callable[[Array], Array]

_CLOSE = 1e-10  # a gap above it is worth a solve at the vertex


class Programme(NamedTuple):
    """min c'x over x >= 0 with Ax = b (T, m), c (T, N): A as maps x -> Ax, l -> A'l and d -> A diag(d) A'.

    With a `ridge` > 0, (T, 1), Ax need not be b: |b - Ax|^2/(2 ridge) is added, and the multipliers are (b - Ax)/ridge.
    """

    apply: Map
    adjoint: Map
    normal: Map
    b: Array
    c: Array
    ridge: Array | None = None

    def residual(self, x: Array, multipliers: Array) -> Array:
        """What Ax lacks of b, or of b - ridge l."""
        short = self.b - self.apply(x)
        return short if self.ridge is None else short - self.ridge * multipliers


class Solution(NamedTuple):
    """Primal x (T, N), multipliers (T, m) and slacks c - A'l > 0 (T, N) where the iteration stopped."""

    x: Array
    multipliers: Array
    slack: Array


class BasisPursuit(NamedTuple):
    """Coefficients w (T, d) with Xw = y, and the certificate (T,): an upper bound of |w|_1 over the least |w|_1 - 1."""

    w: Array
    gap: Array


def mehrotra(programme: Programme, most: int = 40, target: float = 1e-11) -> Solution:
    """Solve a stack of programmes by predictor and corrector steps; at most `most`, one factor each.

    A problem stands still when its complementarity is below `target` of its objective and its residuals below 10 times
    `target` of b and c, or where a step is not finite; returned is the best point each has seen. What was reached is
    for the caller to certify.

    Source: Mehrotra 1992 (recalled).
    """
    b, c = programme.b, programme.c
    xp = namespace(b)
    now = best = _start(programme)
    least = xp.full_like(b[..., :1], math.inf)
    for _ in range(most + 1):
        x, multipliers, s = now
        primal = programme.residual(x, multipliers)
        dual = c - programme.adjoint(multipliers) - s
        mean = xp.mean(x * s, axis=-1, keepdims=True)
        size = 1e-300 + xp.mean(xp.abs(c) * x, axis=-1, keepdims=True)
        if programme.ridge is not None:
            size = size + programme.ridge * xp.sum(multipliers**2, axis=-1, keepdims=True) / (2 * x.shape[-1])
        error = xp.maximum(mean / size, 0.1 * xp.maximum(_relative(primal, b), _relative(dual, c)))
        best, least = _chosen(error < least, now, best), xp.where(error < least, error, least)
        # Beyond 1e-14 steps are rounding.
        moving = (error > target) & (mean > 1e-14 * size)
        if not to_host(moving).any():
            break
        step = _step(programme, now, primal, dual, mean)
        far = 1 - xp.clip(0.1 * mean / size, 1e-6, 0.01)
        ahead = Solution(*(v + far * reach * dv for v, (reach, dv) in zip(now, step, strict=True)))
        finite = xp.isfinite(xp.sum(ahead.x + ahead.slack, axis=-1, keepdims=True))
        now = _chosen(moving & finite, ahead, now)
    return best


def _step(
    programme: Programme, now: Solution, primal: Array, dual: Array, mean: Array
) -> tuple[tuple[Array, Array], ...]:
    """Mehrotra's direction, of x, multipliers and slack, each with the longest step <= 1 that keeps x, slack >= 0."""
    xp = namespace(mean)
    x, _, s = now
    weights = x / s
    solve = factored(programme.normal(weights), programme.ridge)

    def direction(right: Array) -> tuple[Array, Array, Array]:
        """S dx + X ds = right, and the residuals vanish."""
        part = right / s
        dl = solve(primal - programme.apply(part - weights * dual))
        ds = dual - programme.adjoint(dl)
        return part - weights * ds, dl, ds

    dx, _, ds = direction(-x * s)
    ahead = xp.mean((x + _longest(x, dx) * dx) * (s + _longest(s, ds) * ds), axis=-1, keepdims=True)
    dx, dl, ds = direction((ahead / mean) ** 3 * mean - x * s - dx * ds)
    far, long = _longest(x, dx), _longest(s, ds)
    if programme.ridge is not None:  # Ax + ridge l = b holds both: they move together
        far = long = xp.minimum(far, long)
    return (far, dx), (long, dl), (long, ds)


def _chosen(where: Array, new: Solution, old: Solution) -> Solution:
    xp = namespace(where)
    return Solution(*(xp.where(where, a, b) for a, b in zip(new, old, strict=True)))


def _start(programme: Programme) -> Solution:
    """Least-squares points, moved inside."""
    b, c = programme.b, programme.c
    xp = namespace(b)
    solve = factored(programme.normal(xp.ones_like(c)), programme.ridge)
    x = programme.adjoint(solve(b))
    multipliers = solve(programme.apply(c))
    s = c - programme.adjoint(multipliers)
    x = x + xp.clip(-1.5 * xp.min(x, axis=-1, keepdims=True), 0.0)
    s = s + xp.clip(-1.5 * xp.min(s, axis=-1, keepdims=True), 0.0)
    product = xp.sum(x * s, axis=-1, keepdims=True)
    return Solution(
        x + 0.5 * product / (xp.sum(s, axis=-1, keepdims=True) + 1e-300) + 1e-300,
        multipliers,
        s + 0.5 * product / (xp.sum(x, axis=-1, keepdims=True) + 1e-300) + 1e-300,
    )


def factored(matrix: Array, ridge: Array | None = None) -> Map:
    """Right -> (matrix + ridge)^{-1} right; a relative 1e-15 keeps degenerate vertices positive definite."""
    identity = eye(matrix, matrix.shape[-1])
    xp = namespace(matrix)
    level = 1e-15 * xp.max(xp.sum(matrix * identity, axis=-1), axis=-1)[..., None, None]
    factor = cholesky(matrix + (level if ridge is None else level + ridge[..., None]) * identity)

    def solve(right: Array) -> Array:
        half = solve_lower(factor, right[..., None])
        return solve_lower(factor, half, transpose=True)[..., 0]

    return solve


def _relative(residual: Array, scale: Array) -> Array:
    xp = namespace(residual)
    worst = xp.max(xp.abs(residual), axis=-1, keepdims=True)
    return worst / (1e-300 + xp.max(xp.abs(scale), axis=-1, keepdims=True))


def _longest(x: Array, dx: Array) -> Array:
    """The largest step <= 1 with x + step dx >= 0."""
    xp = namespace(x)
    return 1 / xp.clip(xp.max(-dx / x, axis=-1, keepdims=True), 1.0)


def absolute(X: Array, y: Array, ridge: Array | None) -> Programme:
    """min |w|_1 with Xw = y, or nearly, by the ridge: x holds u and v >= 0, w = u - v."""
    xp, d = namespace(X), X.shape[-1]

    def both(l: Array) -> Array:
        half = times(X.mT, l)
        return xp.concat([half, -half], axis=-1)

    return Programme(
        apply=lambda x: times(X, x[..., :d] - x[..., d:]),
        adjoint=both,
        normal=lambda weights: (X * (weights[..., :d] + weights[..., d:])[..., None, :]) @ X.mT,
        b=y,
        c=xp.ones((*X.shape[:-2], 2 * d), dtype=X.dtype, device=X.device),
        ridge=ridge,
    )


def basis_pursuit(X: Array, y: Array, most: int = 40) -> BasisPursuit:
    r"""Minimise $|w|_1$ over $Xw = y$: X (T, n, d) with n <= d independent rows, y (T, n), a stack of problems.

    The certificate is $|w|_1/D - 1$ with the value D = y'l/|X'l|_\infty of a dual point, at most the least norm; w is
    put on Xw = y to rounding. NaN where the rows are dependent.

    >>> import numpy as np
    >>> w, gap = basis_pursuit(np.asarray([[[1.0, 2.0, 0.5]]]), np.asarray([[4.0]]))
    >>> w.round(6), bool(gap[0] < 1e-8)
    (array([[0., 2., 0.]]), True)
    """
    xp = namespace(X)
    n, d = X.shape[-2:]
    if n > d:
        raise ValueError(f"X = array of shape {tuple(X.shape)}: must be (T, n, d) with n <= d")

    end = mehrotra(absolute(X, y, None), most)
    w = end.x[..., :d] - end.x[..., d:]
    # Corrections weighted by the sizes of the coefficients: those that are 0 stay so.
    for _ in range(2):
        sizes = xp.abs(w)
        moved = w + sizes * times(X.mT, factored((X * sizes[..., None, :]) @ X.mT)(y - times(X, w)))
        # With fewer coefficients than rows that matrix may have no factor: w stays, and the certificate knows its miss.
        w = xp.where(xp.isfinite(xp.sum(moved, axis=-1, keepdims=True)), moved, w)
    gap = _gap(X, y, w, end.multipliers)
    if to_host(gap > _CLOSE).any():
        vertex, multipliers = _vertex(X, y, end)
        reached = _gap(X, y, vertex, multipliers)
        better = (gap > _CLOSE) & (reached < gap)
        w, gap = xp.where(better[..., None], vertex, w), xp.where(better, reached, gap)
    return BasisPursuit(w, gap)


def _gap(X: Array, y: Array, w: Array, multipliers: Array) -> Array:
    xp = namespace(X)
    bound = xp.sum(y * multipliers, axis=-1) / xp.max(xp.abs(times(X.mT, multipliers)), axis=-1)
    miss = xp.max(xp.abs(y - times(X, w)), axis=-1) / xp.max(xp.abs(y), axis=-1)
    return xp.abs(xp.sum(xp.abs(w), axis=-1) / bound - 1) + miss


def told_active(end: Solution) -> tuple[Array, Array]:
    """Of w = u - v: which coordinates the interior point tells from 0, and their signs."""
    d, large = end.x.shape[-1] // 2, end.x > end.slack
    return large[..., :d] | large[..., d:], namespace(large).sign(end.x[..., :d] - end.x[..., d:])


def _vertex(X: Array, y: Array, end: Solution) -> tuple[Array, Array]:
    """The interpolator on n coordinates, and the multipliers of its signs: those told active, and where these are too
    few, as at a nearly degenerate vertex, those that stop the multipliers on their way up along the residual."""
    xp, n, l = namespace(X), X.shape[-2], end.multipliers
    active, signs = told_active(end)
    for _ in range(3):
        along = times(X.mT, y - times(X, on_support(X, y, 0.0 * signs, active)))
        room = (1 - xp.sign(along) * times(X.mT, l)) / (xp.abs(along) + 1e-300)
        room = xp.where(active, math.inf, room)
        few = xp.sum(xp.astype(active, X.dtype), axis=-1, keepdims=True) < n
        enters = few & (room == xp.min(room, axis=-1, keepdims=True))
        active, signs = active | enters, xp.where(enters, xp.sign(along), signs)
    basis = xp.astype(active, X.dtype)[..., None, :] * X
    solve, l, w = factored(basis @ basis.mT), 0.0 * y, 0.0 * signs
    for _ in range(3):  # refined: normal equations square the condition
        l = l + solve(times(basis, signs - times(basis.mT, l)))
        w = w + times(basis.mT, solve(y - times(X, w)))
    return w, l
