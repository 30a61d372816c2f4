"""What a kernel's arguments may be: declared in its annotations, checked at each call, refused in one sentence.

The names are those of `theory.domain`, with which this room shares no code. A parameter annotated `int` is a size, an
integer >= 1 (>= its default, if that is smaller); `Whole` may be 0; a `float` is finite; a Literal is one of its words.
"""

from __future__ import annotations

import functools
import inspect
import math
import operator
import typing
from collections.abc import Callable
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np

from sims.arrays.namespaces import is_generator


class In(NamedTuple):
    """The interval from low to high, without low if `open_low`; with an infinite high itself if `infinite`."""

    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    infinite: bool = False

    def holds(self, value: Any) -> bool:
        """Whether a number is inside."""
        above = value > self.low if self.open_low else value >= self.low
        return above and value <= self.high and (self.infinite or math.isfinite(value))

    def __str__(self) -> str:
        if self == In():
            return "a finite number"
        left = "(" if self.open_low or math.isinf(self.low) else "["
        right = "]" if self.infinite or math.isfinite(self.high) else ")"
        return f"a real number in {left}{self.low:g}, {self.high:g}{right}"


Whole = Annotated[int, In(0)]
NonNegative = Annotated[float, In(0.0)]
Positive = Annotated[float, In(0.0, open_low=True)]
Share = Annotated[float, In(0.0, 1.0)]
Extended = Annotated[float, In(0.0, open_low=True, infinite=True)]
"""A positive number that may be infinite."""

Check = Callable[[str, Any], None]
PLAIN: dict[Any, Any] = {"int": int, "float": float, "int | None": int | None, "float | None": float | None}


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
            if name in self._check:
                self._check[name](name, value)


def _check_of(hint: Any, default: Any) -> Check:
    options = typing.get_args(hint) if type(hint).__name__ in ("UnionType", "Union") else (hint,)
    kinds = [option for option in options if option is not type(None)]
    base, inside = kinds[0] if len(kinds) == 1 else None, None
    if typing.get_origin(base) is Annotated:
        base, *extras = typing.get_args(base)
        inside = next((extra for extra in extras if isinstance(extra, In)), None)
    if base is int:
        least = 1 if inside is None else int(inside.low)
        smaller = type(default) is int and default < least
        check: Check = functools.partial(_check_integer, default if smaller else least)
    elif base is bool:
        check = _check_flag
    elif typing.get_origin(base) is Literal:
        check = functools.partial(_check_word, typing.get_args(base))
    else:
        check = functools.partial(_check_numbers, inside or In(), base is float)
    return check if len(kinds) == len(options) else functools.partial(_check_unless_none, check)


def refusal(name: str, value: object, allowed: str) -> ValueError:
    """The error that names an argument, its value and what is allowed."""
    text = repr(value)
    return ValueError(f"{name} = {text if len(text) <= 80 else text[:77] + '...'}: must be {allowed}")


def check_generator(name: str, value: Any) -> None:
    """Refuse what the kernels cannot draw from."""
    if not is_generator(value):
        raise refusal(name, value, "a random generator, such as numpy.random.default_rng(0)")


def _check_unless_none(check: Check, name: str, value: Any) -> None:
    if value is not None:
        try:
            check(name, value)
        except ValueError as error:
            raise ValueError(f"{error}, or None") from None


def _check_flag(name: str, value: Any) -> None:
    if not isinstance(value, bool | np.bool_):
        raise refusal(name, value, "True or False")


def _check_word(words: tuple[str, ...], name: str, value: Any) -> None:
    if not isinstance(value, str) or value not in words:
        raise refusal(name, value, "one of " + ", ".join(map(repr, words)))


def _check_integer(least: int, name: str, value: Any) -> None:
    if type(value) is int and value >= least:
        return
    try:
        fits = not isinstance(value, bool | np.bool_) and operator.index(value) >= least
    except TypeError:
        fits = False
    if not fits:
        raise refusal(name, value, f"an integer >= {least}")


def _check_numbers(inside: In, scalar: bool, name: str, value: Any) -> None:
    """A number, or the numbers of a list, tuple or NumPy array; arrays of a device are not read (it would wait)."""
    if isinstance(value, int | float | np.number) and not isinstance(value, bool):
        if not inside.holds(value):
            raise refusal(name, value, str(inside))
    elif scalar and getattr(value, "shape", None) != ():
        raise refusal(name, value, str(inside))
    elif not _finite(value):
        raise refusal(name, value, "finite numbers")


def _finite(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(_finite(each) for each in value)
    if isinstance(value, np.ndarray):
        return value.dtype.kind not in "fc" or bool(np.isfinite(value).all())
    return not isinstance(value, float | np.floating) or math.isfinite(value)
