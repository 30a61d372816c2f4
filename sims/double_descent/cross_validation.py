"""Leave-one-out errors and GCV of ridge regression at all ridges: from eigenvalues for kernels, from singular values.

H is the hat matrix of the ridge n lam, with 11'/n in it where an intercept is fitted, and A = I - H. A lives on the m =
n (with an intercept n - 1) directions of the targets that a fit without features leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sims import arrays, data, intercept
from sims.arrays import Array


class CrossValidation(NamedTuple):
    """Squared leave-one-out errors (..., n, L) at L ridges, GCV (..., L), and how many independent ones they are worth.

    effective_samples (..., L) is (tr A^2)^2 / tr A^4: the errors share the noise that A mixes.
    """

    squares: Array
    gcv: Array
    effective_samples: Array


class Decomposition(NamedTuple):
    """values (..., k): squared singular values of the features, k = min(m, p); left (..., n, k): their left vectors,
    with H = left diag(values/(values + n lam)) left' (+ 11'/n); n: samples; m: directions left."""

    values: Array
    left: Array
    n: int
    m: int


def design_sizes(X: Array) -> tuple[int, int]:
    if len(data.shape(X)) < 2 or 0 in X.shape:
        raise ValueError(f"X = array of shape {data.shape(X)}: must be (..., n, p) with n, p >= 1")
    return int(X.shape[-2]), int(X.shape[-1])


def matching_targets(X: Array, y: Array) -> None:
    design_sizes(X)
    if data.shape(y) != tuple(X.shape[:-1]):
        raise ValueError(f"y = array of shape {data.shape(y)}: must be {tuple(X.shape[:-1])}, one for each row of X")


def ridge_list(lams: Sequence[float]) -> tuple[float, ...]:
    if isinstance(lams, str) or not hasattr(lams, "__iter__") or len(data.shape(lams)) > 1:
        raise ValueError(f"lams = {lams!r}: must be a sequence of ridges")
    ridges = tuple(data.number(f"lams = {lams!r}, lam", lam, 0.0) for lam in lams)
    if not ridges:
        raise ValueError("lams = (): must hold at least one ridge")
    return ridges


def cross_validation(X: Array, y: Array, lams: Sequence[float]) -> CrossValidation:
    """Return leave-one-out errors and GCV at all ridges from one eigendecomposition, for kernels: no intercept.

    X (..., n, p), y (..., n). Both are ratios of A y to diag(A) or to tr(A); for p >= n the common factor n lam is
    cancelled, which makes them finite at lam = 0.

    Returns the fields of CrossValidation.

    >>> import numpy as np
    >>> cross_validation(np.random.default_rng(0).standard_normal((3, 8, 4)), np.ones((3, 8)), [0.1, 1.0])[0].shape
    (3, 8, 2)
    """
    matching_targets(X, y)
    lams, xp, (n, p) = ridge_list(lams), arrays.namespace(X), X.shape[-2:]
    values, vectors = arrays.eigh(X.mT @ X if p < n else X @ X.mT)
    rows = X @ vectors if p < n else vectors
    inverse, _ = shifted(values, lams, n)
    projected = rows @ (inverse * (rows.mT @ y[..., :, None]))
    weight = (rows * rows) @ inverse
    if p < n:
        projected, weight = y[..., :, None] - projected, 1 - weight
    trace, trace2, trace4 = traces(values, lams, n, n, (1, 2, 4))
    general = n * xp.sum(projected * projected, axis=-2) / trace**2
    return CrossValidation((projected / weight) ** 2, general, trace2**2 / trace4)


def decompose(X: Array, constant: bool) -> Decomposition:
    """Return the decomposition of X (..., n, p), with a constant fitted or not, by singular values.

    These keep the digits that a Gram matrix squares away.
    """
    xp, (n, p) = arrays.namespace(X), X.shape[-2:]
    m = n - 1 if constant else n
    if not constant or p < m:
        # Fewer columns than directions: the mean can be subtracted, and the left vectors are orthogonal to it.
        centred = X - xp.mean(X, axis=-2, keepdims=True) if constant else X
        left, singular, _ = xp.linalg.svd(centred, full_matrices=False)
        # The vectors of null values are arbitrary, not even orthogonal to the mean.
        null = singular <= max(n, p) * xp.finfo(X.dtype).eps * singular[..., :1]
        if p < m:
            left = xp.where(null[..., None, :], xp.zeros_like(left), left)
        return Decomposition(xp.where(null, xp.zeros_like(singular), singular**2), left, n, m)
    # Rotated so that the mean is one row, which is dropped: no null direction is left.
    helmert = intercept.rotation(X, n)
    left, singular, _ = xp.linalg.svd(helmert @ X, full_matrices=False)
    return Decomposition(singular**2, helmert.mT @ left, n, m)


def shifted(values: Array, lams: Sequence[float], n: int) -> tuple[Array, Array]:
    """Return 1/(values + n lam), shape (..., k, L), and the row n lam (1, L)."""
    xp = arrays.namespace(values)
    totals = n * xp.asarray(list(lams), dtype=values.dtype, device=arrays.device(values))[None, :]
    return 1 / (values[..., :, None] + totals), totals


def traces(values: Array, lams: Sequence[float], n: int, m: int, powers: Sequence[int]) -> list[Array]:
    """Return tr A^power (..., L); divided by (n lam)^power where there are m values: finite at lam = 0."""
    xp, k = arrays.namespace(values), values.shape[-1]
    inverse, totals = shifted(values, lams, n)
    if k < m:
        return [m - k + xp.sum((totals * inverse) ** power, axis=-2) for power in powers]
    return [xp.sum(inverse**power, axis=-2) for power in powers]


def errors(y: Array, lams: Sequence[float], found: Decomposition, along: Array) -> Iterator[tuple[Array, Array]]:
    """Yield for each ridge the leave-one-out errors (..., n, q) and the residuals A y (..., n, q) of q targets.

    Where there are m values the residuals are A y/(n lam). Any of the rows will do: y (..., b, q) and found.left (...,
    b, k) may be a block of them; y is centred where a constant is fitted, and along (..., k, q) is left' y of all rows.
    """
    xp, left = arrays.namespace(y), found.left
    inverse, _ = shifted(found.values, lams, found.n)
    weights = (left * left) @ inverse
    full = left.shape[-1] == found.m
    if not full:
        outside = y - left @ along
        beyond = (found.m / found.n - xp.sum(left * left, axis=-1))[..., None]
        # A row that alone fills a direction (leverage one) has no part outside: n lam cancels from the ratio of the
        # rest.
        alone = beyond <= max(found.n, left.shape[-1]) * xp.finfo(y.dtype).eps
    for position, lam in enumerate(lams):
        inside = left @ (inverse[..., :, position, None] * along)
        weight = weights[..., position, None]
        if full:
            yield inside / weight, inside
            continue
        total = found.n * lam
        residual = xp.where(alone, total * inside, outside + total * inside)
        yield xp.where(alone, inside, residual) / xp.where(alone, weight, beyond + total * weight), residual


def judge(y: Array, lams: Sequence[float], found: Decomposition) -> CrossValidation:
    """`cross_validation` from a decomposition of all rows; y centred where a constant is fitted."""
    xp = arrays.namespace(y)
    pairs = list(errors(y[..., None], lams, found, found.left.mT @ y[..., None]))
    ratio, residual = (xp.concat([pair[part] for pair in pairs], axis=-1) for part in (0, 1))
    trace, trace2, trace4 = traces(found.values, lams, found.n, found.m, (1, 2, 4))
    general = found.n * xp.sum(residual * residual, axis=-2) / trace**2
    return CrossValidation(ratio**2, general, trace2**2 / trace4)
