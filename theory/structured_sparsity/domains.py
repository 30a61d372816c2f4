"""Domains that the topic shares: real or complex matrices, blocks of factors, powers of two."""

from __future__ import annotations

import math
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from theory.domain import Parsed, integer, reals, refusal

Numbers = NDArray[np.inexact[Any]]

_SQUARE = "an n x n array of real or complex numbers, n a perfect square"
_BLOCKS = "an m x m x m array of real or complex numbers"
_POWER = "a power of two >= 2"
_PERFECT = "a perfect square >= 1"


def _numbers(name: str, value: Any, ndim: int, allowed: str) -> Numbers:
    try:
        array = np.asarray(value)
        if array.dtype.kind != "c":
            return reals(name, value, ndim=ndim)
        parts = [reals(name, part, ndim=ndim) for part in (array.real, array.imag)]
    except (TypeError, ValueError):
        raise refusal(name, value, allowed) from None
    return parts[0] + 1j * parts[1]


def _square(name: str, value: Any) -> Numbers:
    array = _numbers(name, value, 2, _SQUARE)
    rows, columns = array.shape
    if rows != columns or math.isqrt(rows) ** 2 != rows:
        raise refusal(name, array, _SQUARE)
    return array


def _cube(name: str, value: Any) -> Numbers:
    array = _numbers(name, value, 3, _BLOCKS)
    if len(set(array.shape)) > 1:
        raise refusal(name, array, _BLOCKS)
    return array


def _power(name: str, value: Any) -> int:
    try:
        n = integer(name, value, 2)
    except ValueError:
        n = 0
    if n < 2 or n & (n - 1):
        raise refusal(name, value, _POWER)
    return n


def _perfect(name: str, value: Any) -> int:
    try:
        n = integer(name, value, 1)
    except ValueError:
        n = -1
    if n < 1 or math.isqrt(n) ** 2 != n:
        raise refusal(name, value, _PERFECT)
    return n


Square = Annotated[Numbers, Parsed(_square, _SQUARE)]
Blocks = Annotated[Numbers, Parsed(_cube, _BLOCKS)]
PowerOfTwo = Annotated[int, Parsed(_power, _POWER)]
PerfectSquare = Annotated[int, Parsed(_perfect, _PERFECT)]
