"""Comparisons that know validity: 1.0 or 0.0 where both operands are numbers, NaN where one is not.

A comparison of a solver's failure (NaN) must not read as "no": the judge counts the NaN.
"""

from __future__ import annotations

import math

from sims.arrays.namespaces import Array, namespace


def where_valid(valid: Array, x: Array) -> Array:
    """Return x where `valid` (booleans, or numbers that are neither 0 nor NaN) holds, NaN elsewhere; shapes broadcast.

    >>> import numpy as np
    >>> where_valid(np.asarray([True, False]), np.asarray([3.0, 4.0]))
    array([ 3., nan])
    """
    xp = namespace(x)
    if not xp.isdtype(valid.dtype, "bool"):
        valid = (valid == valid) & (valid != 0)
    if not xp.isdtype(x.dtype, "real floating"):
        x = xp.astype(x, xp.float64)
    return xp.where(valid, x, math.nan)


def _compared(holds: Array, a: Array | float, b: Array | float) -> Array:
    xp = namespace(holds)
    valid = (a == a) & (b == b)  # NaN is not equal to itself
    return xp.where(valid, xp.astype(holds, xp.float64), math.nan)


def less_equal(a: Array, b: Array | float) -> Array:
    """Return 1.0 where a <= b, 0.0 where a > b, NaN where one of them is NaN; shapes broadcast, b may be a number.

    >>> import numpy as np
    >>> less_equal(np.asarray([1.0, 3.0, np.nan]), 2.0)
    array([ 1.,  0., nan])
    """
    return _compared(a <= b, a, b)


def less(a: Array, b: Array | float) -> Array:
    """Return 1.0 where a < b, 0.0 where a >= b, NaN where one of them is NaN; shapes broadcast, b may be a number."""
    return _compared(a < b, a, b)


def agree(a: Array, b: Array, tolerance: float) -> Array:
    """Return 1.0 where |a - b| <= tolerance, 0.0 where it is larger, NaN where one of them is NaN."""
    return less_equal(namespace(a).abs(a - b), tolerance)
