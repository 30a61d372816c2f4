"""Leave-one-out errors and GCV at many ridges from one decomposition, for one target, several, or classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import scipy.sparse

from overparam.measures.design import Design
from overparam.measures.input import Floats
from overparam.measures.labels import Labels
from sims.double_descent.cross_validation import errors, traces

_BLOCK = 2**21  # numbers alive in a block of rows
_BUDGET = 2e11  # products spent on the errors of classes: beyond, every step-th row is judged
_WIDEST = 300.0


class Curve(NamedTuple):
    """At the ridges lam (L,): leave-one-out error with its interval, GCV; null: the error of predicting the mean."""

    lam: Floats
    test_error: Floats
    low: Floats
    high: Floats
    gcv: Floats
    null: float
    judged: int


class Columns:
    """Targets (n, q), centred if wanted: given as such, or one a class without the one-hot matrix."""

    def __init__(self, targets: Floats | Labels, intercept: bool) -> None:
        self._labels = targets if isinstance(targets, Labels) else None
        if isinstance(targets, Labels):
            self.n, self.count = targets.codes.size, targets.classes.size
            self._shares = targets.counts / self.n if intercept else np.zeros(self.count)
        else:
            self._values = targets - targets.mean(axis=0) if intercept else targets
            self.n, self.count = targets.shape

    def rows(self, chosen: slice) -> Floats:
        """Some of the rows, (b, q)."""
        if self._labels is None:
            return self._values[chosen]
        codes = self._labels.codes[chosen]
        found = np.tile(-self._shares, (codes.size, 1))
        found[np.arange(codes.size), codes] += 1
        return found

    def project(self, rows: Floats, chosen: slice) -> Floats:
        """Return rows' Y of some rows (b, k), without a dense one-hot matrix."""
        if self._labels is None:
            return np.asarray(rows.T @ self._values[chosen])
        codes = self._labels.codes[chosen]
        ones = scipy.sparse.csr_array((np.ones(codes.size), (codes, np.arange(codes.size))), (self.count, codes.size))
        return np.asarray((ones @ rows).T - np.outer(rows.sum(axis=0), self._shares))


def along(found: Design, columns: Columns) -> Floats:
    """Return left' Y, (k, q)."""
    if found.map is None:
        assert found.left is not None
        return columns.project(found.left, slice(None))
    # The features times Y first: cheaper than the left vectors of all rows.
    step = _rows(found, columns)
    parts = (slice(start, start + step) for start in range(0, found.n, step))
    total = sum(columns.project(found.centred(part), part) for part in parts)
    return np.asarray(found.map.T @ total)


def _rows(found: Design, columns: Columns) -> int:
    return max(1, _BLOCK // (found.values.size + 4 * columns.count))


def ridge_curve(found: Design, columns: Columns, lams: Sequence[float], z: float) -> Curve:
    """Judge the ridges; errors of several targets are summed. For q targets and n k q L too many products, only every
    step-th row is judged (each by a fit to all others), and the interval says so."""
    n, k, ridges = found.n, found.values.size, np.asarray(lams)
    step = 1 if columns.count == 1 else min(max(1, round(n * k * columns.count * ridges.size / _BUDGET)), n // 100 or 1)
    projected = along(found, columns)
    squares, residual, judged = [], np.zeros(ridges.size), 0
    baseline = 0.0
    for chosen, part in found.blocks(_rows(found, columns), step):
        rows = columns.rows(chosen)
        block = np.empty((len(rows), ridges.size))
        for position, (error, left) in enumerate(errors(rows, lams, part, projected)):
            block[:, position] = np.vecdot(error, error)
            residual[position] += np.sum(left * left)
        squares.append(block)
        baseline += float(np.sum(rows * rows))
        judged += len(rows)
    each = np.concatenate(squares)
    trace, trace2, trace4 = traces(found.values, lams, n, found.m, (1, 2, 4))
    mean, spread = each.mean(axis=0), each.std(axis=0, ddof=1)
    # Errors share the noise that A mixes; rows left out add the uncertainty of a sample of rows.
    worth = trace4 / trace2**2 + 1 / judged - 1 / n
    wide = z * spread / np.where(mean > 0, mean, 1.0) * np.sqrt(worth)
    factor = np.exp(np.minimum(wide, _WIDEST))
    null = baseline / judged * (n / found.m) ** 2
    return Curve(ridges, mean, mean / factor, mean * factor, n**2 * residual / judged / trace**2, null, judged)
