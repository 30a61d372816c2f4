"""What concerns a matrix as a whole."""

from __future__ import annotations

import numpy as np

from theory.domain import Floats, refusal

_ROUNDING = 1e-12


def symmetric(name: str, value: Floats) -> Floats:
    """Return the symmetric part of a matrix that is symmetric to rounding; ValueError of any other."""
    size = float(np.max(np.abs(value)))
    if value.shape[0] != value.shape[1] or np.max(np.abs(value - value.T)) > _ROUNDING * size:
        raise refusal(name, value, "a symmetric matrix")
    return np.asarray(0.5 * value + 0.5 * value.T)


def same_rows(name: str, value: Floats, like: str, rows: int) -> None:
    """ValueError unless an array has as many rows as the argument `like`."""
    if value.shape[0] != rows:
        raise refusal(name, value, f"an array of {rows} rows, as many as {like} has")
