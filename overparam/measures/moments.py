"""Counts, means and second moments of rows, a batch at a time: all that some measures need of the data."""

from __future__ import annotations

from typing import Any

import numpy as np

from overparam.measures.input import Floats, Given, matrix


class Moments:
    """Number, mean (p,) and centred scatter (p, p) of rows, equal to those of the whole to rounding.

    Batches are merged by their own means (Chan, Golub, LeVeque 1983), so that a large mean costs no digits.

    >>> rows = np.arange(6.0).reshape(3, 2) + 1e8
    >>> seen = Moments().update(rows[:1]).update(rows[1:])
    >>> seen.count, seen.mean - 1e8, seen.scatter
    (3, array([2., 3.]), array([[8., 8.],
           [8., 8.]]))
    """

    def __init__(self) -> None:
        self.count = 0
        self.eps = 0.0
        self.mean: Floats = np.zeros(0)
        self.scatter: Floats = np.zeros((0, 0))

    def update(self, batch: Any) -> Moments:
        """Take in rows (b, p), of any library; returns itself. Raises ValueError for another number of columns."""
        given = batch if isinstance(batch, Given) else matrix("batch", batch)
        self._fits(given.shape[1], "batch")
        for block in given.blocks():
            mean = block.mean(axis=0)
            centred = block - mean
            self._add(len(block), mean, centred.T @ centred, given.eps)
        return self

    def merge(self, other: Moments) -> Moments:
        """Take in what another has seen; returns itself."""
        if not isinstance(other, Moments):
            raise ValueError(f"other = {type(other).__name__}: must be Moments")
        if other.count:
            self._fits(other.mean.size, "other")
            self._add(other.count, other.mean, other.scatter.copy(), other.eps)
        return self

    def _fits(self, columns: int, name: str) -> None:
        if self.count and columns != self.mean.size:
            raise ValueError(f"{name} = rows of {columns} columns: must have {self.mean.size}, as those before")

    def _add(self, count: int, mean: Floats, scatter: Floats, eps: float) -> None:
        self.eps = max(self.eps, eps)
        if not self.count:
            self.count, self.mean, self.scatter = count, mean, scatter
            return
        total = self.count + count
        step = mean - self.mean
        scatter += self.scatter
        scatter += np.outer(step * (self.count * count / total), step)
        self.count, self.mean, self.scatter = total, self.mean + step * (count / total), scatter

    def gram(self, intercept: bool) -> Floats:
        """Return X'X of the rows seen, without their mean if there is an intercept."""
        return self.scatter if intercept else self.scatter + self.count * np.outer(self.mean, self.mean)
