"""Kinds judged over a family of growing sizes: Limit and Rate.

A Limit shares its row's level: half for the extrapolated value, a quarter each for the misfit of its own fit and for
its order. A misfit leaves the row undecided, whatever the value says; so does a wrong order of differences that vanish.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import special

from claims.agreement import Bounded, Exact, Heavy, Limit, Moments, Probability, Rate, Tail
from lab.judge.finding import (
    DISAGREES,
    ROUNDING,
    Finding,
    clean,
    concession,
    decide,
    finish,
    lost,
    rounded,
    scale_of,
    unknown,
)
from lab.judge.intervals import Estimate, estimate, hall, moments_interval
from lab.judge.sample import doubts_about

UNDRAWN = 1e-9
"""How far two trials of a family without randomness may differ (a solver's own rounding), relative to their size."""

Cells = list[dict[str, Any]]


def limit_weights(sizes: Sequence[float], order: float, terms: int, variances: Sequence[float]) -> np.ndarray:
    """Weights w with D = sum w_i d_i: generalised least squares of d = D + sum_j c_j size**(-j order)."""
    weights: np.ndarray = _fit(sizes, order, terms, variances)[0][0]
    return weights


def _fit(
    sizes: Sequence[float], order: float, terms: int, variances: Sequence[float] | np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The matrix from differences to coefficients, the design, and the weights of the points."""
    x = np.asarray(sizes, dtype=np.float64)
    design = np.stack([(x / x[0]) ** (-order * j) for j in range(terms + 1)], axis=1)
    v = np.asarray(variances, dtype=np.float64)
    precision = np.ones(len(x)) if v.max() == 0 else 1 / np.maximum(v, 1e-6 * float(v.max()))
    normal = design.T @ (precision[:, None] * design)
    return np.linalg.solve(normal, design.T * precision), design, precision


class _Differences:
    """The relative differences of a family with their errors, and intervals for combinations of them."""

    def __init__(self, parts: list[Estimate], theories: list[float], scales: list[float]) -> None:
        self.parts = parts
        self.d = np.asarray([(e.value - t) / s for e, t, s in zip(parts, theories, scales, strict=True)])
        self.se = np.asarray([e.se / s for e, s in zip(parts, scales, strict=True)])
        self._skewness = np.asarray([e.skewness for e in parts])
        self._dof = np.asarray([max(e.trials - 1, 1) for e in parts])

    def interval(self, weights: np.ndarray, level: float) -> tuple[float, float, float, float]:
        """Value, standard error and Hall's interval of weights @ d."""
        value, contributions = float(weights @ self.d), weights * self.se
        variance = float(np.sum(contributions**2))
        if variance == 0:
            return value, 0.0, value, value
        se = math.sqrt(variance)
        skewness = float(np.sum(contributions**3 * self._skewness)) / se**3
        dof = variance**2 / float(np.sum(contributions**4 / self._dof))  # Welch-Satterthwaite
        low, high = hall(value, se, skewness, dof, level)
        return value, se, float(low), float(high)


def judge_limit(
    kind: Limit, xs: list[np.ndarray], theories: list[float], tail: Tail, cells: Cells, level: float,
    natural: float = 1.0, errors: Sequence[float] = (),
) -> Finding:  # fmt: skip
    """Limit: the difference extrapolated over the sizes of a family, and the order at which it vanishes."""
    allowance, scales = concession(kind.allowance, cells[-1]), [scale_of(t, natural) for t in theories]
    kept, failed, doubts = _prepared(xs, tail, scales, kind.trials)
    if any(x.size == 0 for x in kept):
        return unknown(theories[-1], sum(x.size for x in xs), allowance, kind.resolution, doubts[0])
    differences = _Differences([moments_interval(x, level / 2) for x in kept], theories, scales)
    sizes = [float(cell[kind.size]) for cell in cells]
    to_coefficients, design, precision = _fit(sizes, kind.order, kind.terms, differences.se**2)
    d, se, low, high = differences.interval(to_coefficients[0], level / 2)
    low, high = rounded(low, high)
    widening = float(np.abs(to_coefficients[0]) @ _admitted(errors, scales))
    order, order_low, order_high = _fitted_order(sizes, differences, to_coefficients, design, level / 4)
    if kind.trials is None:
        doubts += _misfit(differences, design, precision, level / 4)
    interval = low - widening, high + widening
    if decide(*interval, allowance, kind.resolution) != DISAGREES:  # differences that do not vanish have no order
        doubts += _order_doubts(kind, order, order_low, order_high)
    return finish(
        interval, allowance, kind.resolution, doubts,
        theory=theories[-1], mean=theories[-1] + d * scales[-1], se=se * scales[-1],
        trials=sum(e.trials for e in differences.parts), failed=failed, scale=scales[-1],
        order=order, order_low=order_low, order_high=order_high,
    )  # fmt: skip


def _prepared(
    xs: list[np.ndarray], tail: Tail, scales: list[float], trials: int | None
) -> tuple[list[np.ndarray], int, list[str]]:
    """The finite trials of each size, how many were not finite, and what is wrong with the samples."""
    pairs = [clean(x) for x in xs]
    failed = sum(f for _, f in pairs)
    doubts = lost(failed, sum(x.size for x in xs))
    for (x, _), scale in zip(pairs, scales, strict=True):
        if x.size == 0:
            return [x for x, _ in pairs], failed, ["no trial gave a number"]
        # A family is judged by moments, whatever else the tail says; without randomness it has no spread.
        judged_by: list[Tail] = [Exact(UNDRAWN)] if trials == 1 else [tail]
        judged_by += [Moments()] if isinstance(judged_by[0], Probability | Bounded) else []
        found = [doubt for each in judged_by for doubt in doubts_about(x, each, scale)]
        doubts += [doubt for doubt in found if doubt not in doubts]
    return [x for x, _ in pairs], failed, doubts


def _admitted(errors: Sequence[float], scales: list[float]) -> np.ndarray:
    return np.asarray(errors if len(errors) else [0.0] * len(scales)) / np.asarray(scales)


def _misfit(differences: _Differences, design: np.ndarray, precision: np.ndarray, level: float) -> list[str]:
    """Whether what the fit leaves over is more than noise: each contrast that no coefficient can take up."""
    root = np.sqrt(precision)
    q, _ = np.linalg.qr(root[:, None] * design, mode="complete")
    contrasts = (q[:, design.shape[1] :] * root[:, None]).T
    for contrast in contrasts:
        _, _, low, high = differences.interval(contrast, level / len(contrasts))
        slack = ROUNDING * float(np.abs(contrast).sum())
        if low > slack or high < -slack:
            return ["curvature: the fit misses its own points; larger sizes, or terms=2"]
    return []


def _fitted_order(
    sizes: list[float], differences: _Differences, to_coefficients: np.ndarray, design: np.ndarray, level: float
) -> tuple[float, float, float]:
    """Exponent of |difference| against size with its interval, after the terms beyond the first are taken off.

    NaN where the differences are not resolved.
    """
    coefficients = to_coefficients @ differences.d
    d, se = differences.d - design[:, 2:] @ coefficients[2:], differences.se
    quantile = -float(special.ndtri(level / 2))
    resolved = np.all(np.abs(d) > quantile * np.maximum(se, ROUNDING)) and abs(np.sum(np.sign(d))) == len(d)
    if not resolved:
        return math.nan, math.nan, math.nan
    slope, error = _slope(np.log(sizes), np.log(np.abs(d)), se / np.abs(d))
    return -slope, -slope - quantile * error, -slope + quantile * error


def _order_doubts(kind: Limit, order: float, low: float, high: float) -> list[str]:
    """A resolved order that excludes the stated one; without noise, one nearer to its half or to one and a half."""
    if math.isnan(order):
        return []
    excluded = not (low <= kind.order <= high) if kind.trials is None else not (0.5 <= order / kind.order <= 1.5)
    return [f"the differences fall with order {order:.3g}, not {kind.order:g}"] if excluded else []


def _slope(x: np.ndarray, y: np.ndarray, se: np.ndarray) -> tuple[float, float]:
    """Least-squares slope (unweighted) and its standard error."""
    c = (x - x.mean()) / np.sum((x - x.mean()) ** 2)
    return float(c @ y), float(np.sqrt(np.sum((c * se) ** 2)))


def judge_rate(
    kind: Rate, xs: list[np.ndarray], theory: float, tail: Tail, cells: Cells, level: float,
    natural: float = 1.0, errors: Sequence[float] = (),
) -> Finding:  # fmt: skip
    """Rate: the log-log slope of the mean (median for heavy tails) of |quantity| against size."""
    allowance, scale = concession(kind.allowance, cells[-1]), scale_of(theory, natural)
    kept, failed, doubts = _prepared(xs, tail, [0.0] * len(xs), kind.trials)
    if any(x.size == 0 for x in kept):
        return unknown(theory, sum(x.size for x in xs), allowance, kind.resolution, doubts[0])
    heavy = isinstance(tail, Heavy)
    parts = [estimate(x, tail, level) if heavy else moments_interval(x, level) for x in kept]
    trials = sum(e.trials for e in parts)
    if any(e.value <= 0 for e in parts):
        return unknown(theory, trials, allowance, kind.resolution, "a mean is not positive: it has no logarithm")
    x = np.log([float(cell[kind.size]) for cell in cells])
    c = (x - x.mean()) / np.sum((x - x.mean()) ** 2)
    relative = np.asarray([e.se / e.value for e in parts])
    slope, se = _slope(x, np.log([e.value for e in parts]), relative)
    skewness = float(np.sum((c * relative) ** 3 * [e.skewness for e in parts])) / se**3 if se else 0.0
    dof = 1e6 if heavy else max(1, min(e.trials for e in parts) - 1)
    low, high = (float(v) for v in hall(slope, se, skewness, dof, level))
    low, high = rounded((low - theory) / scale, (high - theory) / scale)
    widening = float(np.abs(c) @ _admitted(errors, [e.value for e in parts])) / scale
    return finish(
        (low - widening, high + widening), allowance, kind.resolution, doubts,
        theory=theory, mean=slope, se=se, trials=trials, failed=failed, scale=scale,
    )  # fmt: skip


FAMILY: dict[type, Callable[..., Finding]] = {Limit: judge_limit, Rate: judge_rate}


def spread_shares(kind: Limit | Rate, sizes: Sequence[float], theory: float, natural: float) -> float:
    """The share of the final half-width that each size of a family may have, all sizes alike."""
    if isinstance(kind, Limit):
        return 1 / float(np.linalg.norm(limit_weights(sizes, kind.order, kind.terms, [1.0] * len(sizes))))
    x = np.log(sizes)
    c = (x - x.mean()) / np.sum((x - x.mean()) ** 2)
    return scale_of(theory, natural) / float(np.linalg.norm(c))


__all__ = ["FAMILY", "judge_limit", "judge_rate", "limit_weights", "spread_shares"]
