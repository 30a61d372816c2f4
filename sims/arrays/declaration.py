"""The one place where a simulation is declared: what it costs, its random stream, the checks of its arguments."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sims.arrays.domain import Checks

Cost = Callable[..., float] | float | None
"""A number, or a function of the cell's parameters, or unknown."""


def kernel(
    floats: Callable[..., float],
    seconds: Cost = None,
    block: Callable[..., int] | int | None = None,
    stream: str | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a simulation.

    floats: float64 numbers that one trial keeps alive, a function of the cell; the plan sizes blocks by it, so that
    a block's working set stays near 50 MB on a CPU. seconds: CPU seconds a trial, where they matter (a number or a
    function of the cell). block: trials a block, where small blocks matter. stream: the name of its random stream; by
    default topic.function, for a shared module of sims module.function, for a user's file stem.function.

    A call first checks its arguments by the annotations, as `sims.arrays.domain` says: sizes are integers >= 1, numbers
    finite, words among the Literal's, rng a generator.

    >>> import numpy as np
    >>> @kernel(floats=lambda n: n)
    ... def mean(n: int, trials: int, rng: object) -> object:
    ...     return rng.random(size=(trials, n)).mean(-1)
    >>> mean(0, trials=1, rng=np.random.default_rng(0))
    Traceback (most recent call last):
    ValueError: n = 0: must be an integer >= 1
    >>> mean(3, trials=1, rng=0)
    Traceback (most recent call last):
    ValueError: rng = 0: must be a random generator, such as numpy.random.default_rng(0)
    """

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        checks: list[Checks] = []  # made at the first call: annotations may name what stands further below

        @functools.wraps(function)
        def checked(*args: Any, **kwargs: Any) -> Any:
            if not checks:
                checks.append(Checks(function))
            checks[0](args, kwargs)
            return function(*args, **kwargs)

        checked.declared = function  # type: ignore[attr-defined]
        checked.floats_per_trial = floats  # type: ignore[attr-defined]
        checked.seconds_per_trial = seconds  # type: ignore[attr-defined]
        checked.block_trials = block  # type: ignore[attr-defined]
        checked.stream = stream or stream_name(function)  # type: ignore[attr-defined]
        return checked

    return declare


def stream_name(function: Callable[..., Any]) -> str:
    """Return topic.function for a function of our rooms, module.function in a shared module, else stem.function.

    The stem is that of the file, so moving a file within a topic changes no number.
    """
    room, *inner = function.__module__.split(".")
    name = getattr(function, "__qualname__", type(function).__qualname__)
    if room in _TOPICAL and inner:
        return f"{inner[0]}.{name}"
    code = getattr(function, "__code__", None)
    return f"{Path(code.co_filename).stem if code else function.__module__.rpartition('.')[2]}.{name}"


_TOPICAL = ("sims", "claims", "theory")
