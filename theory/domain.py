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


def _interval(low: float, high: float, open_low: bool, open_high: bool) -> str:
    left = "(" if open_low or math.isinf(low) else "["
    right = ")" if open_high or math.isinf(high) else "]"
    return f"{left}{low:g}, {high:g}{right}"


def _refuse(name: str, value: object, allowed: str) -> ValueError:
    text = repr(value)
    return ValueError(f"{name} = {text if len(text) <= 80 else text[:77] + '...'}: must be {allowed}")


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
    allowed = "real numbers in " + _interval(low, high, open_low, open_high)
    if ndim is not None:
        allowed = f"a {ndim}-dimensional array of {allowed}"
    if size is not None:
        allowed += f", {size} of them" + (f" as in {like}" if like else "")
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
    allowed = "a real number in " + _interval(low, high, open_low, open_high)
    try:
        array = reals(name, value, low, high, open_low=open_low, open_high=open_high, infinite=infinite)
    except _ExtremeError:
        raise
    except ValueError:
        raise _refuse(name, value, allowed) from None
    if array.ndim:
        raise _refuse(name, value, allowed)
    return float(array)


def integers(
    name: str, value: object, low: int = 1, high: int | None = None, *, ndim: int | None = None, size: int | None = None
) -> Integers:
    """Return `value` as an int64 array whose entries are integers from `low` to `high` (no upper end if None).

    >>> integers("n", [3, 4.0])
    array([3, 4])
    """
    allowed = f"integers >= {low}" if high is None else f"integers from {low} to {high}"
    if ndim is not None:
        allowed = f"a {ndim}-dimensional array of {allowed}"
    if size is not None:
        allowed += f", {size} of them"
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
    allowed = f"an integer >= {low}" if high is None else f"an integer from {low} to {high}"
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
        raise _refuse(name, value, "one of " + ", ".join(map(repr, words)))
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
