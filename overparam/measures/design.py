"""Features of any size, decomposed once: by singular values where they are few, else by a Gram matrix of blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from overparam.measures.input import Floats, Given
from overparam.measures.moments import Moments
from sims.double_descent.cross_validation import Decomposition, decompose
from sims.intercept import rotation
from sims.rounding import stored

_SMALL = 2e6  # numbers above which a Gram matrix is used: it needs neither a copy of the data nor 6 n p^2 operations
_EPS = 2.0**-52


class Design(NamedTuple):
    """values (k,): squared singular values of n rows; m: directions left; floor: what `values + n lam` must exceed.

    left (n, k): the left vectors, or None where they are made from `features` and `map` (p, k) block by block.
    """

    features: Given
    values: Floats
    n: int
    m: int
    floor: float
    left: Floats | None
    mean: Floats | None = None
    map: Floats | None = None

    def blocks(self, rows: int, step: int = 1) -> Iterator[tuple[slice, Decomposition]]:
        """Yield every `step`-th row, about `rows` at a time: where they stand, and the decomposition of these rows."""
        for start in range(0, self.n, rows * step):
            chosen = slice(start, min(self.n, start + rows * step), step)
            yield chosen, Decomposition(self.values, self._left(chosen), self.n, self.m)

    def _left(self, chosen: slice) -> Floats:
        if self.left is not None:
            return self.left[chosen]
        assert self.map is not None
        return self.centred(chosen) @ self.map

    def centred(self, chosen: slice) -> Floats:
        """Some rows of the features, less the mean of all if there is an intercept."""
        block = self.features.raw[chosen].astype(np.float64)
        return block if self.mean is None else block - self.mean

    def resolve(self, lam: float) -> None:
        """Refuse a ridge too small for rows or columns that depend on each other, by the precision of the data."""
        if not self.values.min() + self.n * lam > self.floor:
            what = "columns" if self.features.shape[1] < self.m else "rows"
            mean = " less their mean" if self.m < self.n else ""
            raise ValueError(
                f"lam = {lam:g}: {what} of {self.features.name}{mean} must be linearly independent, or lam above "
                f"{self.floor / self.n:.2g}"
            )


def design(features: Given, intercept: bool) -> Design:
    """Decompose features (n, p) once, with a constant fitted or not. Raises ValueError for one row only."""
    key = ("design", intercept)
    if key not in features.memo:
        features.memo[key] = _design(features, intercept)
    found: Design = features.memo[key]
    return found


def _design(features: Given, intercept: bool) -> Design:
    n, p = features.shape
    if n < 2:
        raise ValueError(f"{features.name} = array of shape {features.shape}: must hold at least two samples")
    m = n - intercept
    if n * p <= _SMALL:
        X = features.values
        found = decompose(X, intercept)
        floor = float(stored(X, np.sqrt(found.values.max()), features.eps)) ** 2
        return Design(features, found.values, n, m, floor, found.left)
    return _tall(features, intercept, m) if p < m else _wide(features, intercept, m)


def _gram_floor(values: Floats, eps: float) -> float:
    """A Gram matrix resolves less: its rounding is k eps times its largest eigenvalue."""
    return max(values.size * _EPS * float(values.max()), (eps / 2) ** 2 * float(values.sum()))


def _tall(features: Given, intercept: bool, m: int) -> Design:
    seen = Moments().update(features)
    values, vectors = np.linalg.eigh(seen.gram(intercept))
    floor = _gram_floor(values, features.eps)
    null = values <= values.size * _EPS * values.max()
    values = np.where(null, 0.0, values)
    scale = np.divide(1.0, np.sqrt(values), out=np.zeros_like(values), where=~null)
    return Design(features, values, seen.count, m, floor, None, seen.mean if intercept else None, vectors * scale)


def _wide(features: Given, intercept: bool, m: int) -> Design:
    n, p = features.shape
    gram = np.zeros((n, n))
    step = max(1, 2**22 // n)
    for start in range(0, p, step):
        block = features.raw[:, start : start + step].astype(np.float64)
        if intercept:
            block -= block.mean(axis=0)
        gram += block @ block.T
    if not intercept:
        values, left = np.linalg.eigh(gram)
        return Design(features, np.maximum(values, 0.0), n, m, _gram_floor(values, features.eps), left)
    helmert = rotation(gram, n)
    values, left = np.linalg.eigh(helmert @ gram @ helmert.T)
    return Design(features, np.maximum(values, 0.0), n, m, _gram_floor(values, features.eps), helmert.T @ left)
