"""The ridge curve of data that come in batches, from their moments alone: for more samples than dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from overparam.measures.double_descent.curve import Curve
from overparam.measures.input import Given, matrix, same_rows, vector
from overparam.measures.moments import Moments
from sims.double_descent.cross_validation import ridge_list, traces
from theory.domain import flag, real


class RidgeBatches:
    r"""Accumulates batches of features and targets; `result` is the curve of GCV, equal to that of the whole.

    $$|Ay|^2 = \Bigl(y'y - \sum_k\frac{z_k^2}{v_k}\Bigr) + \sum_k\Bigl(\frac{n\lambda}{v_k+n\lambda}\Bigr)^2
    \frac{z_k^2}{v_k}$$
    with v the eigenvalues of X'X and z = V'X'y. Leave-one-out needs the rows themselves: `predict_test_error`.

    >>> rows = np.random.default_rng(0).standard_normal((40, 3))
    >>> seen = RidgeBatches().update(rows[:25], rows[:25, 0]).merge(RidgeBatches().update(rows[25:], rows[25:, 0]))
    >>> seen.count, bool(seen.result([0.0]).gcv[0] < 1e-20)
    (40, True)
    """

    def __init__(self) -> None:
        self._moments = Moments()

    @property
    def count(self) -> int:
        """Samples seen."""
        return self._moments.count

    def update(self, features: Any, targets: Any) -> RidgeBatches:
        """Take in features (b, p) and targets (b,), of any library; returns itself."""
        rows, column = matrix("features", features), vector("targets", targets)
        same_rows(rows, "targets", column.shape[0])
        joined = np.concatenate([rows.values, column.values[:, None]], axis=1)
        self._moments.update(Given("features", joined, rows.eps))
        return self

    def merge(self, other: RidgeBatches) -> RidgeBatches:
        """Take in what another has seen; returns itself."""
        if not isinstance(other, RidgeBatches):
            raise ValueError(f"other = {type(other).__name__}: must be RidgeBatches")
        self._moments.merge(other._moments)
        return self

    def result(self, lams: Sequence[float], *, intercept: bool = True, z: float = 1.96) -> Curve:
        """Return the curve at the ridges `lams`, with GCV as its test error.

        The interval takes errors for Gaussian, whose squares have the relative deviation sqrt 2. Raises ValueError
        where there are not more samples than dimensions (then the whole is needed), or lam is too small.
        """
        ridges, wide = ridge_list(lams), real("z", z, 0.0, open_low=True)
        n, p = self.count, self._moments.mean.size - 1
        m = n - flag("intercept", intercept)
        if m <= p:
            raise ValueError(
                f"{n} samples seen in {max(p, 0)} dimensions: must be more, or take predict_test_error of all"
            )
        gram = self._moments.gram(intercept)
        values, vectors = np.linalg.eigh(gram[:p, :p])
        floor = p * 2.0**-52 * float(values[-1])
        if not values[0] + n * min(ridges) > floor:
            raise ValueError(
                f"lam = {min(ridges):g}: columns must be linearly independent, or lam above {floor / n:.2g}"
            )
        projected, energy = vectors.T @ gram[:p, p], float(gram[p, p])
        kept = values > floor
        share = np.divide(projected**2, values, out=np.zeros(p), where=kept)
        totals = n * np.asarray(ridges)
        # Where lam = 0 every eigenvalue is above the floor.
        shrunk = totals / (np.where(kept, values, 0.0)[:, None] + totals)
        residual = max(energy - float(share.sum()), 0.0) + share @ shrunk**2
        trace, trace2, trace4 = traces(values, ridges, n, m, (1, 2, 4))
        general = n * residual / trace**2
        factor = np.exp(np.minimum(300.0, wide * np.sqrt(2 * trace4 / trace2**2)))
        null = energy / n * (n / m) ** 2
        return Curve(np.asarray(ridges), general, general / factor, general * factor, general, null, n)
