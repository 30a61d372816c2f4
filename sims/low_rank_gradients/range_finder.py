"""Randomised range finding, done: a Gaussian sketch, its orthonormal basis, and what that misses of the matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Positive, eigvalsh, kernel, namespace
from sims.stacks import squared_norm
from sims.subspaces import orthonormal


class RangeError(NamedTuple):
    """Frobenius norm of what is missed, its square, and the spectral norm, each (trials,)."""

    F: Array
    F2: Array
    spectral: Array


def _missed(s: Sequence[float], columns: int, trials: int, rng: Generator) -> Array:
    """(I - Q Q') diag(s), (trials, N, N), computed as it stands: one minus a sum of squares would lose large s."""
    values = arrays.asarray(rng, [float(one) for one in s])
    n = len(s)
    if columns > n:
        raise ValueError(f"k + p = {columns}: must be at most the number of singular values, {n}")
    Q = orthonormal(values[:, None] * rng.standard_normal(size=(trials, n, columns)))
    A = arrays.eye(rng, n) * values
    rest = A - Q @ (Q.mT @ A)
    return rest - Q @ (Q.mT @ rest)


@kernel(floats=lambda s, **_: 5 * len(s) ** 2)
def range_finder_error(s: Sequence[float], k: int, p: int, *, trials: int, rng: Generator) -> RangeError:
    """Errors of the range of A Omega, Omega of k + p Gaussian columns, for A = diag(s): without loss of generality.

    s: singular values; k, p >= 1, k + p at most their number. Returns fields F, F2, spectral.

    >>> from sims.arrays import strict_rng
    >>> range_finder_error((3.0, 2.0, 1.0, 0.5), 1, 2, trials=2, rng=strict_rng(0)).spectral.shape
    (2,)
    """
    rest = _missed(s, k + p, trials, rng)
    xp, squared = namespace(rest), squared_norm(rest)
    return RangeError(xp.sqrt(squared), squared, xp.sqrt(eigvalsh(rest.mT @ rest)[..., -1]))


@kernel(floats=lambda N, k, **_: 5 * (N + k) ** 2)
def range_finder_flat(
    N: int, k: int, p: int, tail: NonNegative = 1.0, *, spike: Positive = 1e4, trials: int, rng: Generator
) -> Array:
    """Squared Frobenius error for N singular values `tail` below k of size `spike` (instead of infinity), (trials,).

    >>> from sims.arrays import strict_rng
    >>> range_finder_flat(6, 2, 2, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    return squared_norm(_missed((spike,) * k + (tail,) * N, k + p, trials, rng))
