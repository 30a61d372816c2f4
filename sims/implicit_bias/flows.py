"""Explicit flows and descents of stacks, until they stand: Runge and Kutta's steps beside plain steps of descent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from sims import arrays
from sims.arrays import Array, Generator
from sims.iterate import until

Field = Callable[[Array], Array]
Scheme = Literal["flow", "descent"]


def advance(field: Field, y: Array, h: float | Array, scheme: Scheme) -> Array:
    """One step of y' = field(y): the classical method of order four for the flow, Euler's for the descent."""
    first = field(y)
    if scheme == "descent":
        return y + h * first
    second = field(y + h / 2 * first)
    third = field(y + h / 2 * second)
    fourth = field(y + h * third)
    return y + h / 6 * (first + 2 * second + 2 * third + fourth)


def settle(
    field: Field, start: Array, h: Array, scheme: Scheme, residual: Field, target: float, most: int
) -> tuple[Array, Array]:
    """Follow each problem of a stack until its residual is at most `target`: the states and the residuals."""
    return until(lambda y: advance(field, y, h, scheme), start, residual, target, most, every=50)


def repeated(rng: Generator, trials: int, *fields: Array) -> list[Array]:
    """What has no randomness, once for each trial on a new leading axis."""
    return [x[None, ...] + arrays.zeros(rng, (trials,) + (1,) * x.ndim) for x in fields]
