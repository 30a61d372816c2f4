"""The one place where a simulation is declared: what it costs, its random stream, and what its arguments may be."""

from __future__ import annotations

import functools
import inspect
import math
import operator
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np

from sims.arrays.namespaces import is_generator

Cost = Callable[..., float] | float | None
"""A number, or a function of the cell's parameters, or unknown."""


class Allowed(NamedTuple):
    """What an annotated parameter of a kernel may be: the least integer, and whether a number may be infinite."""

    least: int = 1
    infinite: bool = False


Count = Annotated[int, Allowed(least=0)]
"""Annotation of an integer parameter that may be 0."""

Extended = Annotated[float, Allowed(infinite=True)]
"""Annotation of a number that may be infinite."""


PLAIN: dict[Any, Any] = {"int": int, "float": float, "int | None": int | None, "float | None": float | None}


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

    A call first checks its arguments: parameters annotated `int` must be integers >= 1 (>= their default, if that is
    smaller; >= 0 if annotated `Count`), numbers must be finite (`Extended`: not NaN), rng must be a generator.

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
    """Return topic.function for a function of our rooms, module.function in a shared module, else stem.function."""
    room, *inner = function.__module__.split(".")
    if room in ("sims", "claims") and inner:
        return f"{inner[0]}.{function.__qualname__}"
    return f"{Path(function.__code__.co_filename).stem}.{function.__qualname__}"


class Checks:
    """The checks of a function's arguments, from its signature."""

    def __init__(self, function: Callable[..., Any]) -> None:
        parameters = inspect.signature(function).parameters.values()
        try:
            hints = typing.get_type_hints(function, include_extras=True)
        except (NameError, TypeError):  # a name that only type checkers know
            hints = {name: PLAIN.get(hint) for name, hint in function.__annotations__.items()}
        self._positional = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        self._check = {
            p.name: check_generator if p.name == "rng" else _check_of(hints.get(p.name), p.default) for p in parameters
        }

    def __call__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        for name, value in zip(self._positional, args, strict=False):
            self._check[name](name, value)
        for name, value in kwargs.items():
            check = self._check.get(name)
            if check is not None:
                check(name, value)


def _check_of(hint: Any, default: Any) -> Callable[[str, Any], None]:
    allowed, optional = Allowed(), False
    options = typing.get_args(hint) if type(hint).__name__ in ("UnionType", "Union") else (hint,)
    if type(None) in options:
        optional, options = True, tuple(o for o in options if o is not type(None))
    base = options[0] if len(options) == 1 else None
    if typing.get_origin(base) is Annotated:
        base, *extras = typing.get_args(base)
        allowed = next((extra for extra in extras if isinstance(extra, Allowed)), allowed)
    if base is int:
        smaller = type(default) is int and default < allowed.least
        return functools.partial(_check_integer, default if smaller else allowed.least, optional)
    return functools.partial(_check_numbers, allowed.infinite, base is float, optional)


def _refuse(name: str, value: object, allowed: str) -> ValueError:
    text = repr(value)
    return ValueError(f"{name} = {text if len(text) <= 80 else text[:77] + '...'}: must be {allowed}")


def check_generator(name: str, value: Any) -> None:
    """Refuse what the kernels cannot draw from."""
    if not is_generator(value):
        raise _refuse(name, value, "a random generator, such as numpy.random.default_rng(0)")


def _check_integer(least: int, optional: bool, name: str, value: Any) -> None:
    if (type(value) is int and value >= least) or (optional and value is None):
        return
    try:
        fits = not isinstance(value, bool | np.bool_) and operator.index(value) >= least
    except TypeError:
        fits = False
    if not fits:
        raise _refuse(name, value, f"an integer >= {least}" + (" or None" if optional else ""))


def _check_numbers(infinite: bool, scalar: bool, optional: bool, name: str, value: Any) -> None:
    """A number, or the numbers of a list, tuple or NumPy array; arrays of a device are not read (it would wait)."""
    if (type(value) is float and value - value == 0.0) or (optional and value is None):
        return
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if scalar and not number and getattr(value, "shape", None) != ():
        raise _refuse(name, value, "a number" if infinite else "a finite number")
    if not (math.isnan(value) if infinite else not math.isfinite(value)) if number else _finite(value, infinite):
        return
    kind = "a number" if number else "numbers"
    raise _refuse(name, value, f"{kind}, not NaN" if infinite else "a finite number" if number else "finite numbers")


def _finite(value: Any, infinite: bool) -> bool:
    if isinstance(value, list | tuple):
        return all(_finite(each, infinite) for each in value)
    if isinstance(value, np.ndarray):
        numeric = value.dtype.kind in "fc"
        return not numeric or bool(np.isnan(value).sum() == 0 if infinite else np.isfinite(value).all())
    if isinstance(value, float | np.floating):
        return not math.isnan(value) if infinite else math.isfinite(value)
    return True
