"""Levenberg-Marquardt on a stack of least-squares problems: one damping a problem, several starts where needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from sims.arrays import Array, arange, asarray, eye, namespace, spd_solve, to_host

Model = Callable[[Array], tuple[Array, Array]]
"""Maps points (T, n) to residuals (T, k) and their Jacobians (T, k, n)."""


class Fit(NamedTuple):
    """Where the descent stopped: points (T, n) and costs (T,), half the sums of squared residuals."""

    point: Array
    cost: Array


def search(problems: Callable[[Array], Model], starts: Iterable[Array], steps: int, target: float) -> Fit:
    """Minimise from one start (T, n) after the other, each time only the problems whose cost is not below `target`.

    problems: from the numbers of the problems (k,) to their model.
    """
    best: Fit | None = None
    for start in starts:
        xp, everyone = namespace(start), arange(start, start.shape[0])
        unsolved = everyone if best is None else _above(best.cost, target)
        if unsolved.shape[0] == 0:
            break
        fit = levenberg_marquardt(problems(unsolved), xp.take(start, unsolved, axis=0), steps, target)
        best = fit if best is None else _better(best, fit, unsolved)
    if best is None:
        raise ValueError("starts = (): must hold at least one start")
    return best


def _above(cost: Array, target: float) -> Array:
    """The numbers of the problems that are not below the target; the host must know how many they are."""
    return asarray(cost, (~(to_host(cost) < target)).nonzero()[0])


def _better(best: Fit, fit: Fit, where: Array) -> Fit:
    """The cheaper of two fits, the second of which knows only the problems `where`."""
    xp, count = namespace(where), best.cost.shape[0]
    hit = xp.astype(arange(where, count)[:, None] == where, xp.int64)
    row = count + xp.sum(hit * arange(where, where.shape[0]), axis=-1)
    point, cost = xp.concat([best.point, fit.point]), xp.concat([best.cost, fit.cost])
    improved = (xp.sum(hit, axis=-1) > 0) & (xp.take(cost, row) < best.cost)
    row = xp.where(improved, row, arange(where, count))
    return Fit(xp.take(point, row, axis=0), xp.take(cost, row))


def levenberg_marquardt(model: Model, start: Array, steps: int, target: float = 0.0, damping: float = 1e-3) -> Fit:
    """Minimise |residual|^2/2 from `start` (T, n): every problem judges its own steps, adapts its damping.

    Ends before `steps` where all costs are below `target`. Nielsen's rule: an accepted step divides the damping by up
    to 3 according to how well the quadratic model predicted the decrease, refused ones multiply it by 2, 4, 8, ... A
    step that is not finite is refused.

    Source: Nielsen 1999 (recalled).
    """
    xp = namespace(start)
    identity = eye(start, start.shape[-1])
    x = start
    residual, jacobian = model(x)
    cost = _cost(residual)
    normal, slope = jacobian.mT @ jacobian, _apply(jacobian.mT, residual)
    largest = xp.max(xp.sum(normal * identity, axis=-1), axis=-1)
    mu, factor = damping * largest, 0.0 * cost + 2.0
    floor = 1e-20 * largest
    for _ in range(steps):
        if to_host(cost < target).all():  # the one transfer of a step
            break
        step = -spd_solve(normal + mu[:, None, None] * identity, slope[..., None])[..., 0]
        residual, jacobian = model(x + step)
        new = _cost(residual)
        expected = 0.5 * xp.sum(step * (mu[:, None] * step - slope), axis=-1)
        gain = (cost - new) / xp.where(expected > 0, expected, xp.ones_like(expected))
        accept = (gain > 0) & (expected > 0)
        keep = accept[:, None]
        x = xp.where(keep, x + step, x)
        cost = xp.where(accept, new, cost)
        normal = xp.where(keep[..., None], jacobian.mT @ jacobian, normal)
        slope = xp.where(keep, _apply(jacobian.mT, residual), slope)
        shrink = 1 - (2 * gain - 1) ** 3
        shrink = xp.where(shrink > 1 / 3, shrink, 0.0 * shrink + 1 / 3)
        mu = xp.where(accept, mu * shrink, mu * factor)
        mu = xp.where(mu > floor, mu, floor)
        # Beyond 1e8 times the scale no step is left: stay there rather than overflow.
        mu = xp.where(mu < 1e8 * largest, mu, 1e8 * largest)
        factor = xp.where(accept, 0.0 * factor + 2.0, xp.where(factor < 1e6, 2.0 * factor, factor))
    return Fit(x, cost)


def _cost(residual: Array) -> Array:
    return 0.5 * namespace(residual).sum(residual * residual, axis=-1)


def _apply(matrix: Array, vector: Array) -> Array:
    return (matrix @ vector[..., None])[..., 0]
