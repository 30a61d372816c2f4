"""Subspaces of stacks of matrices: principal angles, leading directions, uniformly random rotations."""

from __future__ import annotations

from typing import NamedTuple

from sims.arrays import Array, Generator, cholesky, eigh, haar_frames, namespace, singular_values, solve_lower


class Directions(NamedTuple):
    """Leading left singular directions (..., n, k), orthonormal columns, and singular values (..., k), descending."""

    directions: Array
    values: Array


def orthonormal(A: Array) -> Array:
    """Return orthonormal columns that span those of A (..., n, k), k <= n; NaN where they are dependent.

    Cholesky factors of the Gram, twice: good to rounding for condition numbers up to 1e7.
    """
    for _ in range(2):
        A = solve_lower(cholesky(A.mT @ A), A.mT).mT
    return A


def overlaps(A: Array, B: Array) -> Array:
    """Return the cosines of the principal angles between the columns of A (..., n, k) and B (..., n, l), descending.

    Shape (..., min(k, l)). Near 1 they are blind for the angle: `sines` sees it.

    >>> import numpy as np
    >>> overlaps(np.eye(3)[:, :2], np.eye(3)[:, 1:]).round(12)
    array([1., 0.])
    """
    return _below_one(singular_values(orthonormal(A).mT @ orthonormal(B)))


def sines(A: Array, B: Array) -> Array:
    """Return the sines of the principal angles between the columns of A (..., n, k) and B (..., n, l), ascending.

    Shape (..., min(k, l)), in the order of `overlaps`; relative to rounding exact for small angles. They are the
    singular values of what is left of the smaller space outside the larger one.

    >>> import numpy as np
    >>> sines(np.eye(3)[:, :2], np.asarray([[0.0], [1.0], [1e-9]])).round(20)
    array([1.e-09])
    """
    large, small = (A, B) if A.shape[-1] >= B.shape[-1] else (B, A)
    large, small = orthonormal(large), orthonormal(small)
    outside = small - large @ (large.mT @ small)
    return namespace(outside).flip(_below_one(singular_values(outside)), axis=-1)


def top_directions(Y: Array, k: int) -> Directions:
    """Return the k leading left singular directions and values of Y (..., n, m), 1 <= k <= min(n, m).

    By the eigenvectors of the smaller of YY' and Y'Y: singular values below 1e-8 of the largest are rounding.

    >>> import numpy as np
    >>> top_directions(np.asarray([[3.0, 0.0], [0.0, 1.0], [0.0, 0.0]]), 1).values.round(12)
    array([3.])
    """
    n, m = Y.shape[-2:]
    if not 1 <= k <= min(n, m):
        raise ValueError(f"k = {k!r}: must be an integer from 1 to min(n, m) = {min(n, m)}")
    xp = namespace(Y)
    values, vectors = eigh(Y @ Y.mT if n <= m else Y.mT @ Y)
    leading = xp.flip(vectors[..., -k:], axis=-1)
    roots = xp.sqrt(xp.clip(xp.flip(values[..., -k:], axis=-1), 0.0))
    if n > m:
        leading = (Y @ leading) / xp.where(roots > 0, roots, xp.ones_like(roots))[..., None, :]
    return Directions(leading, roots)


def haar_orthogonal(rng: Generator, trials: int, n: int) -> Array:
    """Draw uniformly distributed orthogonal n x n matrices, shape (trials, n, n).

    >>> from sims.arrays import strict_rng
    >>> haar_orthogonal(strict_rng(0), 2, 3).shape
    (2, 3, 3)
    """
    return haar_frames(rng, trials, n, n)


def _below_one(x: Array) -> Array:
    return namespace(x).clip(x, 0.0, 1.0)
