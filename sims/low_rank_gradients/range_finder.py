"""Randomised range finding, done: a Gaussian sketch, its orthonormal basis, and what that misses of the matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Positive, eigvalsh, kernel, namespace
from sims.subspaces import orthonormal

_WIDEST = 1e6  # s_1 over the tail: its square times the rounding is what the squared error may be wrong by


class RangeError(NamedTuple):
    """Frobenius norm of what is missed, and its square, (trials,)."""

    F: Array
    F2: Array


class Sketch(NamedTuple):
    """Singular values (N,) and an orthonormal basis (trials, N, k + p) of the range of diag(s) Omega."""

    values: Array
    basis: Array


def _sketch(s: Sequence[float], columns: int, trials: int, rng: Generator) -> Sketch:
    n = len(s)
    if columns > n:
        raise ValueError(f"k + p = {columns}: must be at most the number of singular values, {n}")
    values = arrays.asarray(rng, [float(one) for one in s])
    return Sketch(values, orthonormal(values[:, None] * rng.standard_normal(size=(trials, n, columns))))


def _squared(s: Sequence[float], k: int, p: int, trials: int, rng: Generator) -> Array:
    """|(I - Q Q') diag(s)|_F^2 = sum_j s_j^2 (1 - |q_j|^2), q_j the rows of Q."""
    tail = sum(one * one for one in sorted(s, reverse=True)[k:]) ** 0.5
    if max(s) > _WIDEST * tail:
        raise ValueError(f"s = {s!r}: the largest must be at most {_WIDEST:g} times the norm of all but the first k")
    values, Q = _sketch(s, k + p, trials, rng)
    xp = namespace(Q)
    return xp.sum(values**2 * (1 - xp.sum(Q * Q, axis=-1)), axis=-1)


@kernel(floats=lambda s, k, p, **_: 5 * len(s) * (k + p))
def range_finder_error(s: Sequence[float], k: int, p: int, *, trials: int, rng: Generator) -> RangeError:
    """Errors of the range of A Omega, Omega of k + p Gaussian columns, for A = diag(s): without loss of generality.

    s: singular values; k, p >= 1, k + p at most their number. Returns fields F, F2.

    >>> from sims.arrays import strict_rng
    >>> range_finder_error((3.0, 2.0, 1.0, 0.5), 1, 2, trials=2, rng=strict_rng(0)).F.shape
    (2,)
    """
    squared = _squared(s, k, p, trials, rng)
    return RangeError(namespace(squared).sqrt(squared), squared)


@kernel(floats=lambda s, **_: 5 * len(s) ** 2)
def range_finder_spectral(s: Sequence[float], k: int, p: int, *, trials: int, rng: Generator) -> Array:
    """The spectral norm of what the same sketch misses, (trials,).

    >>> from sims.arrays import strict_rng
    >>> range_finder_spectral((3.0, 2.0, 1.0, 0.5), 1, 2, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    values, Q = _sketch(s, k + p, trials, rng)
    A = arrays.eye(rng, len(s)) * values
    rest = A - Q @ (Q.mT @ A)
    rest = rest - Q @ (Q.mT @ rest)
    return namespace(rest).sqrt(eigvalsh(rest.mT @ rest)[..., -1])


@kernel(floats=lambda N, k, p, **_: 5 * (N + k) * (k + p))
def range_finder_flat(
    N: int, k: int, p: int, tail: NonNegative = 1.0, *, spike: Positive = 1e4, trials: int, rng: Generator
) -> Array:
    """Squared Frobenius error for N singular values `tail` below k of size `spike` (instead of infinity), (trials,).

    >>> from sims.arrays import strict_rng
    >>> range_finder_flat(6, 2, 2, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    return _squared((spike,) * k + (tail,) * N, k, p, trials, rng)
