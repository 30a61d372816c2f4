"""Checks of data that a user hands to a measure: each returns the value converted, or a ValueError names the argument.

These look at the entries and therefore wait for the device: they belong to measures, not to kernels.
"""

from __future__ import annotations

import math
from typing import Any

from sims.arrays import Array, namespace


def _refuse(name: str, value: object, allowed: str) -> ValueError:
    text = " ".join(repr(value).split())
    return ValueError(f"{name} = {text if len(text) <= 80 else text[:77] + '...'}: must be {allowed}")


def shape(value: object) -> tuple[int, ...]:
    """Return the shape of an array, () for what is none."""
    found = getattr(value, "shape", ())
    return tuple(found) if isinstance(found, tuple) or hasattr(found, "__len__") else ()


def array(name: str, value: Any, axes: str, *, stack: bool = False, finite: bool = True) -> Array:
    """Return real floating-point data with the `axes` named, such as "n, p"; `stack` allows leading axes.

    Integers become float64. Refused are what is no array of an array-API library, empty arrays, other shapes, and
    (unless `finite` is False) entries that are not finite or whose fourth power would overflow.

    >>> import numpy as np
    >>> array("X", np.ones((2, 3), dtype=np.int64), "n, p").dtype
    dtype('float64')
    >>> array("X", [[1.0]], "n, p")
    Traceback (most recent call last):
    ValueError: X = [[1.0]]: must be an array (NumPy, CuPy, PyTorch) of shape (n, p)
    """
    count = len(axes.split(", "))
    allowed = f"({'..., ' if stack else ''}{axes}{',' if count == 1 and not stack else ''})"
    found = shape(value)
    try:
        xp = namespace(value)
        real = xp.isdtype(value.dtype, ("integral", "real floating"))
    except (TypeError, ValueError, AttributeError):
        raise _refuse(name, value, f"an array (NumPy, CuPy, PyTorch) of shape {allowed}") from None
    if not real:
        raise _refuse(name, value, f"an array of real numbers, not of {value.dtype}")
    if len(found) < count or (len(found) > count and not stack) or 0 in found:
        raise ValueError(f"{name} = array of shape {found}: must be {allowed}, not empty")
    data = value if xp.isdtype(value.dtype, "real floating") else xp.astype(value, xp.float64)
    largest = float(xp.finfo(data.dtype).max) ** 0.25
    if finite and not (float(xp.max(data)) <= largest and float(xp.min(data)) >= -largest):  # without a copy of abs
        raise ValueError(f"{name} = array with NaN, infinite or huge entries: must be of size at most {largest:.2g}")
    return data


def number(name: str, value: Any, low: float = -math.inf, high: float = math.inf, *, open_low: bool = False) -> float:
    """Return a finite real number from `low` to `high`, `low` itself excluded if `open_low`.

    >>> number("lam", -1.0, 0.0)
    Traceback (most recent call last):
    ValueError: lam = -1.0: must be a real number in [0, inf)
    """
    allowed = f"a real number in {'(' if open_low else '['}{low:g}, {high:g}{')' if math.isinf(high) else ']'}"
    # A NumPy scalar is a number too; a bool, an array and a string are not.
    kind = isinstance(value, int | float) or (shape(value) == () and type(value).__name__.startswith(("float", "int")))
    if isinstance(value, bool) or not kind or not low <= value <= high or (open_low and value == low):
        raise _refuse(name, value, allowed)
    if abs(value) > 1e75:
        raise _refuse(name, value, f"{allowed}, at most 1e75 in size")
    return float(value)


def flag(name: str, value: Any) -> bool:
    """Return True or False as it is; anything else is refused."""
    if not isinstance(value, bool):
        raise _refuse(name, value, "True or False")
    return value
