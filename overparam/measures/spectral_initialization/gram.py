"""Symmetric matrices of one's own."""

from __future__ import annotations

from typing import Any

import numpy as np

from overparam.measures.input import Given, matrix


def symmetric(name: str, value: Any) -> Given:
    """Return a square matrix that is symmetric to the precision it was given in; ValueError of any other."""
    given = matrix(name, value, "rows, columns")
    rows, columns = given.shape
    if rows != columns:
        raise ValueError(f"{name} = array of shape {given.shape}: must be square")
    values = given.values
    largest = float(np.max(np.abs(values)))
    apart = float(np.max(np.abs(values - values.T)))
    # Sums of n products in either order: sqrt(n) roundings, and some.
    if apart > 8 * rows**0.5 * given.eps * largest:
        raise ValueError(f"{name} = array of shape {given.shape}: must be symmetric, entries differ by {apart:.3g}")
    return given
