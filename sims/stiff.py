"""Stiff flows on stacks: two-stage Radau on a given grid, with the error by steps halved."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sims.arrays import Array, eye, namespace, solve, to_host, where_valid

Field = Callable[[float, Array], Array]

_NODES = (1 / 3, 1.0)
_WEIGHTS = ((5 / 12, -1 / 12), (3 / 4, 1 / 4))
_CONVERGED = 1e-12


class Flow(NamedTuple):
    """The flow at the times of the grid, points (T, K, d), and the error (T, K) that halved steps show."""

    points: Array
    error: Array


def implicit_flow(field: Field, jacobian: Field, start: Array, grid: Sequence[float], most: int = 40) -> Flow:
    r"""Integrate $\dot y = f(t, y)$ by the two-stage Radau method (order 3, L-stable), a step for each grid interval.

    field: from t and y (T, d) to f (T, d); jacobian: to (T, d, d), of f by y; start: y (T, d) at grid[0]; grid: times,
    increasing; most: Newton steps for a step, whose equations must be met to 1e-12 of the size of y, else all that
    follows is NaN. Solutions linear in t are exact.
    Returns points, by two steps for each interval, and error: the largest change of a coordinate at that time against
    single steps, about seven times the error of the points where steps are small.

    Source: Hairer, Wanner 1996, IV.5 (recalled).

    >>> import numpy as np
    >>> slope = lambda t, y: -y[..., None]
    >>> points, error = implicit_flow(lambda t, y: -y, slope, np.ones((1, 1)), [0.0, 0.1, 0.2])
    >>> points[0, :, 0].round(5), bool(error[0, -1] < 1e-4)
    (array([1.     , 0.90484, 0.81873]), True)
    """
    times = [float(t) for t in grid]
    if len(times) < 2 or not all(a < b < math.inf for a, b in itertools.pairwise(times)):
        raise ValueError(f"grid = {grid!r}: must be two or more increasing finite times")
    xp = namespace(start)
    coarse = _path(field, jacobian, start, times, 1, most)
    fine = _path(field, jacobian, start, times, 2, most)
    errors = [xp.max(xp.abs(a - b), axis=-1) for a, b in zip(coarse, fine, strict=True)]
    return Flow(xp.stack(fine, axis=1), xp.stack(errors, axis=1))


def _path(field: Field, jacobian: Field, start: Array, times: list[float], parts: int, most: int) -> list[Array]:
    points, y = [start], start
    for t, end in itertools.pairwise(times):
        h = (end - t) / parts
        for part in range(parts):
            y = _step(field, jacobian, t + part * h, y, h, most)
        points.append(y)
    return points


def _step(field: Field, jacobian: Field, t: float, y: Array, h: float, most: int) -> Array:
    """One step from y (T, d): Newton's method for both stages at once, from the tangent."""
    xp, d = namespace(y), y.shape[-1]
    identity = eye(y, d)[None, :, :]
    slope = field(t, y)
    stages = [y + c * h * slope for c in _NODES]
    left = xp.sum(y, axis=-1) * 0 + 1.0
    for _ in range(most):
        slopes = [field(t + c * h, z) for c, z in zip(_NODES, stages, strict=True)]
        jacobians = [h * jacobian(t + c * h, z) for c, z in zip(_NODES, stages, strict=True)]
        residual = xp.concat(
            [z - y - h * (a * slopes[0] + b * slopes[1]) for z, (a, b) in zip(stages, _WEIGHTS, strict=True)], axis=-1
        )
        rows = [
            xp.concat([float(i == j) * identity - a * slope for j, (a, slope) in enumerate(row)], axis=-1)
            for i, row in enumerate([list(zip(weights, jacobians, strict=True)) for weights in _WEIGHTS])
        ]
        change = solve(xp.concat(rows, axis=-2), residual[..., None])[..., 0]
        # A problem whose equations are met stands still, whatever the others do.
        moving = (left > _CONVERGED)[:, None]
        change = xp.where(moving, change, xp.zeros_like(change))
        stages = [stages[0] - change[:, :d], stages[1] - change[:, d:]]
        size = 1 + xp.max(xp.abs(stages[1]), axis=-1)
        left = xp.where(moving[:, 0], xp.max(xp.abs(change), axis=-1) / size, left)
        if not (to_host(left) > _CONVERGED).any():
            break
    return where_valid((left <= _CONVERGED)[:, None], stages[1])
