"""Orthonormal Hermite polynomials of draws, and their products as features."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence

from sims.arrays import Array, namespace

Numbers = Sequence[float]


def hermite_values(z: Array, K: int) -> list[Array]:
    """Return h_0(z), ..., h_K(z), by the three-term recurrence.

    >>> import numpy as np
    >>> [float(h) for h in hermite_values(np.asarray(3.0), 1)]
    [1.0, 3.0]
    """
    values = [namespace(z).ones_like(z), z]
    for k in range(1, K):
        values.append((z * values[k] - math.sqrt(k) * values[k - 1]) / math.sqrt(k + 1))
    return values[: K + 1]


def hermite_series(z: Array, c: Numbers) -> Array:
    """Return sum_k c_k h_k(z)."""
    total = 0.0 * z
    for coefficient, h in zip(c, hermite_values(z, len(c) - 1), strict=True):
        total = total + float(coefficient) * h
    return total


def hermite_features(x: Array, degrees: Iterable[int]) -> Array:
    """Return all products of Hermite polynomials of the entries of x (..., n, d) of these total degrees, (..., n, D).

    >>> import numpy as np
    >>> hermite_features(np.ones((1, 3)), [2]).shape
    (1, 6)
    """
    degrees = tuple(degrees)
    d, values = x.shape[-1], hermite_values(x, max(degrees))
    columns = []
    for degree in degrees:
        for chosen in itertools.combinations_with_replacement(range(d), degree):
            column = values[0][..., 0]
            for j in sorted(set(chosen)):
                column = column * values[chosen.count(j)][..., j]
            columns.append(column)
    return namespace(x).stack(columns, axis=-1)
