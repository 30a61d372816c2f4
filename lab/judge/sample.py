"""From a block's named arrays to the sample that a row judges, and what is wrong with it: the doubts.

A doubt leaves a row undecided: a certificate that failed, a sample without spread, one more skewed than declared.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from claims import Claim
from claims.agreement import Bounded, Exact, Heavy, Mean, Moments, Probability, Tail
from lab.judge.finding import ROUNDING
from lab.judge.intervals import moments_interval
from lab.judge.memory import remembered
from lab.run.naming import column

LEAST_TRIALS = 256
LEAST_PER_SKEWNESS = 20.0
"""Fewer trials than these, the second times the squared skewness, never suffice for Hall's interval."""

LINEAR, LINEAR_LEVEL = 0.1, 2.5e-7
"""The share of itself within which a ratio's denominator must be known, so that the ratio is linear in both parts."""

Data = Mapping[str, np.ndarray]


def least_trials(tail: Tail) -> int:
    """The trials without which a declared tail is not judged."""
    skewness = tail.skewness if isinstance(tail, Moments) else 0.0
    return max(LEAST_TRIALS, math.ceil(LEAST_PER_SKEWNESS * skewness**2))


# --- the sample ------------------------------------------------------------------------------------------------------


def sample(claim: Claim, quantity: str, data: Data, predicted: Mapping[str, Any]) -> np.ndarray:
    """The trials of one quantity at one cell: as simulated, as a ratio, or regressed on the claim's controls."""
    kind = claim.kind
    if isinstance(kind, Mean) and kind.of:
        return _ratio(column(data, kind.of, claim.slug), column(data, kind.per, claim.slug))
    x = column(data, quantity, claim.slug)
    controls = [name for name in claim.controls if name != quantity]
    if not controls or quantity in claim.controls:
        return x
    known = np.asarray([float(predicted[name]) for name in controls])
    return _regressed(x, np.stack([column(data, name, claim.slug) for name in controls], axis=1), known)


def _ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """A sample whose mean is the ratio of the means and whose spread is that of the ratio (linearised)."""
    good = np.isfinite(numerator) & np.isfinite(denominator)
    below = float(np.mean(denominator[good])) if good.any() else math.nan
    ratio = float(np.mean(numerator[good])) / below if good.any() else math.nan
    return ratio + (numerator - ratio * denominator) / below


def _regressed(x: np.ndarray, controls: np.ndarray, known: np.ndarray) -> np.ndarray:
    """x minus what its regression on the controls explains of their distance from their known means."""
    good = np.isfinite(x) & np.isfinite(controls).all(axis=1)
    if np.count_nonzero(good) <= controls.shape[1] + 1:
        return x
    centred = controls[good] - controls[good].mean(axis=0)
    slopes = np.linalg.lstsq(centred, x[good] - x[good].mean(), rcond=None)[0]
    return x - (controls - known) @ slopes


def error_of(claim: Claim, quantity: str, data: Data) -> float:
    """The largest error that the simulation itself admits for a quantity (`claim.errors`), else 0."""
    name = claim.errors.get(quantity, claim.errors.get(quantity.split("[")[0]))
    return 0.0 if name is None else float(np.max(np.abs(data[name])))


def unjudged(claim: Claim, quantity: str, data: Data) -> str:
    """Why a quantity cannot be judged at all: an error that is no number, a ratio over next to nothing."""
    if not math.isfinite(error_of(claim, quantity, data)):
        return f"the error that the simulation admits for {quantity} is not a number"
    kind = claim.kind
    if isinstance(kind, Mean) and kind.of:
        below = data[kind.per][np.isfinite(data[kind.per])]
        e = moments_interval(below, LINEAR_LEVEL)
        if below.size and e.half_width > LINEAR * abs(e.value):
            return f"the denominator {kind.per} is {e.value:.2g} to {e.half_width:.2g}: a ratio over it is not linear"
    return ""


# --- doubts ----------------------------------------------------------------------------------------------------------


def uncertified(certificates: Mapping[str, float], data: Data, optional: bool = False) -> str:
    """Why the trials of one cell do not count, or nothing. NaN is not below any limit.

    A certificate is 0 at its best: one far below 0 proves as little as one far above.

    A decoy's own simulation need not give every certificate (`optional`).
    """
    for name, limit in certificates.items():
        if name not in data:
            if optional:
                continue
            return f"the certificate {name} was not simulated"
        values = data[name].reshape(data[name].shape[0], -1)
        passed = (np.abs(values) <= limit).all(axis=1) & (values.shape[1] > 0)
        if not passed.all():
            share = f"{np.count_nonzero(~passed)} of {passed.size} trials"
            worst = "not a number" if not values.size or np.isnan(values).any() else f"up to {_largest(values):.2g}"
            return f"{share} not certified: {name} {worst}, must be <= {limit:g}"
    return ""


def _largest(values: np.ndarray) -> float:
    return float(values.flat[int(np.argmax(np.abs(values)))])


def doubts_about(x: np.ndarray, tail: Tail, scale: float) -> list[str]:
    """What is wrong with a sample for the interval that its tail declares; `scale` is the unit of the row."""
    if x.size == 0:
        return ["no trial gave a number"]
    unit = max(abs(float(np.mean(x))), scale)
    if isinstance(tail, Exact):
        spread = float(np.ptp(x))
        return [f"declared Exact, but the draws differ by {spread:.2g}"] if spread > tail.rounding * unit else []
    if isinstance(tail, Bounded):
        slack = ROUNDING * max(abs(tail.low), abs(tail.high))
        outside = np.count_nonzero((x < tail.low - slack) | (x > tail.high + slack))
        return [f"{outside} trials lie outside the declared [{tail.low:g}, {tail.high:g}]"] if outside else []
    if isinstance(tail, Probability):
        others = np.count_nonzero((x != 0) & (x != 1))
        return [f"declared a Probability, but {others} trials are neither 0 nor 1"] if others else []
    if isinstance(tail, Heavy):
        return []
    return _moment_doubts(x, tail, unit, least_trials(tail))


@remembered
def _shape(x: np.ndarray) -> tuple[float, float]:
    """The standard deviation and the absolute skewness of a sample."""
    deviation = float(np.std(x))
    if not deviation:
        return deviation, 0.0
    standard = (x - np.mean(x)) / deviation
    return deviation, abs(float(np.mean(standard * standard * standard)))


def _moment_doubts(x: np.ndarray, tail: Moments, unit: float, least: int) -> list[str]:
    deviation, skewness = _shape(x)
    if deviation <= ROUNDING * unit:
        return ["no spread seen: declare it Exact, Probability or Bounded"]
    if x.size < least:
        return [f"{x.size} trials: at least {least} are needed"]
    if skewness > max(2.0, 2 * tail.skewness):
        return [f"skewness {skewness:.1f} seen where {tail.skewness:g} is declared: declare it, or bound the quantity"]
    return []
