"""Domain checks of public theory functions: each returns the value converted, or raises ValueError naming the argument.

The message says the argument's name, the value given and what is allowed. NaN, strings, booleans, empty arrays and
numbers outside the interval are refused everywhere, and so are finite numbers too large to be squared and multiplied.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Integers = NDArray[np.integer[Any]]

LARGEST, SMALLEST = 1e75, 1e-75
"""Finite arguments beyond the one in size are refused; the other is the lower end for what is divided by or taken to
negative powers. Products and quotients of four such numbers are still floats."""


class _ExtremeError(ValueError):
    """A number beyond LARGEST."""


def interval_text(low: float, high: float, open_low: bool, open_high: bool, whole: bool = False) -> str:
    """The words for an interval of real or whole numbers, as they follow "a real number" or "integers"."""
    if whole:
        return f">= {low:.0f}" if math.isinf(high) else f"from {low:.0f} to {high:.0f}"
    left = "(" if open_low or math.isinf(low) else "["
    right = ")" if open_high or math.isinf(high) else "]"
    return f"in {left}{low:g}, {high:g}{right}"


def shape_text(numbers: str, ndim: int | None) -> str:
    """The words for an array of such numbers."""
    return numbers if ndim is None else f"a {ndim}-dimensional array of {numbers}"


def size_text(numbers: str, size: int | None, like: str) -> str:
    """The words for so many of such numbers."""
    return numbers if size is None else f"{numbers}, {size} of them" + (f" as in {like}" if like else "")


def words_text(words: Iterable[str]) -> str:
    """The words for a choice of words."""
    return "one of " + ", ".join(map(repr, words))


def _refuse(name: str, value: object, allowed: str) -> ValueError:
    text = repr(value)
    return ValueError(f"{name} = {text if len(text) <= 80 else text[:77] + '...'}: must be {allowed}")


def refusal(name: str, value: object, allowed: str) -> ValueError:
    """The error for an argument outside its domain, for the body of a function: arrays are shown as lists.

    >>> refusal("k", np.array([2, 3]), "even")
    ValueError('k = [2, 3]: must be even')
    """
    return _refuse(name, value.tolist() if isinstance(value, np.ndarray) else value, allowed)


def reals(
    name: str,
    value: object,
    low: float = -math.inf,
    high: float = math.inf,
    *,
    open_low: bool = False,
    open_high: bool = False,
    infinite: bool = False,
    ndim: int | None = None,
    size: int | None = None,
    like: str = "",
) -> Floats:
    """Return `value` as a float64 array whose entries all lie in the interval from `low` to `high`.

    `open_low` and `open_high` exclude the ends, `infinite` allows infinite entries, `ndim` and `size` fix the shape;
    `like` names the argument that the size comes from.

    >>> reals("t", [0, 1], 0.0)
    array([0., 1.])
    >>> reals("t", -1.0, 0.0)
    Traceback (most recent call last):
    ValueError: t = -1.0: must be real numbers in [0, inf)
    """
    fast = _fast(value, low, high, open_low, open_high) if ndim is None and size is None else None
    if fast is not None:
        return np.array(fast)
    allowed = size_text(shape_text("real numbers " + interval_text(low, high, open_low, open_high), ndim), size, like)
    try:
        raw = np.asarray(value)
    except (TypeError, ValueError):
        raise _refuse(name, value, allowed) from None
    if raw.dtype.kind not in "iuf":
        raise _refuse(name, value, allowed)
    array = raw.astype(np.float64)
    fits = array.size > 0 and (ndim is None or array.ndim == ndim) and (size is None or array.size == size)
    if not fits or np.isnan(array).any() or (not infinite and np.isinf(array).any()):
        raise _refuse(name, value, allowed)
    if (np.isfinite(array) & (np.abs(array) > LARGEST)).any():
        raise _ExtremeError(str(_refuse(name, value, f"{allowed}, no finite one beyond {LARGEST:g} in size")))
    below = array <= low if open_low else array < low
    above = array >= high if open_high else array > high
    if below.any() or above.any():
        raise _refuse(name, value, allowed)
    return array


def _fast(value: object, low: float, high: float, open_low: bool, open_high: bool) -> float | None:
    """A Python number as a float where it plainly belongs to the interval: most arguments, without an array."""
    if isinstance(value, float) or (type(value) is int and -(2**53) <= value <= 2**53):
        inside = (low < value if open_low else low <= value) and (value < high if open_high else value <= high)
        if inside and -LARGEST <= value <= LARGEST:
            return float(value)
    return None


def real(
    name: str,
    value: object,
    low: float = -math.inf,
    high: float = math.inf,
    *,
    open_low: bool = False,
    open_high: bool = False,
    infinite: bool = False,
) -> float:
    """Return `value` as a float inside the interval from `low` to `high`; `infinite` allows an infinite value.

    >>> real("lam", 0.5, 0.0)
    0.5
    >>> real("lam", float("nan"), 0.0)
    Traceback (most recent call last):
    ValueError: lam = nan: must be a real number in [0, inf)
    """
    fast = _fast(value, low, high, open_low, open_high)
    if fast is not None:
        return fast
    allowed = "a real number " + interval_text(low, high, open_low, open_high)
    try:
        array = reals(name, value, low, high, open_low=open_low, open_high=open_high, infinite=infinite)
    except _ExtremeError:
        raise
    except ValueError:
        raise _refuse(name, value, allowed) from None
    if array.ndim:
        raise _refuse(name, value, allowed)
    return float(array)


def _whole(low: int, high: int | None) -> str:
    return interval_text(low, math.inf if high is None else high, False, False, whole=True)


def _fast_whole(value: object, low: int, high: int | None) -> bool:
    return type(value) is int and low <= value <= (2**53 if high is None else min(high, 2**53)) and low >= -(2**53)


def integers(
    name: str,
    value: object,
    low: int = 1,
    high: int | None = None,
    *,
    ndim: int | None = None,
    size: int | None = None,
    like: str = "",
) -> Integers:
    """Return `value` as an int64 array whose entries are integers from `low` to `high` (no upper end if None).

    >>> integers("n", [3, 4.0])
    array([3, 4])
    """
    if ndim is None and size is None and _fast_whole(value, low, high):
        return np.array(value, dtype=np.int64)
    allowed = size_text(shape_text("integers " + _whole(low, high), ndim), size, like)
    try:
        array = reals(name, value, low, math.inf if high is None else high, ndim=ndim, size=size)
    except ValueError:
        raise _refuse(name, value, allowed) from None
    if (array != np.floor(array)).any() or (np.abs(array) > 2.0**53).any():
        raise _refuse(name, value, allowed)
    return array.astype(np.int64)


def integer(name: str, value: object, low: int = 1, high: int | None = None) -> int:
    """Return `value` as a Python int from `low` to `high` (no upper end if None).

    >>> integer("n", 0)
    Traceback (most recent call last):
    ValueError: n = 0: must be an integer >= 1
    """
    if _fast_whole(value, low, high):
        return value  # type: ignore[return-value]
    allowed = "an integer " + _whole(low, high)
    try:
        array = integers(name, value, low, high)
    except ValueError:
        raise _refuse(name, value, allowed) from None
    if array.ndim:
        raise _refuse(name, value, allowed)
    return int(array)


def one_of(name: str, value: object, allowed: Iterable[str]) -> str:
    """Return `value` if it is one of the `allowed` words.

    >>> one_of("loss", "hinge", ("softmax", "squared"))
    Traceback (most recent call last):
    ValueError: loss = 'hinge': must be one of 'softmax', 'squared'
    """
    words = tuple(allowed)
    if not isinstance(value, str) or value not in words:
        raise _refuse(name, value, words_text(words))
    return value


def flag(name: str, value: object) -> bool:
    """Return `value` if it is True or False.

    >>> flag("covered", "yes")
    Traceback (most recent call last):
    ValueError: covered = 'yes': must be True or False
    """
    if not isinstance(value, bool | np.bool_):
        raise _refuse(name, value, "True or False")
    return bool(value)


def broadcast(**arrays: Floats | Integers) -> tuple[NDArray[Any], ...]:
    """Broadcast the named arrays against each other; ValueError naming them all if their shapes do not fit.

    >>> [a.shape for a in broadcast(n=np.ones(3), p=np.ones((2, 1)))]
    [(2, 3), (2, 3)]
    """
    try:
        return tuple(np.broadcast_arrays(*arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name}: {array.shape}" for name, array in arrays.items())
        raise ValueError(f"shapes do not broadcast ({shapes}): must be equal or of length one") from None
