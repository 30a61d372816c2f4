"""Traces of A = I - H with each row left out in turn, from one decomposition: intervals for what traces estimate."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from overparam.measures.design import Design
from overparam.measures.input import Floats
from sims.double_descent.cross_validation import shifted, traces

_BLOCK = 2**21
_ENOUGH = 8192  # rows left out at most: a sum over rows is then known to 2 %
_WIDEST = 300.0

Statistic = Callable[[Floats, Floats, int], Floats]
"""A function of tr A, tr A^2 (by n lam and its square, where there are m eigenvalues) and m."""


class Estimate(NamedTuple):
    """A value with its interval, and d log value/d log n; None where some row cannot be left out."""

    value: float
    low: float | None
    high: float | None
    growth: float | None


class Traces(NamedTuple):
    """tr A and tr A^2 of all n rows, and of all but one (r,), at a fixed total penalty, for r of the rows; m of all."""

    whole: tuple[float, float]
    without: tuple[Floats, Floats]
    n: int
    m: int


def left_out(found: Design, lam: float) -> Traces:
    r"""Return the traces of the whole and without each row.

    $$\operatorname{tr}A_{-i} = \operatorname{tr}A - \frac{(A^2)_{ii}}{A_{ii}},\qquad
    \operatorname{tr}A_{-i}^2 = \operatorname{tr}A^2 - 2\frac{(A^3)_{ii}}{A_{ii}}
    + \Bigl(\frac{(A^2)_{ii}}{A_{ii}}\Bigr)^2$$
    from A_{-i} = A - A e_i e_i'A/A_ii, which holds with an intercept too (its mean is then that of the rows left).
    """
    inverse, totals = shifted(found.values, [lam], found.n)
    full = found.values.size == found.m
    weight = inverse if full else totals * inverse
    powers = np.concatenate([weight, weight**2, weight**3], axis=1)
    if not full and lam == 0:
        # A projection: its square is itself, and whoever is left out takes one direction with it.
        trace = float(found.m - found.values.size)
        rest = np.full(found.n, trace - 1)
        return Traces((trace, trace), (rest, rest), found.n, found.m)
    each = []
    for _, part in found.blocks(max(1, _BLOCK // found.values.size), max(1, found.n // _ENOUGH)):
        squares = part.left * part.left
        diagonal = squares @ powers
        if not full:
            beyond = found.m / found.n - squares.sum(axis=1)
            # A row of leverage one has no part outside.
            tiny = max(found.n, found.values.size) * np.finfo(float).eps
            diagonal += np.where(beyond > tiny, beyond, 0.0)[:, None]
        each.append(diagonal[:, 1:] / diagonal[:, :1])
    first, second = np.concatenate(each).T
    trace, trace2 = (float(t[0]) for t in traces(found.values, [lam], found.n, found.m, (1, 2)))
    return Traces((trace, trace2), (trace - first, trace2 - 2 * second + first**2), found.n, found.m)


def estimate(found: Traces, statistic: Statistic, z: float) -> Estimate:
    """Return a positive statistic with its jackknife interval on the logarithm, and its growth with n.

    The jackknife errs to the wide side (Efron, Stein 1981): measured, about twice the spread of the cost of regimes.
    """
    n = found.n
    value = float(statistic(np.asarray(found.whole[0]), np.asarray(found.whole[1]), found.m))
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.asarray(statistic(*found.without, found.m - 1))
    if not (value > 0 and np.isfinite(value) and np.all(each > 0) and np.all(np.isfinite(each))):
        return Estimate(value, None, None, None)
    logs = np.log(each)
    wide = min(_WIDEST, z * float(np.sqrt((n - 1) * np.mean((logs - logs.mean()) ** 2))))
    growth = n * float(np.log(value) - logs.mean())
    return Estimate(value, value * float(np.exp(-wide)), value * float(np.exp(wide)), growth)
