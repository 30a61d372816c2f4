"""Argument checks shared by the modules of neural collapse."""

from __future__ import annotations

import math

from theory.domain import Floats, Integers, integers, real, reals


def class_sizes(n_per_class: object) -> Integers:
    """Return the sizes of at least two classes as integers >= 1.

    >>> class_sizes([3, 1])
    array([3, 1])
    """
    sizes = integers("n_per_class", n_per_class, ndim=1)
    if sizes.size < 2:
        raise ValueError(f"n_per_class = {n_per_class!r}: must hold at least two classes")
    return sizes


def penalty(name: str, value: object) -> float:
    """Return a penalty, a finite number > 0."""
    return real(name, value, 0.0, open_low=True)


def penalties(name: str, value: object) -> Floats:
    """Return an array of penalties, finite numbers > 0."""
    return reals(name, value, 0.0, open_low=True)


def geometric_mean(*factors: float) -> float:
    """Return the geometric mean of positive numbers, without overflow or underflow of their product."""
    return math.exp(math.fsum(math.log(f) for f in factors) / len(factors)) if len(factors) > 2 else _root(*factors)


def _root(first: float, second: float) -> float:
    return math.sqrt(first) * math.sqrt(second)
