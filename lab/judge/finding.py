"""What one row comes to: the interval, the three-way verdict, and the smallest error that this run would have seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from claims.agreement import Allowance

AGREES, DISAGREES, UNDECIDED, OBSERVED = "agrees", "disagrees", "undecided", "observed"

ROUNDING = 1e-12
"""Relative half-width below which no interval is believed: sums of many doubles are not better."""

FARTHEST = 1e9
"""The largest factor that is printed: a bound of which the simulation reached less sees nothing at all."""


@dataclass(frozen=True)
class Finding:
    """One row's result; `low`, `high`, `allowance`, `resolution`, `smallest_error` in units of `scale`.

    `failed` counts the trials that gave no number; `reason` says why a row is undecided.
    """

    verdict: str
    theory: float
    mean: float
    se: float
    trials: int
    failed: int
    scale: float
    low: float
    high: float
    allowance: float
    resolution: float
    smallest_error: float
    tightness: float = math.nan
    order: float = math.nan
    order_low: float = math.nan
    order_high: float = math.nan
    reason: str = ""


def scale_of(theory: float, natural: float = 1.0) -> float:
    """The unit of relative errors: |theory|, or the claim's natural scale where theory is 0."""
    return abs(theory) if theory != 0 and math.isfinite(theory) else natural


def concession(allowance: Allowance, cell: dict[str, Any]) -> float:
    """What the theorem concedes at a cell."""
    return float(allowance(**cell)) if callable(allowance) else float(allowance)


def decide(low: float, high: float, allowance: float, resolution: float) -> str:
    """The three-way verdict from an interval.

    >>> decide(-0.01, 0.02, 0.0, 0.02), decide(0.03, 0.04, 0.01, 0.02), decide(-0.1, 0.1, 0.0, 0.02)
    ('agrees', 'disagrees', 'undecided')
    """
    if math.isnan(low) or math.isnan(high):
        return UNDECIDED
    if low > allowance or high < -allowance:
        return DISAGREES
    return AGREES if 0.5 * (high - low) <= resolution else UNDECIDED


def smallest_error(low: float, high: float, allowance: float, relative: bool = True) -> float:
    """The smallest e such that neither the prediction times 1 + e nor the prediction divided by it would have agreed.

    `low` and `high` are those of the sizes (see `of_size`).

    With `relative` false (theory 0): the smallest shift in units of the scale.

    >>> round(smallest_error(-0.01, 0.02, 0.05), 4), round(smallest_error(-0.01, 0.02, 0.05, relative=False), 4)
    (0.0737, 0.07)
    """
    if not relative:
        return _printed(max(allowance + high, allowance - low))
    above = (allowance + high) / (1 - allowance) if allowance < 1 else math.inf
    below = (allowance - low) / (1 + low) if low > -1 else math.inf
    return _printed(max(above, below))


def of_size(low: float, high: float, theory: float) -> tuple[float, float]:
    """The interval of |simulation| against |theory|: what a factor changes where theory is below 0.

    >>> of_size(-0.01, 0.02, -3.0)
    (-0.02, 0.01)
    """
    return (low, high) if theory >= 0 else (-high, -low)


def bound_error(nearest: float, allowance: float, upper: bool, relative: bool = True) -> float:
    """The smallest e such that an upper bound divided by 1 + e (a lower one multiplied) would have been broken.

    `nearest` is the end of the interval, or the draw, that comes nearest to breaking it, relative to the bound. With
    `relative` false (a bound of 0): the smallest shift.

    >>> round(bound_error(-0.96, 0.0, True), 6), round(bound_error(0.5, 0.0, False), 6)
    (24.0, 0.5)
    """
    if not relative:
        return _printed(allowance - nearest if upper else allowance + nearest)
    if upper:
        return _printed((allowance - nearest) / max(1 + nearest, 1 / FARTHEST))
    return _printed((allowance + nearest) / (1 - allowance) if allowance < 1 else math.inf)


def _printed(error: float) -> float:
    return min(max(error, 2 * ROUNDING), FARTHEST)


def rounded(low: float, high: float) -> tuple[float, float]:
    """Widen an interval to what rounding alone can do to a mean."""
    slack = max(0.0, ROUNDING - 0.5 * (high - low))
    return low - slack, high + slack


def clean(x: np.ndarray) -> tuple[np.ndarray, int]:
    """The finite trials, and how many were not."""
    finite = np.isfinite(x)
    return (x, 0) if finite.all() else (x[finite], int(x.size - np.count_nonzero(finite)))


def lost(failed: int, trials: int) -> list[str]:
    """A kernel that failed on some draws has not simulated the claim."""
    return [f"{failed} of {trials} trials gave no number"] if failed else []


def finish(
    interval: tuple[float, float], allowance: float, resolution: float, doubts: Sequence[str], **numbers: Any
) -> Finding:
    """The verdict of a two-sided row; any doubt leaves it undecided, whatever the interval says."""
    low, high = interval
    relative = numbers["theory"] != 0
    verdict, reason = decide(low, high, allowance, resolution), ""
    if doubts:
        verdict, reason = UNDECIDED, "; ".join(doubts)
    elif verdict == UNDECIDED:
        reason = f"half-width {0.5 * (high - low):.2g} where {resolution:.2g} is asked for"
    return Finding(
        verdict, low=low, high=high, allowance=allowance, resolution=resolution, reason=reason,
        smallest_error=smallest_error(*of_size(low, high, numbers["theory"]), allowance, relative), **numbers,
    )  # fmt: skip


def unknown(theory: float, trials: int, allowance: float, resolution: float, reason: str) -> Finding:
    """A row about which the run says nothing."""
    nan = math.nan
    return Finding(
        UNDECIDED, theory, nan, nan, trials, trials, 1.0, nan, nan, allowance, resolution, nan, reason=reason
    )
