"""The verdict: an interval for (simulation - theory)/scale against the allowance, at a level fixed before the run.

disagrees: the interval lies outside [-allowance, allowance]; agrees: it meets it and its half-width is at most the
resolution; undecided: otherwise. Whatever is off by more than allowance + 2 resolution is therefore caught.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from claims.agreement import Allowance, Bound, Heavy, Identity, Law, Limit, Mean, Rate, Tail
from lab.judge.intervals import (
    ROUNDING,
    Estimate,
    dkw_half_width,
    estimate,
    hall,
    kolmogorov_distance,
    moments_interval,
)

AGREES, DISAGREES, UNDECIDED = "agrees", "disagrees", "undecided"

# Every judge takes (kind, sample(s), theory, tail, cell(s), level) and returns a Finding.


@dataclass(frozen=True)
class Finding:
    """One row's result; `low`, `high`, `allowance`, `resolution`, `smallest_error` in units of `scale`."""

    verdict: str
    theory: float
    mean: float
    se: float
    trials: int
    rejected: int
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


def scale_of(theory: float) -> float:
    """The unit of relative errors: |theory|, or 1 where theory is 0."""
    return abs(theory) if theory != 0 and math.isfinite(theory) else 1.0


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


def _finish(
    interval: tuple[float, float], allowance: float, resolution: float, rejected: int, **numbers: Any
) -> Finding:
    low, high = interval
    verdict = decide(low, high, allowance, resolution)
    if rejected and verdict == AGREES:
        verdict = UNDECIDED  # a kernel that failed on some draws has not simulated the claim
    return Finding(
        verdict, rejected=rejected, low=low, high=high, allowance=allowance, resolution=resolution,
        smallest_error=allowance + max(high - low, 2 * ROUNDING), **numbers,
    )  # fmt: skip


def _clean(x: np.ndarray) -> tuple[np.ndarray, int]:
    finite = np.isfinite(x)
    return x[finite], int(x.size - np.count_nonzero(finite))


def _impossible(theory: float, x: np.ndarray, allowance: float, resolution: float) -> Finding | None:
    """A prediction that is not a number, or a simulation that gave none, cannot agree."""
    kept, rejected = _clean(x)
    if math.isfinite(theory) and kept.size >= 1:
        return None
    verdict = DISAGREES if kept.size and not math.isfinite(theory) else UNDECIDED
    mean = float(np.mean(kept)) if kept.size else math.nan
    nan = math.nan
    return Finding(verdict, theory, mean, nan, kept.size, rejected, 1.0, nan, nan, allowance, resolution, nan)


def judge_mean(kind: Mean, x: np.ndarray, theory: float, tail: Tail, cell: dict[str, Any], level: float) -> Finding:
    """Mean: an interval for the relative difference."""
    allowance = concession(kind.allowance, cell)
    if (finding := _impossible(theory, x, allowance, kind.resolution)) is not None:
        return finding
    kept, rejected = _clean(x)
    e, scale = estimate(kept, tail, level), scale_of(theory)
    low, high = _rounded((e.low - theory) / scale, (e.high - theory) / scale)
    return _finish(
        (low, high), allowance, kind.resolution, rejected,
        theory=theory, mean=e.value, se=e.se, trials=e.trials, scale=scale,
    )  # fmt: skip


def _rounded(low: float, high: float) -> tuple[float, float]:
    """Widen an interval to what rounding alone can do to a mean."""
    slack = max(0.0, ROUNDING - 0.5 * (high - low))
    return low - slack, high + slack


def judge_identity(
    kind: Identity, x: np.ndarray, theory: float, tail: Tail, cell: dict[str, Any], level: float
) -> Finding:
    """Identity: the largest relative error on any draw stays below the tolerance."""
    if (finding := _impossible(theory, x, kind.tolerance, kind.tolerance)) is not None:
        return finding
    kept, rejected = _clean(x)
    scale = scale_of(theory)
    errors = (kept - theory) / scale
    low, high = float(errors.min()), float(errors.max())
    verdict = DISAGREES if max(-low, high) > kind.tolerance else UNDECIDED if rejected else AGREES
    se = float(np.std(kept)) / math.sqrt(kept.size)
    return Finding(
        verdict, theory, float(np.mean(kept)), se, kept.size, rejected, scale,
        low, high, kind.tolerance, kind.tolerance, 2 * kind.tolerance,
    )  # fmt: skip


def judge_law(kind: Law, x: np.ndarray, theory: Any, tail: Tail, cell: dict[str, Any], level: float) -> Finding:
    """Law: the Kolmogorov distance of the whole distribution, within its DKW band. `theory` has a cdf."""
    kept, rejected = _clean(x)
    distance, half = kolmogorov_distance(kept, theory.cdf), dkw_half_width(kept.size, level)
    return _finish(
        (distance - half, distance + half), concession(kind.allowance, cell), kind.resolution, rejected,
        theory=0.0, mean=distance, se=0.5 / math.sqrt(kept.size), trials=kept.size, scale=1.0,
    )  # fmt: skip


def judge_bound(kind: Bound, x: np.ndarray, theory: float, tail: Tail, cell: dict[str, Any], level: float) -> Finding:
    """Bound: never beyond theory on any draw, or in the mean; with the share of the bound that was reached."""
    allowance = concession(kind.allowance, cell) + (kind.tolerance if kind.on == "draw" else 0.0)
    if (finding := _impossible(theory, x, allowance, kind.resolution)) is not None:
        return finding
    kept, rejected = _clean(x)
    scale, sign = scale_of(theory), 1.0 if kind.side == "upper" else -1.0
    if kind.on == "draw":
        errors = (kept - theory) / scale
        low, high, se, value = float(errors.min()), float(errors.max()), 0.0, float(np.mean(kept))
        beyond, width = (high if sign > 0 else -low), allowance
        extreme = float(kept.max() if sign > 0 else kept.min())
    else:
        # One-sided: the whole level on the side where the bound can be broken.
        e = estimate(kept, tail, 2 * level)
        low, high = _rounded((e.low - theory) / scale, (e.high - theory) / scale)
        se, value, extreme = e.se, e.value, e.value
        beyond, width = (low if sign > 0 else -high), high - low
    verdict = DISAGREES if beyond > allowance else AGREES
    if verdict == AGREES and (rejected or (kind.on == "mean" and 0.5 * (high - low) > kind.resolution)):
        verdict = UNDECIDED
    ratio = extreme / theory if theory != 0 else math.nan
    tightness = ratio if sign > 0 else (1 / ratio if ratio else math.nan)
    return Finding(
        verdict, theory, value, se, kept.size, rejected, scale, low, high, allowance, kind.resolution,
        allowance + max(width, 2 * ROUNDING), tightness,
    )  # fmt: skip


# --- families of growing size ----------------------------------------------------------------------------------------


def limit_weights(sizes: Sequence[float], order: float, terms: int, variances: Sequence[float]) -> np.ndarray:
    """Weights w with D = sum w_i d_i: generalised least squares of d = D + sum_j c_j size**(-j order)."""
    x = np.asarray(sizes, dtype=np.float64)
    design = np.stack([(x / x[0]) ** (-order * j) for j in range(terms + 1)], axis=1)
    v = np.asarray(variances, dtype=np.float64)
    precision = 1 / np.maximum(v, max(1e-30, 1e-6 * float(v.max())))
    normal = design.T @ (precision[:, None] * design)
    weights: np.ndarray = np.linalg.solve(normal, design.T * precision)[0]
    return weights


def _combine(weights: np.ndarray, parts: list[Estimate], scales: list[float], theories: list[float]) -> Any:
    """Value, standard error, own skewness and degrees of freedom of a combination of relative differences."""
    d = np.asarray([(e.value - t) / s for e, t, s in zip(parts, theories, scales, strict=True)])
    contributions = weights * np.asarray([e.se / s for e, s in zip(parts, scales, strict=True)])
    variance = float(np.sum(contributions**2))
    if variance == 0:
        return float(weights @ d), 0.0, 0.0, 10.0
    skewness = float(np.sum(contributions**3 * [e.skewness for e in parts])) / variance**1.5
    # Welch-Satterthwaite.
    dof = variance**2 / float(np.sum(contributions**4 / [e.trials - 1 for e in parts]))
    return float(weights @ d), math.sqrt(variance), skewness, dof


def judge_limit(
    kind: Limit, xs: list[np.ndarray], theories: list[float], tail: Tail, cells: list[dict[str, Any]], level: float
) -> Finding:
    """Limit: the difference extrapolated over the sizes of a family, and the order at which it vanishes."""
    allowance = concession(kind.allowance, cells[-1])
    for x, theory in zip(xs, theories, strict=True):
        if (finding := _impossible(theory, x, allowance, kind.resolution)) is not None:
            return finding
    kept = [_clean(x) for x in xs]
    parts = [moments_interval(x, level) for x, _ in kept]
    scales = [scale_of(t) for t in theories]
    sizes = [float(cell[kind.size]) for cell in cells]
    variances = [(e.se / s) ** 2 for e, s in zip(parts, scales, strict=True)]
    weights = limit_weights(sizes, kind.order, kind.terms, variances)
    d, se, skewness, dof = _combine(weights, parts, scales, theories)
    low, high = _rounded(*(float(v) for v in hall(d, se, skewness, dof, level)))
    order, order_low, order_high = _fitted_order(sizes, parts, scales, theories, level)
    finding = _finish(
        (low, high), allowance, kind.resolution, sum(r for _, r in kept),
        theory=theories[-1], mean=theories[-1] + d * scales[-1], se=se * scales[-1],
        trials=sum(e.trials for e in parts), scale=scales[-1],
        order=order, order_low=order_low, order_high=order_high,
    )  # fmt: skip
    # A resolved order must be nearer the stated one than to its half or to one and a half times it.
    if order_low > 1.5 * kind.order or order_high < 0.5 * kind.order:
        return Finding(**{**vars(finding), "verdict": DISAGREES})
    return finding


def _fitted_order(
    sizes: list[float], parts: list[Estimate], scales: list[float], theories: list[float], level: float
) -> tuple[float, float, float]:
    """Exponent of |difference| against size with its interval; NaN where the differences are not resolved."""
    d = np.asarray([(e.value - t) / s for e, t, s in zip(parts, theories, scales, strict=True)])
    se = np.asarray([e.se / s for e, s in zip(parts, scales, strict=True)])
    quantile = -float(special.ndtri(level / 2))
    if not (np.all(np.abs(d) > quantile * np.maximum(se, ROUNDING)) and abs(np.sum(np.sign(d))) == len(d)):
        return math.nan, math.nan, math.nan
    slope, error = _slope(np.log(sizes), np.log(np.abs(d)), se / np.abs(d))
    return -slope, -slope - quantile * error, -slope + quantile * error


def _slope(x: np.ndarray, y: np.ndarray, se: np.ndarray) -> tuple[float, float]:
    """Least-squares slope (unweighted) and its standard error."""
    c = (x - x.mean()) / np.sum((x - x.mean()) ** 2)
    return float(c @ y), float(np.sqrt(np.sum((c * se) ** 2)))


def judge_rate(
    kind: Rate, xs: list[np.ndarray], theory: float, tail: Tail, cells: list[dict[str, Any]], level: float
) -> Finding:
    """Rate: the log-log slope of the mean (median for heavy tails) of |quantity| against size."""
    allowance, kept = concession(kind.allowance, cells[-1]), [_clean(x) for x in xs]
    bad = [f for x in xs if (f := _impossible(theory, x, allowance, kind.resolution)) is not None]
    heavy = isinstance(tail, Heavy)
    parts = [estimate(x, tail, level) if heavy else moments_interval(x, level) for x, _ in kept]
    if bad or any(e.value <= 0 for e in parts):
        nan, verdict = math.nan, bad[0].verdict if bad else UNDECIDED
        return Finding(verdict, theory, nan, nan, 0, 0, 1.0, nan, nan, allowance, kind.resolution, nan)
    x = np.log([float(cell[kind.size]) for cell in cells])
    y, relative = np.log([e.value for e in parts]), np.asarray([e.se / e.value for e in parts])
    slope, se = _slope(x, y, relative)
    scale = scale_of(theory)
    c = (x - x.mean()) / np.sum((x - x.mean()) ** 2)
    skewness = float(np.sum((c * relative) ** 3 * [e.skewness for e in parts])) / se**3 if se else 0.0
    dof = 1e6 if heavy else min(e.trials for e in parts) - 1
    low, high = (float(v) for v in hall(slope, se, skewness, dof, level))
    low, high = _rounded((low - theory) / scale, (high - theory) / scale)
    return _finish(
        (low, high), allowance, kind.resolution, sum(r for _, r in kept),
        theory=theory, mean=slope, se=se, trials=sum(e.trials for e in parts), scale=scale,
    )  # fmt: skip


SINGLE: dict[type, Callable[..., Finding]] = {
    Identity: judge_identity,
    Mean: judge_mean,
    Law: judge_law,
    Bound: judge_bound,
}
