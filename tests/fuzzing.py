"""Bad arguments by the thousand: baselines from the docstrings' examples, one argument perturbed at a time."""

from __future__ import annotations

import dataclasses
import doctest
import inspect
import math
import random
import re
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

Arguments = dict[str, Any]

NONSENSE: tuple[Any, ...] = (
    math.nan, math.inf, -math.inf, "many", "", b"3", None, True, False, 0, -1, -0.5, 0.0, 1e-300, 1e300, -1e300,
    1e74, 1e-74, 0.5, 2.5, 2**53 + 2, 2**63, 10**30, -(10**30), 1j, [], [[]], {}, object(), {"n": 1}, [None], ["a"],
    [[1.0], [1.0, 2.0]], [math.nan], [1.0, math.nan], [1.0, math.inf], [0.5] * 7, [[1.0, 2.0]] * 3, np.zeros((0, 3)),
    np.zeros(0), np.ones((2, 2, 2)), np.array([1.0, "b"], dtype=object), np.array(["2020"], dtype="datetime64[Y]"),
    len, range(0),
)  # fmt: skip
SECONDS = 30
"""Longest time that one call may take before it counts as hanging."""


class _FoundError(Exception):
    """Carries the first call of a function out of its docstring's example."""


def baseline(function: Callable[..., Any]) -> Arguments | None:
    """The arguments of the first call in a function's doctest, defaults filled in; None without such a call."""
    signature = inspect.signature(function)

    def record(*args: Any, **kwargs: Any) -> None:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        raise _FoundError(dict(bound.arguments))

    room = dict(vars(sys.modules[function.__module__])) | {function.__name__: record}
    for example in doctest.DocTestParser().get_examples(inspect.getdoc(function) or ""):
        try:
            exec(example.source, room)
        except _FoundError as found:
            return found.args[0]
    return None


def perturbed(value: Any, rng: random.Random) -> Any:
    """A bad, or at least unusual, stand-in for a valid argument."""
    array = np.asarray(value) if _numeric(value) else None
    if array is None or array.size == 0 or rng.random() < 0.5:
        return rng.choice(NONSENSE)
    if array.ndim == 0:
        number = array.item()
        return rng.choice((
            -number, number + 0.5, number * 1e6, [number] * 3, [[number], [number]], [number, math.nan], str(number),
            np.full((2, 2), number), np.zeros((0,)), [number, -1], [number, "a"], np.array([number] * 5), number * 1j,
        ))  # fmt: skip
    return rng.choice(SPOILS)(array, rng)


def _numeric(value: Any) -> bool:
    try:
        return np.asarray(value).dtype.kind in "if"
    except ValueError:
        return False


def _one_entry(bad: Any) -> Callable[[np.ndarray, random.Random], Any]:
    def spoil(array: np.ndarray, rng: random.Random) -> Any:
        copy = array.astype(object if isinstance(bad, str) or bad is None else np.float64)
        copy.flat[rng.randrange(copy.size)] = bad
        return copy if rng.random() < 0.5 else copy.tolist()

    return spoil


SPOILS: tuple[Callable[[np.ndarray, random.Random], Any], ...] = (
    *(_one_entry(bad) for bad in (math.nan, math.inf, -math.inf, "a", None, -1.0, 0.0, 0.5, 1e300, 1e74, 1e-74)),
    lambda array, rng: np.concatenate([array, array[:1]]),
    lambda array, rng: array[:-1],
    lambda array, rng: array[None],
    lambda array, rng: array[..., None],
    lambda array, rng: array.T,
    lambda array, rng: array.ravel(),
    lambda array, rng: array.flat[0].item(),
    lambda array, rng: -array,
    lambda array, rng: 0 * array,
    lambda array, rng: array[..., :0],
    lambda array, rng: array.astype(str),
    lambda array, rng: array.astype(complex),
    lambda array, rng: array[::-1].tolist(),
    lambda array, rng: np.repeat(array[:1], len(array), axis=0),
)


def numbers(result: Any) -> Iterator[np.ndarray]:
    """All numbers in a result: mappings, tuples and dataclasses are opened."""
    if dataclasses.is_dataclass(result) and not isinstance(result, type):
        result = vars(result)
    if isinstance(result, Mapping):
        result = tuple(result.values())
    if isinstance(result, np.ndarray | int | float | np.number):
        yield np.asarray(result)
    elif isinstance(result, Sequence) and not isinstance(result, str):
        for part in result:
            yield from numbers(part)


def complaint(function: Callable[..., Any], good: Arguments, name: str, bad: Any) -> str:
    """What is wrong with a function's answer to one bad argument; "" if nothing is."""
    call = f"{function.__module__}.{function.__name__}(..., {name}={_short(bad)})"
    with warnings.catch_warnings(), _Deadline():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", UserWarning)  # what a measure says on purpose
        try:
            result = function(**{**good, name: bad})
        except ValueError as error:
            return "" if re.search(rf"\b{name}\b", str(error)) else f"{call}: the message does not name it: {error}"
        except Exception as error:
            return f"{call}: {type(error).__name__}: {error}"
    silent = any(np.isnan(part).any() for part in numbers(result) if part.dtype.kind in "fc")
    return f"{call}: NaN" if silent and not re.search(r"\bnan\b", inspect.getdoc(function) or "", re.I) else ""


def _short(value: Any) -> str:
    text = repr(value).replace("\n", "")
    return text if len(text) <= 70 else text[:67] + "..."


class _Deadline:
    """Turns a call that hangs into TimeoutError."""

    def __enter__(self) -> None:
        def stop(*_: object) -> None:
            raise TimeoutError(f"no answer in {SECONDS} s")

        self._before = signal.signal(signal.SIGALRM, stop)
        signal.setitimer(signal.ITIMER_REAL, SECONDS)

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self._before)
