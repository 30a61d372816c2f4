"""The class sizes of a problem, as an argument, and the mean of penalties."""

from __future__ import annotations

import math
from typing import Annotated, Any

from theory.domain import Integers, Parsed, integers


def class_sizes(name: str, value: Any) -> Integers:
    """Return the sizes of at least two classes as integers >= 1.

    >>> class_sizes("n_per_class", [3, 1])
    array([3, 1])
    """
    sizes = integers(name, value, ndim=1)
    if sizes.size < 2:
        raise ValueError(f"{name} = {value!r}: must hold at least two classes")
    return sizes


ClassSizes = Annotated[Integers, Parsed(class_sizes, "a 1-dimensional array of integers >= 1")]


def geometric_mean(*factors: float) -> float:
    """Return the geometric mean of positive numbers, without overflow or underflow of their product."""
    return math.exp(math.fsum(math.log(f) for f in factors) / len(factors)) if len(factors) > 2 else _root(*factors)


def _root(first: float, second: float) -> float:
    return math.sqrt(first) * math.sqrt(second)
