"""The lasso on planted data: its risk, its training error, what it keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sims.arrays import Array, Generator, Positive, kernel, namespace
from sims.lasso import lasso
from sims.sparse_interpolation.draws import correlations, planted
from sims.stacks import times


class LassoFit(NamedTuple):
    """Squared distance to the truth, |y - Xw|^2/n, coefficients that are not 0 over n, the two controls of
    `correlations` (mean 0), and the duality gap over |y|^2/2, each (trials,)."""

    risk: Array
    residual: Array
    active: Array
    correlation: Array
    alignment: Array
    gap: Array


@kernel(floats=lambda n, d, **_: 8 * n * d + 4 * n * n)
def lasso_fit(
    n: int, d: int, values: Sequence[float], counts: Sequence[int], sigma2: Positive, lam: Positive, *, trials: int,
    rng: Generator,
) -> LassoFit:  # fmt: skip
    """Fit noisy labels of a sparse truth by the lasso, min |y - Xw|^2/2 + lam |w|_1.

    values, counts: the truth's distinct coordinates and how many of each, zeros included, as many as d in all; lam > 0.
    Returns fields risk, residual, active, correlation, alignment, gap, each (trials,).

    >>> from sims.arrays import strict_rng
    >>> lasso_fit(4, 9, [2.0, 0.0], [1, 8], 1.0, 0.5, trials=3, rng=strict_rng(0)).risk.shape
    (3,)
    """
    data = planted(rng, trials, n, d, values, counts, sigma2)
    xp = namespace(data.X)
    w, gap = lasso(data.X, data.y, lam)
    residual = data.y - times(data.X, w)
    return LassoFit(
        xp.sum((w - data.w) ** 2, axis=-1),
        xp.sum(residual * residual, axis=-1) / n,
        xp.sum(xp.astype(w != 0, w.dtype), axis=-1) / n,
        *correlations(data, sigma2),
        gap,
    )
