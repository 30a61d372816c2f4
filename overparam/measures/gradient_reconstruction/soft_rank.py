"""The stable rank of a matrix whose rows come in batches, such as features or gradients of single samples."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from overparam.measures.input import matrix
from overparam.measures.moments import Moments
from overparam.measures.result import Result


class StableRankBatches:
    """Accumulates rows; `result` is |M|_F^2/|M|_2^2 of the whole, to rounding.

    >>> rows = np.random.default_rng(0).standard_normal((40, 3))
    >>> seen = StableRankBatches().update(rows[:25]).merge(StableRankBatches().update(rows[25:]))
    >>> singular = np.linalg.svd(rows, compute_uv=False)
    >>> bool(abs(float(seen.result()) - np.sum(singular**2) / singular[0] ** 2) < 1e-12)
    True
    """

    def __init__(self) -> None:
        self._moments = Moments()

    def update(self, rows: Any) -> StableRankBatches:
        """Take in rows (b, d), of any library; returns itself."""
        self._moments.update(matrix("rows", rows, "rows, columns"))
        return self

    def merge(self, other: StableRankBatches) -> StableRankBatches:
        """Take in what another has seen; returns itself."""
        if not isinstance(other, StableRankBatches):
            raise ValueError(f"other = {type(other).__name__}: must be StableRankBatches")
        self._moments.merge(other._moments)
        return self

    def result(self) -> Result:
        """Return the stable rank with that of a random matrix of the shape. Raises ValueError where all rows are 0."""
        m, d = self._moments.count, self._moments.mean.size
        gram = self._moments.gram(intercept=False)
        largest = float(np.linalg.eigvalsh(gram)[-1]) if m else 0.0
        if largest <= 0:
            raise ValueError(f"{m} rows seen: must hold one that is not 0")
        value, null = float(np.trace(gram)) / largest, m * d / (math.sqrt(m) + math.sqrt(d)) ** 2
        sentence = f"The rows act like {value:.3g} directions as strong as the leading one (random rows: {null:.3g})."
        return Result("stable rank", value, null, 1.0, sentence=sentence, claims=("linear-layer-leakage-row-space",))
