"""Optimisers on stacks: many independent problems at once, a fixed number of steps, no synchronisation."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sims.arrays import Array, asarray, eye, namespace, spd_solve, zeros

Objective = Callable[[Array], tuple[Array, Array]]
"""Maps points (problems, size) to values (problems,) and gradients (problems, size)."""

Curved = Callable[[Array], tuple[Array, Array, Array]]
"""Maps points (problems, size) to values (problems,), gradients (problems, size) and Hessians (..., size, size)."""


class Minimum(NamedTuple):
    """Where a descent stopped: points (problems, size), values (problems,), gradients (problems, size)."""

    point: Array
    value: Array
    gradient: Array


class Best(NamedTuple):
    """Of several starts a trial: point (trials, size), value and norm of the gradient of the best; reached, the share
    of starts within 1e-8 of its value; worst, the largest value at which a start ended; each (trials,)."""

    point: Array
    value: Array
    gradient: Array
    reached: Array
    worst: Array


def best_of(end: Minimum, starts: int) -> Best:
    """Return the best of each trial's starts, problems being ordered by trial; the gradient decides between equals."""
    xp, trials = namespace(end.value), end.value.shape[0] // starts
    slope = xp.reshape(xp.sqrt(dot(end.gradient, end.gradient)), (trials, starts))
    values = xp.reshape(end.value, (trials, starts))
    index = xp.argmin(values + 1e-3 * slope, axis=-1, keepdims=True)
    points = xp.reshape(end.point, (trials, starts, -1))
    every = xp.broadcast_to(index[..., None], (trials, 1, points.shape[-1]))
    value = xp.take_along_axis(values, index, axis=1)
    return Best(
        point=xp.take_along_axis(points, every, axis=1)[:, 0, :],
        value=value[:, 0],
        gradient=xp.take_along_axis(slope, index, axis=1)[:, 0],
        reached=xp.mean(xp.astype(values < value + 1e-8, xp.float64), axis=-1),
        worst=xp.max(values, axis=-1),
    )


def dot(a: Array, b: Array) -> Array:
    """Return the inner products over the last axis, which is kept with length one."""
    return namespace(a).vecdot(a, b)[..., None]


def lbfgs(objective: Objective, start: Array, steps: int, memory: int = 8) -> Minimum:
    """Minimise by limited-memory BFGS with a backtracking line search, all problems of `start` (problems, size).

    Every step evaluates `objective` once: a problem whose trial point decreases its value enough moves there and takes
    a new direction, another shortens its step. A problem whose step has become hopeless follows its gradient once.
    The number of steps is fixed; whether they were enough is for the caller to certify.

    Source: Liu and Nocedal 1989 (recalled).
    """
    xp = namespace(start)
    x = start
    f, g = _column(objective, x)
    p = _first_direction(g)
    t = xp.ones_like(f)
    scale = xp.ones_like(f)
    none = zeros(start, tuple(f.shape))
    pairs: list[tuple[Array, Array, Array]] = []
    for _ in range(steps):
        slope = dot(g, p)
        f_new, g_new = _column(objective, x + t * p)
        # Where rounding hides any decrease of the value, a smaller slope along the direction is progress too.
        flatter = xp.abs(dot(g_new, p)) <= 0.9 * xp.abs(slope)
        accept = (f_new <= f + 1e-4 * t * slope) | (flatter & (f_new <= f + 1e-14 * xp.abs(f)))
        s = xp.where(accept, t * p, xp.zeros_like(p))
        y = xp.where(accept, g_new - g, xp.zeros_like(g))
        sy, yy = dot(s, y), dot(y, y)
        useful = sy > 1e-12 * yy * scale + 1e-200  # the last term: 1/sy must not overflow
        rho = xp.where(useful, 1 / xp.where(useful, sy, xp.ones_like(sy)), none)
        scale = xp.where(useful, sy / xp.where(useful, yy, xp.ones_like(yy)), scale)
        t_short = _shorter(t, slope, f, f_new)
        x = x + s
        f, g = xp.where(accept, f_new, f), g + y
        hopeless = ~accept & (t < 1e-10)
        pairs = [*pairs, (s, y, rho)][-memory:]
        p = xp.where(accept, -_two_loop(g, pairs, scale), p)
        p = xp.where(hopeless, _first_direction(g), p)
        t = xp.where(accept | hopeless, xp.ones_like(t), t_short)
    return Minimum(x, f[:, 0], g)


def newton(objective: Curved, start: Array, steps: int) -> Minimum:
    """Minimise smooth functions by damped Newton steps, all problems of `start` (problems, size).

    Every step evaluates `objective` (value, gradient and Hessian) once: a problem whose trial point decreases its value
    enough moves there, another halves its step; where the Hessian is not positive definite a multiple of the identity
    is added, more at each failure. Quadratic convergence near a strict minimum, to rounding. The number of steps is
    fixed; whether they were enough is for the caller to certify by the gradient.

    >>> import numpy as np
    >>> end = newton(lambda x: (np.cosh(x).sum(-1), np.sinh(x), np.cosh(x)[..., None]), np.asarray([[2.0]]), 9)
    >>> float(abs(end.point[0, 0])) < 1e-12
    True
    """
    xp = namespace(start)
    x, (f, g, hessian) = start, objective(start)
    f, identity = f[:, None], eye(start, start.shape[-1])
    t, shift = xp.ones_like(f), zeros(start, tuple(f.shape))
    for _ in range(steps):
        size = xp.max(xp.abs(hessian), axis=(-2, -1))[:, None]
        p = -spd_solve(hessian + (shift * size)[..., None] * identity, g[..., None])[..., 0]
        known = xp.isfinite(xp.sum(p, axis=-1, keepdims=True))  # NaN where the Hessian has no factor
        p = xp.where(known, p, xp.zeros_like(p))
        value, slope, curvature = objective(x + t * p)
        value, along = value[:, None], dot(g, p)
        # Where rounding hides any decrease of the value, a smaller slope along the direction is progress too.
        flatter = (xp.abs(dot(slope, p)) <= 0.9 * xp.abs(along)) & (value <= f + 1e-14 * xp.abs(f))
        accept = known & ((value <= f + 1e-4 * t * along) | flatter)
        x, f, g = xp.where(accept, x + t * p, x), xp.where(accept, value, f), xp.where(accept, slope, g)
        hessian = xp.where(accept[..., None], curvature, hessian)
        t = xp.where(accept | ~known, xp.ones_like(t), 0.5 * t)
        shift = xp.where(known, xp.where(accept, 0.1 * shift, shift), 10 * shift + 1e-10)
        shift = xp.where(shift < 1e-13, xp.zeros_like(shift), shift)
    return Minimum(x, f[:, 0], g)


def flattest(objective: Objective, start: Array, steps: int, memory: int = 8, rounds: int = 3) -> Minimum:
    """Descend `rounds` times by `lbfgs`, each from the flattest end so far, and return that with the least gradient.

    At the level of rounding a descent may wander off again; what certifies its end should not depend on when it stops.
    """
    xp = namespace(start)
    best = lbfgs(objective, start, steps, memory)
    for _ in range(rounds - 1):
        end = lbfgs(objective, best.point, steps, memory)
        flatter = dot(end.gradient, end.gradient) < dot(best.gradient, best.gradient)
        value = xp.where(flatter[:, 0], end.value, best.value)
        best = Minimum(xp.where(flatter, end.point, best.point), value, xp.where(flatter, end.gradient, best.gradient))
    return best


def _column(objective: Objective, x: Array) -> tuple[Array, Array]:
    value, gradient = objective(x)
    return value[:, None], gradient


def _first_direction(g: Array) -> Array:
    xp = namespace(g)
    size = xp.sqrt(dot(g, g))
    return -g / xp.where(size > 1, size, xp.ones_like(size))


def _shorter(t: Array, slope: Array, f: Array, f_new: Array) -> Array:
    """The minimiser of the parabola through both values and the slope, between a tenth and a half of the step."""
    xp = namespace(t)
    above = f_new - f - slope * t
    fits = (above > 0) & (above < asarray(t, 1e300))
    parabola = -slope * t * t / (2 * xp.where(fits, above, xp.ones_like(above)))
    parabola = xp.where(parabola < 0.5 * t, parabola, 0.5 * t)
    return xp.where(fits & (parabola > 0.1 * t), parabola, 0.1 * t)


def _two_loop(g: Array, pairs: list[tuple[Array, Array, Array]], scale: Array) -> Array:
    """The inverse Hessian that the pairs define, times g; a pair with rho = 0 counts for nothing."""
    q, alphas = g, []
    for s, y, rho in reversed(pairs):
        alphas.append(rho * dot(s, q))
        q = q - alphas[-1] * y
    q = q * scale
    for (s, y, rho), alpha in zip(pairs, reversed(alphas), strict=True):
        q = q + s * (alpha - rho * dot(y, q))
    return q
