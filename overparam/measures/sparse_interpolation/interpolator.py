"""The interpolator of least l_p norm of one's own data, certified, and whether its norm tells labels from chance."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from overparam.measures.input import Floats, matrix, same_rows, vector
from overparam.measures.result import Result
from sims.sparse_interpolation import interpolate
from theory.domain import flag, integer, real

_CLAIMS = ("lp-risk-norm", "l1-noise-risk", "lp-risk", "strength-trade-off", "regularised-contrast")
_CERTIFIED = 1e-6


class Interpolator(NamedTuple):
    """Coefficients w (dimensions,), the intercept, the least norm, the bound `gap` of its relative excess, and the norm
    over that of shuffled labels."""

    w: Floats
    intercept: float
    norm: float
    gap: float
    share: Result


class _Problem(NamedTuple):
    """Independent rows of unit size (r, d), and what takes labels to their right sides: (r, n)."""

    rows: Floats
    reduce: Floats


def min_lp_interpolator(
    X: Any, y: Any, p: float, *, intercept: bool = True, shuffles: int = 19, seed: int = 0
) -> Interpolator:
    r"""Return the w of least $|w|_p$ among all that fit the labels exactly, $Xw + b = y$, with a duality gap.

    $$\min |w|_p \text{ over } Xw + b = y, \qquad
    \text{gap} = \frac{|w|_p\,|X'\nu|_q}{y'\nu} - 1 \ge \frac{|w|_p}{\min|w|_p} - 1$$

    X: (samples, dimensions) of any library, more independent dimensions than samples; y: one real label a row; p in
    [1, 2], 1 or at least 1.01: the nearer to 1, the sparser. The norm depends on the scale of each column: bring them
    to one scale first. intercept: whether b is free (the means are taken out) or 0. shuffles: how many random orders of
    the labels the norm is compared with, 0 to 1000; seed: of these orders. Repeated rows with equal labels are taken
    once. Returns fields w, intercept, norm, gap, share (norm over the median norm of shuffled labels; null 1: X tells
    nothing of y; low, high: range of the shuffled ones over their median). detail of share: norm, gap, nonzeros (above
    1e-6 of the largest), rank, shuffled (their norms). Raises ValueError for bad arguments, for labels that no w fits
    and for labels without spread.

    Source: `sims.sparse_interpolation.interpolate`; duality of norms.

    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((20, 60))
    >>> found = min_lp_interpolator(X, X[:, 0] + 0.1 * rng.standard_normal(20), 1.0)
    >>> found.gap < 1e-8, int(np.argmax(abs(found.w))), round(found.share.value, 1)
    (True, 0, 0.4)
    """
    given, labels = matrix("X", X), vector("y", y)
    same_rows(given, "y", labels.shape[0])
    power = real("p", p, 1.0, 2.0)
    if 1 < power < 1.01:
        raise ValueError(f"p = {p!r}: must be 1 or a real number in [1.01, 2]")
    free, orders = flag("intercept", intercept), integer("shuffles", shuffles, 0, 1000)
    number = integer("seed", seed, 0)
    centre, middle = (given.values.mean(axis=0), labels.values.mean()) if free else (0.0 * given.values[0], 0.0)
    target = labels.values - middle
    scale = float(np.max(np.abs(target)))
    if scale <= 64 * labels.eps * float(np.max(np.abs(labels.values))):
        raise ValueError(f"y = array of shape {labels.shape}: must have some spread, or not be all 0 without intercept")
    problem = _reduced(given.values - centre, target / scale, max(given.eps, labels.eps))
    w, gap = (part[0] for part in interpolate(problem.rows[None], (problem.reduce @ (target / scale))[None], power))
    if not gap <= _CERTIFIED:
        raise ValueError(
            f"p = {p!r}: must be farther from 1 for these data, the least norm is not certified ({gap:.1g})"
        )
    w = scale * w
    norm = float(np.linalg.norm(w, power))
    others = scale * _shuffled(problem, target / scale, power, orders, number)
    share = _share(norm, float(gap), w, problem, others, power)
    return Interpolator(w, float(middle - centre @ w), norm, float(gap), share)


def _reduced(rows: Floats, target: Floats, eps: float) -> _Problem:
    """The system in an orthonormal basis of the rows' span: well conditioned, and without repeated rows."""
    left, values, right = np.linalg.svd(rows, full_matrices=False)
    rank = int(np.count_nonzero(values > max(rows.shape) * eps * values[0])) if values[0] > 0 else 0
    left, values, right = left[:, :rank], values[:rank], right[:rank]
    missed = target - left @ (left.T @ target)
    if not rank or float(np.max(np.abs(missed))) > 1e3 * max(rows.shape) * eps:
        raise ValueError(
            f"X = array of shape {rows.shape} and rank {rank}: no w fits these labels exactly; more independent "
            "dimensions than samples are needed, and equal labels where rows are equal"
        )
    return _Problem(right, left.T / values[:, None])


def _shuffled(problem: _Problem, target: Floats, p: float, orders: int, seed: int) -> Floats:
    """Least norms of labels in random orders, of what of them the rows can fit; one after the other, to save memory."""
    rng = np.random.default_rng(seed)
    norms = []
    for _ in range(orders):
        w, gap = interpolate(problem.rows[None], (problem.reduce @ rng.permutation(target))[None], p)
        if gap[0] <= _CERTIFIED:
            norms.append(float(np.linalg.norm(w[0], p)))
    return np.asarray(norms)


def _share(norm: float, gap: float, w: Floats, problem: _Problem, others: Floats, p: float) -> Result:
    size = np.abs(w)
    nonzeros, rank = int(np.count_nonzero(size > 1e-6 * size.max())), problem.rows.shape[0]
    detail = {"norm": norm, "gap": gap, "nonzeros": nonzeros, "rank": rank, "shuffled": others}
    text = f"The labels are fitted exactly by {nonzeros} coefficients with an l_{p:g} norm of {norm:.4g}"
    middle = float(np.median(others)) if others.size else math.nan
    if not middle > 0:
        return Result("norm over that of shuffled labels", math.nan, 1.0, None, sentence=text + ".", claims=_CLAIMS,
                      detail=detail)  # fmt: skip
    low, high = float(others.min()) / middle, float(others.max()) / middle
    text += f", {norm / middle:.3g} times that of shuffled labels"
    inside = low <= norm / middle <= high
    text += ": no less than chance gives, so most of what is fitted is noise." if inside else "."
    return Result("norm over that of shuffled labels", norm / middle, 1.0, None, low, high, text, _CLAIMS, detail)
