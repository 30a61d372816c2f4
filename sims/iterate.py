"""Iterate until each problem of a stack is certified; problems that are stand still while the others go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sims.arrays import Array, namespace, to_host

State = TypeVar("State")


def until(
    step: Callable[[State], State],
    state: State,
    certificate: Callable[[State], Array],
    target: float,
    most: int,
    every: int = 10,
) -> tuple[State, Array]:
    """Apply `step` until the certificate of every problem is at most `target`, or `most` times.

    step: returns a new state and leaves the old one as it is. state: an array, or a (named) tuple of arrays, whose
    first axis numbers the problems. certificate: from a state to numbers (problems,), smaller is better; it is looked
    at every `every` steps (one transfer to the host each time).
    A certified problem keeps the state at which it was certified; NaN is never certified.
    Returns the last state and its certificates (problems,).

    >>> import numpy as np
    >>> root, error = until(lambda x: (x + 2 / x) / 2, np.asarray([1.0, 9.0]), lambda x: abs(x * x - 2), 1e-12, 50, 1)
    >>> root.round(6), bool((error <= 1e-12).all())
    (array([1.414214, 1.414214]), True)
    """
    done, left = certificate(state), most
    while left > 0 and not to_host(done <= target).all():
        frozen = done <= target
        start, count = state, min(every, left)
        for _ in range(count):
            state = step(state)
        state = _chosen(frozen, start, state)
        left -= count
        done = certificate(state)
    return state, done


def _chosen(frozen: Array, old: Any, new: Any) -> Any:
    if not isinstance(new, tuple):
        return _where(frozen, old, new)
    fields = [_where(frozen, a, b) for a, b in zip(old, new, strict=True)]
    return type(new)(*fields) if hasattr(new, "_fields") else tuple(fields)


def _where(frozen: Array, old: Array, new: Array) -> Array:
    xp = namespace(new)
    return xp.where(xp.reshape(frozen, (-1,) + (1,) * (new.ndim - 1)), old, new)
