"""The share of a target that a sum of functions of single coordinates explains on samples left out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from overparam.measures.input import Floats, Given, matrix, same_rows, vector
from overparam.measures.result import Result
from theory.domain import integer

_CLAIMS = ("projection-risk", "projection-risk-gain")
_Z = 1.96


def _ranks(column: Floats) -> Floats:
    """Places in (0, 1) by rank, ties at their mean."""
    _, inverse, counts = np.unique(column, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray(((ends - (counts - 1) / 2 - 0.5) / column.size)[inverse])


def _design(x: Floats, M: int) -> Floats:
    """A constant and the cosines of order 1..M of the rank of each coordinate."""
    order = np.arange(1, M + 1)
    parts = [math.sqrt(2) * np.cos(math.pi * _ranks(column)[:, None] * order) for column in x.T if np.ptp(column) > 0]
    return np.hstack([np.ones((len(x), 1)), *parts])


def additive_share(x: Any, y: Any, M: Any = None) -> Result:
    r"""Return the share of the variance of y that a sum over coordinates, $\sum_i g_i(x_i)$, explains.

    $$1 - \frac{\sum_i (y_i - \hat f_{-i}(x_i))^2}{\sum_i (y_i - \bar y_{-i})^2}$$

    on samples left out one at a time; each g_i is a sum of M cosines of the rank of its coordinate, fitted together by
    least squares. Where it is near the best that any method reaches, the target has constituents of one variable.

    x: (n, D), a row a sample; y: (n,); M: functions a coordinate, an integer >= 1; None: as many, up to 6, as leave
    four samples to each. Returns value, <= 1 (negative where it predicts worse than the mean); null 0; limit 1; low,
    high: 95 % interval of the mean over samples; detail: functions, M. Raises ValueError for constant y or x, for
    shapes that do not fit and for an M with too few samples.

    Source: projection on the axes alone, as in `theory.compositional_sparsity.projection_risk`; derived here.

    >>> x = np.random.default_rng(0).random((400, 3))
    >>> bool(additive_share(x, np.sin(6 * x[:, 0]) + x[:, 1] ** 2).value > 0.95)
    True
    """
    given, target = matrix("x", x), vector("y", y)
    same_rows(given, "y", target.shape[0])
    return measured(given, target, M)


def measured(given: Given, target: Given, M: Any = None) -> Result:
    """The share as a result."""
    values, y = given.values, target.values / max(float(np.abs(target.values).max()), 1e-300)
    n = len(y)
    varying = int(np.count_nonzero(np.ptp(values, axis=0) > 0))
    if varying == 0:
        raise ValueError(f"{given.name} = array of equal rows: there is nothing to explain with")
    if np.ptp(y) <= 8 * target.eps * float(np.abs(y).max()):
        raise ValueError(f"{target.name} = array of equal numbers: there is nothing to explain")
    most = (n // 4 - 1) // varying
    if most < 1:
        raise ValueError(f"{given.name} = array of shape {given.shape}: must have {4 * (varying + 1)} rows or more")
    order = min(6, most) if M is None else integer("M", M, 1)
    if order > most:
        raise ValueError(f"M = {order}: must be at most {most}, so that four samples are left to each function")
    A = _design(values, order)
    u, s, _ = np.linalg.svd(A, full_matrices=False)
    u = u[:, s > 1e-10 * s[0]]
    leverage = np.sum(u * u, axis=1)
    if leverage.max() > 1 - 1e-8:
        raise ValueError(f"{given.name} = array of shape {given.shape}: must not have a sample that no other resembles")
    left = ((y - u @ (u.T @ y)) / (1 - leverage)) ** 2
    spread = ((y - y.mean()) * n / (n - 1)) ** 2
    share = float(np.sum(left) / np.sum(spread))
    # The delta method for a ratio of means over samples.
    error = float(np.std(left - share * spread, ddof=1)) / math.sqrt(n) / float(np.mean(spread))
    value, low, high = 1 - share, 1 - share - _Z * error, min(1.0, 1 - share + _Z * error)
    sentence = (
        f"A sum over the {varying} coordinates explains {100 * max(value, 0.0):.3g} % of the target on samples left "
        f"out "
        f"({100 * low:.3g} to {100 * high:.3g} %); what is left is noise, interactions, or too fine for {order} "
        f"functions "
        "a coordinate."
    )
    detail = {"functions": u.shape[1], "M": order}
    return Result("additive share", value, 0.0, 1.0, low, high, sentence, _CLAIMS, detail)
