"""What an annotation may declare about an argument, and the domain that it becomes."""

from __future__ import annotations

import math
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import numpy as np

from theory.domain import checks
from theory.domain.checks import Floats, Integers


@dataclass(frozen=True)
class In:
    """An interval and a shape, beside the type int, float, Integers or Floats in an Annotated.

    `open_low` and `open_high` exclude the ends, `infinite` allows infinite entries, `ndim` fixes the dimension, `like`
    names the argument whose last axis is as long (or, for a number of its own, `size`).
    """

    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    open_high: bool = False
    infinite: bool = False
    ndim: int | None = None
    size: int | None = None
    like: str = ""


@dataclass(frozen=True)
class Parsed:
    """A domain of its own: parse(name, value) returns what the body sees or raises; `allowed` says it in words.

    `length` gives the number that `like` of another argument takes from the parsed value.
    """

    parse: Callable[[str, Any], Any]
    allowed: str
    length: Callable[[Any], int] | None = None


@dataclass(frozen=True)
class Domain:
    """The domain of one argument: its kind, and what was declared."""

    kind: Literal["integer", "real", "integers", "reals", "word", "flag", "parsed"]
    interval: In = In()
    words: tuple[str, ...] = ()
    own: Parsed | None = None
    optional: bool = False

    @property
    def is_array(self) -> bool:
        """Whether the body sees an array of numbers."""
        return self.kind in ("integers", "reals")

    def allowed(self, size: int | None = None) -> str:
        """What is allowed, as the refusal says it; `size` is that of the argument named by `like`."""
        if self.own is not None:
            return self.own.allowed
        if self.kind == "word":
            return checks.words_text(self.words)
        if self.kind == "flag":
            return "True or False"
        i = self.interval
        interval = checks.interval_text(i.low, i.high, i.open_low, i.open_high, self.kind.startswith("integer"))
        one = {"integer": "an integer ", "real": "a real number "}.get(self.kind)
        if one:
            return one + interval
        text = checks.shape_text(f"{self.kind if self.kind == 'integers' else 'real numbers'} {interval}", i.ndim)
        if i.like and size is None:
            return f"{text}, as many as in {i.like}"
        return checks.size_text(text, size if i.like else i.size, i.like)

    def length(self, value: Any) -> int | None:
        """The number of entries that an argument like this one has, or None where that is left to the shapes."""
        if self.own is not None and self.own.length is not None:
            return self.own.length(value)
        shape = np.shape(value)
        return shape[-1] if shape else None

    def convert(self, name: str, value: Any, size: int | None = None) -> Any:
        """What the body sees of a value, or ValueError; `size` is the length of the argument named by `like`."""
        if value is None and self.optional:
            return None
        if self.own is not None:
            return self.own.parse(name, value)
        if self.kind == "word":
            return checks.one_of(name, value, self.words)
        if self.kind == "flag":
            return checks.flag(name, value)
        i = self.interval
        ends = {"open_low": i.open_low, "open_high": i.open_high, "infinite": i.infinite}
        if self.kind == "real":
            return checks.real(name, value, i.low, i.high, **ends)
        size = i.size if size is None else size
        if self.kind == "reals":
            return checks.reals(name, value, i.low, i.high, **ends, ndim=i.ndim, size=size, like=i.like)
        low, high = int(i.low), None if math.isinf(i.high) else int(i.high)
        if self.kind == "integer":
            return checks.integer(name, value, low, high)
        return checks.integers(name, value, low, high, ndim=i.ndim, size=size, like=i.like)


_KINDS: tuple[tuple[Any, Literal["integer", "real", "integers", "reals"]], ...] = (
    (int, "integer"), (float, "real"), (Integers, "integers"), (Floats, "reals"),
)  # fmt: skip


def parse_annotation(annotation: Any) -> Domain | None:
    """The domain that an annotation declares, None where it declares none."""
    if get_origin(annotation) in (Union, types.UnionType):
        parts = [part for part in get_args(annotation) if part is not type(None)]
        inner = parse_annotation(parts[0]) if len(parts) == 1 else None
        return None if inner is None else Domain(inner.kind, inner.interval, inner.words, inner.own, optional=True)
    if annotation is bool:
        return Domain("flag")
    if get_origin(annotation) is Literal:
        return Domain("word", words=get_args(annotation))
    if get_origin(annotation) is not Annotated:
        return None
    base, *declared = get_args(annotation)
    for one in declared:
        if isinstance(one, Parsed):
            return Domain("parsed", own=one)
        if isinstance(one, In):
            kind = next((kind for known, kind in _KINDS if base == known), None)
            return None if kind is None else Domain(kind, one)
    return None
