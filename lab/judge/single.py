"""Kinds judged cell by cell: Mean, Identity, Law, Bound, Order, Observation.

Every judge takes (kind, sample, theory, tail, cell, level) and returns a Finding; `natural` is the scale where theory
is 0, `error` what the simulation itself admits.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from claims.agreement import Bound, Exact, Heavy, Identity, Law, Mean, Moments, Observation, Order, Tail
from lab.judge.finding import (
    AGREES,
    DISAGREES,
    OBSERVED,
    UNDECIDED,
    Finding,
    bound_error,
    clean,
    concession,
    finish,
    lost,
    rounded,
    scale_of,
    smallest_error,
    unknown,
)
from lab.judge.intervals import Estimate, dkw_half_width, estimate, kolmogorov_distance
from lab.judge.sample import doubts_about

SHOWN_LEVEL = 0.05
"""Level of the interval beside an Observation: it raises no alarm."""

Cell = dict[str, Any]


def _relative(e: Estimate, theory: float, scale: float, error: float) -> tuple[float, float]:
    low, high = rounded((e.low - theory) / scale, (e.high - theory) / scale)
    return low - error / scale, high + error / scale


def judge_mean(
    kind: Mean, x: np.ndarray, theory: float, tail: Tail, cell: Cell, level: float, natural: float = 1.0,
    error: float = 0.0,
) -> Finding:  # fmt: skip
    """Mean: an interval for the relative difference."""
    allowance, scale = concession(kind.allowance, cell), scale_of(theory, natural)
    kept, failed = clean(x)
    if kept.size == 0:
        return unknown(theory, x.size, allowance, kind.resolution, "no trial gave a number")
    e = estimate(kept, tail, level)
    return finish(
        _relative(e, theory, scale, error), allowance, kind.resolution,
        lost(failed, x.size) + doubts_about(kept, tail, scale),
        theory=theory, mean=e.value, se=e.se, trials=e.trials, failed=failed, scale=scale,
    )  # fmt: skip


def judge_identity(
    kind: Identity, x: np.ndarray, theory: Any, tail: Tail, cell: Cell, level: float, natural: float = 1.0,
    error: float = 0.0,
) -> Finding:  # fmt: skip
    """Identity: the largest relative error on any draw stays below the tolerance; an array is pooled."""
    exact = np.asarray(theory, dtype=np.float64)
    scales = np.where(exact != 0, np.abs(exact), natural)
    errors = (x - exact) / scales
    finite = np.isfinite(errors)
    failed = int(x.shape[0] - np.count_nonzero(finite.reshape(x.shape[0], -1).all(axis=1)))
    if not finite.any():
        return unknown(float(exact.flat[0]), x.shape[0], kind.tolerance, kind.tolerance, "no trial gave a number")
    worst = np.unravel_index(int(np.argmax(np.where(finite, np.abs(errors), -1.0))), errors.shape)[1:]
    at, scale = float(exact[worst]), float(scales[worst])
    slack = np.broadcast_to(error / scales, errors.shape)[finite]
    low, high = float((errors[finite] - slack).min()), float((errors[finite] + slack).max())
    sizes = (errors * np.where(exact < 0, -1.0, 1.0))[finite]
    ends = float((sizes - slack).min()), float((sizes + slack).max())
    beyond = float((np.abs(errors[finite]) - slack).max()) > kind.tolerance
    doubts = lost(failed, x.shape[0])
    if not beyond and slack.max() > kind.tolerance:
        doubts.append(f"the admitted error {slack.max():.2g} exceeds the tolerance {kind.tolerance:.2g}")
    verdict, reason = DISAGREES if beyond else AGREES, "; ".join(doubts)
    values = x.reshape(x.shape[0], -1)[:, int(np.ravel_multi_index(worst, exact.shape)) if exact.ndim else 0]
    values = values[np.isfinite(values)]
    return Finding(
        UNDECIDED if reason else verdict, at, float(np.mean(values)), float(np.std(values)) / math.sqrt(values.size),
        x.shape[0] - failed, failed, scale, low, high, kind.tolerance, kind.tolerance,
        smallest_error(*ends, kind.tolerance, bool((exact != 0).any())), reason=reason,
    )  # fmt: skip


def judge_law(kind: Law, x: np.ndarray, theory: Any, tail: Tail, cell: Cell, level: float, **_: float) -> Finding:
    """Law: the Kolmogorov distance of the whole distribution, within its DKW band. `theory` has a cdf."""
    kept, failed = clean(x)
    allowance = concession(kind.allowance, cell)
    if kept.size == 0:
        return unknown(0.0, x.size, allowance, kind.resolution, "no trial gave a number")
    distance, half = kolmogorov_distance(kept, theory.cdf), dkw_half_width(kept.size, level)
    return finish(
        (distance - half, distance + half), allowance, kind.resolution, lost(failed, x.size),
        theory=0.0, mean=distance, se=0.5 / math.sqrt(kept.size), trials=kept.size, failed=failed, scale=1.0,
    )  # fmt: skip


def judge_bound(
    kind: Bound, x: np.ndarray, theory: float, tail: Tail, cell: Cell, level: float, natural: float = 1.0,
    error: float = 0.0,
) -> Finding:  # fmt: skip
    """Bound: never beyond theory on any draw, or in the mean; with the share of the bound that was reached."""
    allowance = concession(kind.allowance, cell) + (kind.tolerance if kind.on == "draw" else 0.0)
    scale = scale_of(theory, natural)
    kept, failed = clean(x)
    if kept.size == 0:
        return unknown(theory, x.size, allowance, kind.resolution, "no trial gave a number")
    doubts = lost(failed, x.size)
    if kind.on == "draw":
        errors, slack = (kept - theory) / scale, error / scale
        low, high, se, value = float(errors.min()) - slack, float(errors.max()) + slack, 0.0, float(np.mean(kept))
        upper_end, lower_end = float(errors.max()) - slack, float(errors.min()) + slack
        extremes = float(kept.min()), float(kept.max())
        if slack > kind.resolution:
            doubts.append(f"the admitted error {slack:.2g} exceeds the resolution {kind.resolution:.2g}")
    else:
        # One-sided: the whole level on the side where the bound can be broken.
        e = estimate(kept, tail, 2 * level)
        low, high = _relative(e, theory, scale, error)
        se, value, extremes = e.se, e.value, (e.value, e.value)
        upper_end, lower_end = low, high
        doubts += doubts_about(kept, tail, scale)
        if 0.5 * (high - low) > kind.resolution:
            doubts.append(f"half-width {0.5 * (high - low):.2g} where {kind.resolution:.2g} is asked for")
    upper = kind.side == "upper"
    beyond = upper_end if upper else -lower_end
    tightness = _tightness(theory, extremes[1] if upper else extremes[0], upper)
    if kind.reach is not None and not tightness >= kind.reach and beyond <= allowance:
        doubts.append(f"reached {tightness:.3g} of the bound where {kind.reach:g} is constructed")
    # In size: an upper bound below 0 bounds the absolute value from below.
    of_size = upper == (theory >= 0)
    nearest = (upper_end if upper else lower_end) * (1.0 if theory >= 0 else -1.0)
    seen = bound_error(nearest, allowance, of_size, theory != 0)
    # One valid draw beyond a bound on every draw refutes it, whatever else failed.
    broken = beyond > allowance and (kind.on == "draw" or not (failed or doubts_about(kept, tail, scale)))
    verdict = DISAGREES if broken else UNDECIDED if doubts else AGREES
    return Finding(
        verdict, theory, value, se, kept.size, failed, scale, low, high, allowance, kind.resolution, seen, tightness,
        reason="; ".join(doubts) if verdict == UNDECIDED else "",
    )  # fmt: skip


def _tightness(theory: float, extreme: float, upper: bool) -> float:
    """The share of the bound that was reached: at most 1, but for rounding."""
    if theory == 0:
        return math.nan
    ratio = extreme / theory
    small = upper == (theory > 0)
    return ratio if small else (1 / ratio if ratio else math.nan)


def judge_order(
    kind: Order, x: np.ndarray, theory: float, tail: Tail, cell: Cell, level: float, natural: float = 1.0,
    error: float = 0.0,
) -> Finding:  # fmt: skip
    """Order: the whole interval above the margin that theory predicts."""
    scale = scale_of(theory, natural)
    kept, failed = clean(x)
    if kept.size == 0:
        return unknown(theory, x.size, 0.0, kind.resolution, "no trial gave a number")
    e = estimate(kept, tail, level)
    low, high = _relative(e, theory, scale, error)
    doubts = lost(failed, x.size) + doubts_about(kept, tail, scale)
    verdict = AGREES if low > 0 else DISAGREES if high < 0 else UNDECIDED
    if verdict == UNDECIDED:
        doubts.append(f"the margin lies inside the interval, half-width {0.5 * (high - low):.2g}")
    # A margin is a lower bound: what is seen is that it, exceeded so far in its size, would not have been reached.
    seen = bound_error(high if theory >= 0 else -high, 0.0, theory < 0, theory != 0)
    return Finding(
        UNDECIDED if doubts else verdict, theory, e.value, e.se, e.trials, failed, scale, low, high, 0.0,
        kind.resolution, seen, reason="; ".join(doubts),
    )  # fmt: skip


def judge_observation(
    kind: Observation, x: np.ndarray, theory: float, tail: Tail, cell: Cell, level: float, natural: float = 1.0,
    error: float = 0.0,
) -> Finding:  # fmt: skip
    """Observation: the number with its 95 % interval; no verdict."""
    scale = scale_of(theory, natural)
    kept, failed = clean(x)
    if kept.size == 0:
        return unknown(theory, x.size, 0.0, math.nan, "no trial gave a number")
    e = estimate(kept, tail if isinstance(tail, Heavy | Exact) else Moments(), SHOWN_LEVEL)
    low, high = _relative(e, theory, scale, error)
    nan = math.nan
    return Finding(OBSERVED, theory, e.value, e.se, e.trials, failed, scale, low, high, 0.0, nan, nan,
                   reason="; ".join(lost(failed, x.size)))  # fmt: skip


SINGLE: dict[type, Callable[..., Finding]] = {
    Identity: judge_identity,
    Mean: judge_mean,
    Law: judge_law,
    Bound: judge_bound,
    Order: judge_order,
    Observation: judge_observation,
}
