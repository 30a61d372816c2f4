"""Orthogonal transforms by their structure: the two-dimensional Haar transform, butterflies, Monarch slices."""

from __future__ import annotations

from typing import NamedTuple

from sims.arrays import Array, namespace


class Haar(NamedTuple):
    """Details (..., 3, n/2^j, n/2^j) of levels j = 1 (finest), 2, ..., and the average (..., 1, 1): n means."""

    details: tuple[Array, ...]
    average: Array


def haar2d(x: Array) -> Haar:
    """Return the orthonormal square-support Haar transform of images x (..., n, n), n a power of 2.

    Of each 2 x 2 block a, b; c, d a level keeps (a-b+c-d)/2, (a+b-c-d)/2, (a-b-c+d)/2 as details, in this order, and
    hands (a+b+c+d)/2 to the next.

    >>> import numpy as np
    >>> float(haar2d(np.ones((4, 4))).average[0, 0])
    4.0
    """
    n = x.shape[-1]
    if x.ndim < 2 or x.shape[-2] != n or n & (n - 1) or n == 0:
        raise ValueError(f"x = array of shape {tuple(x.shape)}: must be (..., n, n) with n a power of 2")
    xp, details = namespace(x), []
    while x.shape[-1] > 1:
        a, b, c, d = x[..., ::2, ::2], x[..., ::2, 1::2], x[..., 1::2, ::2], x[..., 1::2, 1::2]
        details.append(xp.stack([a - b + c - d, a + b - c - d, a - b - c + d], axis=-3) / 2)
        x = (a + b + c + d) / 2
    return Haar(tuple(details), x)


def inverse_haar2d(coefficients: Haar) -> Array:
    """Return the images (..., n, n) of `haar2d`'s coefficients.

    >>> import numpy as np
    >>> x = np.arange(16.0).reshape(4, 4)
    >>> bool(abs(inverse_haar2d(haar2d(x)) - x).max() < 1e-14)
    True
    """
    x, xp = coefficients.average, namespace(coefficients.average)
    for level in reversed(coefficients.details):
        p, q, r = level[..., 0, :, :], level[..., 1, :, :], level[..., 2, :, :]
        top = _interleaved(xp, x + p + q + r, x - p + q - r)
        bottom = _interleaved(xp, x + p - q - r, x - p - q + r)
        x = _interleaved(xp, top.mT, bottom.mT).mT / 2
    return x


def _interleaved(xp: Array, even: Array, odd: Array) -> Array:
    """Columns of two arrays by turns."""
    both = xp.stack([even, odd], axis=-1)
    return xp.reshape(both, (*both.shape[:-2], 2 * both.shape[-2]))


def _halves(x: Array, k: int) -> tuple[Array, Array]:
    """Entries whose index has bit k 0 and 1, each (..., blocks, 2^k)."""
    n = x.shape[-1]
    if n & (n - 1) or not 0 <= k or 2**k >= n:
        raise ValueError(f"k = {k!r}: must be an index bit of n = {n}, a power of 2")
    pairs = namespace(x).reshape(x, (*x.shape[:-1], n // 2 ** (k + 1), 2, 2**k))
    return pairs[..., 0, :], pairs[..., 1, :]


def swap_bit(x: Array, k: int) -> Array:
    """Return x (..., n) with bit k of the index flipped, n a power of 2: the permutation X_k.

    >>> import numpy as np
    >>> swap_bit(np.asarray([0.0, 1.0, 2.0, 3.0]), 1)
    array([2., 3., 0., 1.])
    """
    low, high = _halves(x, k)
    xp = namespace(x)
    return xp.reshape(xp.stack([high, low], axis=-2), x.shape)


def butterfly(x: Array, k: int) -> Array:
    """Return x (..., n) after one butterfly: pairs u, v of entries whose index differs in bit k become u + v, u - v.

    All log2 n of them, in any order, are the Hadamard transform (not normalised).

    >>> import numpy as np
    >>> butterfly(np.asarray([1.0, 2.0, 3.0, 4.0]), 0)
    array([ 3., -1.,  7., -1.])
    """
    low, high = _halves(x, k)
    xp = namespace(x)
    return xp.reshape(xp.stack([low + high, low - high], axis=-2), x.shape)


def slices(A: Array, m: int) -> Array:
    """Return the m^2 slices of A (..., m^2, m^2) that a Monarch matrix has of rank one: [..., j, k, l, i].

    Rows are (l, j) = l m + j, columns (k, i) = k m + i; the slice j, k is the m x m matrix over (l, i).

    >>> import numpy as np
    >>> slices(np.arange(16.0).reshape(4, 4), 2)[1, 0]
    array([[ 4.,  5.],
           [12., 13.]])
    """
    if tuple(A.shape[-2:]) != (m * m, m * m):
        raise ValueError(f"A = array of shape {tuple(A.shape)}: must be (..., m^2, m^2) with m = {m!r}")
    xp, lead = namespace(A), A.ndim - 2
    parts = xp.reshape(A, (*A.shape[:-2], m, m, m, m))  # l, j, k, i
    return xp.permute_dims(parts, (*range(lead), lead + 1, lead + 2, lead, lead + 3))


def from_slices(parts: Array) -> Array:
    """Return the matrices (..., m^2, m^2) of `slices`."""
    xp, lead, m = namespace(parts), parts.ndim - 4, parts.shape[-1]
    back = xp.permute_dims(parts, (*range(lead), lead + 2, lead, lead + 1, lead + 3))
    return xp.reshape(back, (*parts.shape[:-4], m * m, m * m))
