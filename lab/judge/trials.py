"""How many trials a row needs: what its kind fixes in advance, a pilot, what the pilot's spread asks for.

The answer never enters: a pilot gives the spread, the resolution gives the number.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from claims.agreement import Bound, Exact, Heavy, Identity, Kind, Law, Limit, Moments, Observation, Order, Rate, Tail
from lab.judge.family import spread_shares
from lab.judge.finding import scale_of
from lab.judge.intervals import trials_needed
from lab.judge.sample import least_trials

ROW_LEVEL = 2.5e-7
"""Level of every row that can raise a statistical alarm: the suite's budget of 1e-3 over MOST_ROWS such rows."""

MOST_ROWS = 4000
MARGIN = 0.9
"""Trials are planned for this share of the resolution, so that the final interval fits it."""

EXACT_TRIALS = 2
UNLIMITED = 2**40


class Need(NamedTuple):
    """The trials of one simulation that a row is judged on, and the trials it would take where that is more."""

    trials: int
    wanted: int


def level_of(kind: Kind) -> float:
    """The level of a sample's interval: half of a Limit's level is for its value."""
    return ROW_LEVEL / 2 if isinstance(kind, Limit) else ROW_LEVEL


def fixed_trials(kind: Kind, tail: Tail) -> int | None:
    """The number that the kind fixes in advance, or None where a pilot decides."""
    if isinstance(kind, Limit | Rate | Order) and kind.trials is not None:
        return kind.trials
    if isinstance(kind, Identity | Observation) or (isinstance(kind, Bound) and kind.on == "draw"):
        return kind.trials
    if isinstance(kind, Law):
        # Exactly the size at which the DKW band reaches the resolution.
        return math.ceil(math.log(2 / ROW_LEVEL) / (2 * kind.resolution**2))
    return EXACT_TRIALS if isinstance(tail, Exact) else None


def pilot_trials(kind: Kind, tail: Tail) -> int:
    """Trials to run before anything is known."""
    fixed = fixed_trials(kind, tail)
    if fixed is not None:
        return fixed
    least = least_trials(tail)
    return 2 * least if isinstance(tail, Moments) and tail.skewness > 2 else least


def final_trials(
    kind: Any, tail: Tail, pilots: list[np.ndarray], theories: tuple[Any, ...], sizes: list[float], natural: float,
    most: int,
) -> list[Need]:  # fmt: skip
    """Trials that each simulation of a row needs for its resolution; the pilot's where more than `most` would be."""
    fixed = fixed_trials(kind, tail)
    if fixed is not None:
        return [Need(fixed, fixed)] * len(pilots)
    share = spread_shares(kind, sizes, float(theories[0]), natural) if isinstance(kind, Limit | Rate) else 1.0
    pilot, needed = pilot_trials(kind, tail), []
    for x, theory in zip(pilots, theories, strict=True):
        x = x[np.isfinite(x)]
        if x.size < 2:
            needed.append(Need(pilot, pilot))
            continue
        target = MARGIN * kind.resolution * share * _planning_scale(x, theory, kind, tail, natural)
        wanted = trials_needed(x, tail, target, level_of(kind), UNLIMITED, least=pilot)
        needed.append(Need(wanted if wanted <= most else pilot, wanted))
    return needed


def _planning_scale(x: np.ndarray, theory: float, kind: Any, tail: Tail, natural: float) -> float:
    """|theory|; where the pilot is grossly elsewhere, its own size, so that a wrong prediction costs no endless run."""
    centre = float(np.quantile(x, tail.quantile) if isinstance(tail, Heavy) else np.mean(x))
    if isinstance(kind, Rate):
        return abs(centre)
    scale = scale_of(theory, natural)
    if isinstance(kind, Bound | Order):  # a loose bound is far off and right: it is judged in its own units
        return scale
    noise = 6 * float(np.std(x)) / math.sqrt(x.size)
    return abs(centre) if abs(centre) - noise > 2 * scale else scale
