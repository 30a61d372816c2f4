"""Monarch fits by alternating least squares, of given and of Gaussian matrices; what they cost, counted."""

from __future__ import annotations

import math
from typing import NamedTuple

from sims import arrays, instances
from sims.arrays import Array, Generator, kernel, namespace
from sims.masks import fixed_count
from sims.transforms import from_slices, slices


class Alternated(NamedTuple):
    """Squared error of the best start and how far from stationary it is, each (trials,)."""

    error: Array
    stationarity: Array


class Rivals(NamedTuple):
    """Errors relative to n^2: of the best Monarch matrix, a random mask, a truncation to rank m, each (trials,)."""

    monarch: Array
    mask: Array
    truncated: Array


class Counted(NamedTuple):
    """Nonzeros of the two factors together, of the dense product, and how far it is from Monarch, each (trials,)."""

    multiplies: Array
    dense: Array
    mismatch: Array


def squared(x: Array, axis: tuple[int, ...]) -> Array:
    """Sums of |x|^2 over the axes, real or complex."""
    xp = namespace(x)
    size = xp.abs(x)
    return xp.sum(size * size, axis=axis)


def hilbert(n: int, *, instance: int = 0) -> Array:
    """The n x n matrix 1/(i + j + 1 + instance): structured, of full rank."""
    return arrays.host_array([[1 / (i + j + 1 + instance) for j in range(n)] for i in range(n)])


def matrix(name: str, m: int, *, instance: int = 0) -> Array:
    """A matrix of n = m^2 rows by name: "gaussian" or "hilbert".

    >>> matrix("hilbert", 2).shape
    (4, 4)
    """
    if name == "hilbert":
        return hilbert(m * m, instance=instance)
    if name != "gaussian":
        raise ValueError(f"name = {name!r}: must be one of 'gaussian', 'hilbert'")
    return instances.gaussian(m * m, m * m, instance=instance)


def row_transposed(A: Array, m: int) -> Array:
    """The matrix with its rows (l, j) in the order of (j, l): its slices are those of A over (j, i).

    >>> row_transposed(arrays.host_array([[1.0], [2.0], [3.0], [4.0]]) + hilbert(4) * 0, 2)[:, 0]
    array([1., 3., 2., 4.])
    """
    return A.reshape(m, m, m * m).swapaxes(0, 1).reshape(m * m, m * m)


def truncation_error(A: Array, rank: int) -> float:
    """The squared Frobenius norm of what the best matrix of that rank leaves of a host matrix.

    >>> round(truncation_error(arrays.host_array([[3.0, 0.0], [0.0, 2.0]]), 1), 12)
    4.0
    """
    return float((arrays.singular_values(A)[rank:] ** 2).sum())


def alternate(parts: Array, start: Array, steps: int) -> tuple[Array, Array]:
    """Fit l r' to each slice (..., m, m) by least squares for l and for r in turn, r (..., m) at the start."""
    xp = namespace(parts)

    def conjugate(x: Array) -> Array:
        return xp.conj(x) if xp.isdtype(x.dtype, "complex floating") else x

    right = start
    for _ in range(steps):
        left = (parts @ conjugate(right)[..., None])[..., 0] / squared(right, (-1,))[..., None]
        right = (parts.mT @ conjugate(left)[..., None])[..., 0] / squared(left, (-1,))[..., None]
    return left, right


@kernel(floats=lambda A, starts=10, **_: 4 * starts * A.size, block=4)
def monarch_error(A: Array, starts: int = 10, steps: int = 1000, *, trials: int, rng: Generator) -> Alternated:
    """Fit a Monarch matrix to A (n, n), n = m^2, by alternating least squares over both factors, from random starts.

    With one factor fixed the other one's best choice parts into the m^2 slices. Returns fields error (of the best
    start, squared Frobenius norm), stationarity (largest |S' l/|l|^2 - r|/|r| of its last step), each (trials,).

    >>> from sims.arrays import strict_rng
    >>> monarch_error(matrix("hilbert", 2), trials=3, rng=strict_rng(0)).error.shape
    (3,)
    """
    m = math.isqrt(A.shape[-1])
    parts = slices(arrays.asarray(rng, A), m)
    xp = namespace(parts)
    left, right = alternate(parts, rng.standard_normal(size=(trials, starts, m, m, m)), steps)
    again = (parts @ right[..., None])[..., 0] / squared(right, (-1,))[..., None]
    moved = xp.sqrt(squared(again - left, (-1,)) / squared(left, (-1,)))
    rest = parts - left[..., :, None] * right[..., None, :]
    error = squared(rest, (-4, -3, -2, -1))
    best = arrays.top_k_mask(-error, 1)
    return Alternated(xp.min(error, axis=-1), xp.sum(best * xp.max(moved, axis=(-2, -1)), axis=-1))


def retained(A: Array, m: int) -> Array:
    """What the best Monarch matrix keeps of |A|^2, real A (..., n, n): the leading eigenvalue of every slice's Gram."""
    parts = slices(A, m)
    return namespace(A).sum(arrays.eigvalsh(parts.mT @ parts)[..., -1], axis=(-2, -1))


@kernel(floats=lambda m, **_: 4 * m**4)
def monarch_gaussian_error(m: int, *, trials: int, rng: Generator) -> Array:
    """Error of the best Monarch fit to an n x n Gaussian matrix, n = m^2, over n^2. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> monarch_gaussian_error(2, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    A = rng.standard_normal(size=(trials, m * m, m * m))
    return (squared(A, (-2, -1)) - retained(A, m)) / m**4


@kernel(floats=lambda m, n=None, **_: 2 * m * (n or m) + 2 * min(m, n or m) ** 2)
def wishart_top_mean(m: int, n: int | None = None, *, trials: int, rng: Generator) -> Array:
    """The largest eigenvalue of G'G, G (n, m) Gaussian, n = m where it is None. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> wishart_top_mean(2, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    G = rng.standard_normal(size=(trials, m if n is None else n, m))
    return arrays.eigvalsh(G.mT @ G if G.shape[-1] <= G.shape[-2] else G @ G.mT)[..., -1]


@kernel(floats=lambda m, **_: 4 * m * m)
def monarch_retained(m: int, *, trials: int, rng: Generator) -> Array:
    """m times the share of a Gaussian slice that its leading pair keeps: lambda_max/m. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> monarch_retained(4, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    return wishart_top_mean(m, trials=trials, rng=rng) / m


@kernel(floats=lambda m, **_: 8 * m**4)
def monarch_rivals(m: int, *, trials: int, rng: Generator) -> Rivals:
    """Fit a Gaussian n x n matrix, n = m^2, with 2 n^(3/2) numbers: Monarch, entries at random, the best rank m.

    Returns `Rivals`. Raises ValueError for m = 1, where the mask would hold more than the matrix has.

    >>> from sims.arrays import strict_rng
    >>> monarch_rivals(2, trials=3, rng=strict_rng(0)).mask.shape
    (3,)
    """
    if m < 2:
        raise ValueError(f"m = {m!r}: must be an integer >= 2")
    n = m * m
    A = rng.standard_normal(size=(trials, n, n))
    xp = namespace(A)
    whole = squared(A, (-2, -1))
    kept = xp.reshape(fixed_count(rng, trials, n * n, 2 * n * m), (trials, n, n))
    leading = xp.sum(arrays.eigvalsh(A.mT @ A)[..., -m:], axis=-1)
    return Rivals((whole - retained(A, m)) / n**2, squared(A * (1 - kept), (-2, -1)) / n**2, (whole - leading) / n**2)


@kernel(floats=lambda n, **_: 6 * n * n)
def monarch_flops(n: int, *, trials: int, rng: Generator) -> Counted:
    """Write two random block-diagonal factors as n x n matrices, multiply them, and count what is not 0.

    n: a perfect square. Returns fields multiplies (nonzeros of both factors: parameters, and multiply-adds a vector),
    dense (of the product), mismatch (largest entry of product - slices of rank one).

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(monarch_flops(4, trials=1, rng=strict_rng(0)).multiplies)
    array([16.])
    """
    m = math.isqrt(n)
    if m * m != n:
        raise ValueError(f"n = {n!r}: must be a perfect square")
    L, R = (rng.standard_normal(size=(trials, m, m, m)) for _ in range(2))  # [j, l, k], [k, j, i]
    xp, eye = namespace(L), arrays.eye(rng, m)
    shape = (trials, n, n)
    # Rows (k, j), columns (k', i): R_k where k = k'; then rows (l, j), columns (k, j'): L_j where j = j'.
    first = xp.reshape(R[:, :, :, None, :] * eye[None, :, None, :, None], shape)
    by_row = xp.permute_dims(L, (0, 2, 1, 3))[..., None]  # l, j, k, 1
    second = xp.reshape(by_row * eye[None, None, :, None, :], shape)
    product = second @ first
    # Slice (j, k) over (l, i) is the column k of L_j times the row j of R_k.
    rank_one = xp.permute_dims(L, (0, 1, 3, 2))[..., None] * xp.permute_dims(R, (0, 2, 1, 3))[..., None, :]

    def count(x: Array) -> Array:
        return xp.sum(xp.astype(x != 0, xp.float64), axis=(-2, -1))

    mismatch = xp.max(xp.abs(product - from_slices(rank_one)), axis=(-2, -1))
    return Counted(count(first) + count(second), count(product), mismatch)
