"""Domains that the topic shares: sizes up to d = 1e150, strengths of the prior, a truth by its values and counts."""

from __future__ import annotations

import math
from typing import Annotated, Any

import numpy as np

from theory.domain import Divisor, Floats, In, Parsed, refusal

LARGEST_D = 1e150
_SIZE = f"a real number in (0, {LARGEST_D:g}]"
_COUNTS = f"a 1-dimensional array of real numbers in [0, {LARGEST_D:g}]"


def _numbers(value: Any) -> Floats | None:
    """As floats where these are plain finite numbers; theory.domain's own checks stop at 1e75."""
    try:
        raw = np.asarray(value)
    except (TypeError, ValueError):
        return None
    if raw.dtype == object and all(type(entry) is int for entry in raw.ravel()):  # such as 10**32
        raw = raw.astype(float)
    found = raw.astype(float) if raw.dtype.kind in "iuf" and raw.size else None
    return None if found is None or not np.isfinite(found).all() else found


def _size(name: str, value: Any) -> float:
    number = _numbers(value)
    if number is None or number.ndim or not 0 < number <= LARGEST_D:
        raise refusal(name, value, _SIZE)
    return float(number)


def _count_list(name: str, value: Any) -> Floats:
    numbers = _numbers(value)
    if numbers is None or numbers.ndim != 1 or (numbers < 0).any() or (numbers > LARGEST_D).any():
        raise refusal(name, value, _COUNTS)
    return numbers


Size = Annotated[float, Parsed(_size, _SIZE)]
Samples = Divisor
Power = Annotated[float, In(1.001, 2.0)]
PowerOrOne = Annotated[float, In(1.0, 2.0)]
Variance = Annotated[float, In(1e-30, 1e30)]
Values = Annotated[Floats, In(-1e15, 1e15, ndim=1)]
Counted = Annotated[Floats, Parsed(_count_list, _COUNTS, length=len)]


def more_features(n: float, d: float) -> None:
    """Refuse d <= n, where nothing is left to choose."""
    if d <= n:
        raise refusal("d", d, f"more than n = {n:g}")


def truth(d: float, values: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """Values and counts of the coordinates that there are, or ValueError where the counts do not make d.

    The largest count is what the others leave of d: where d is near n every digit of their difference counts.
    """
    if values.shape != counts.shape:
        raise refusal("counts", counts, f"as many as the {values.size} values")
    if not math.isclose(float(counts.sum()), d, rel_tol=1e-9):
        raise refusal("counts", counts, f"counts of all coordinates, zeros included: their sum must be d = {d:g}")
    there = counts > 0
    values, counts = values[there], counts[there]
    most = int(np.argmax(counts))
    rest = float(np.delete(counts, most).sum())
    return values, np.where(np.arange(counts.size) == most, d - rest, counts)
