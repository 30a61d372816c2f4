"""Gradient flow as the limit of gradient descent: ever shorter steps, extrapolated to step 0."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sims.arrays import Array, namespace

LEVELS = 7
"""Descents with 1, 2, 4, ..., 64 times the steps."""


class Extrapolated(NamedTuple):
    """The value at step 0, and how far the last two extrapolations are apart, relative to the largest entry, (T,)."""

    value: Array
    error: Array


def extrapolated(descend: Callable[[int], Array], steps: int, levels: int = LEVELS) -> Extrapolated:
    """Return the limit of descend(n), arrays (T, ...), as the number n of steps grows: n = steps, 2 steps, 4 steps, ...

    The error of a descent is a power series in its step (Richardson's extrapolation).

    >>> import numpy as np
    >>> float(extrapolated(lambda n: np.asarray([(1 + 1 / n) ** n]), 4).value[0] - np.e) < 1e-11
    True
    """
    row: list[Array] = []
    before: Array = None
    for level in range(levels):
        fresh = [descend(steps * 2**level)]
        for order in range(1, level + 1):
            fresh.append(fresh[-1] + (fresh[-1] - row[order - 1]) / (2**order - 1))
        before, row = row[-1] if row else None, fresh
    xp, value = namespace(row[-1]), row[-1]
    axes = tuple(range(1, len(value.shape)))
    gap = xp.abs(value - before)
    error = xp.max(gap, axis=axes) / xp.max(xp.abs(value), axis=axes) if axes else gap / xp.abs(value)
    return Extrapolated(value, error)
