"""Stacks of matrices: norms, products with vectors, diagonals, cosines between rows."""

from __future__ import annotations

from sims.arrays import Array, namespace


def squared_norm(stack: Array) -> Array:
    """Return the squared Frobenius norms of a stack of matrices."""
    return namespace(stack).sum(stack * stack, axis=(-2, -1))


def norm(stack: Array) -> Array:
    """Return the Frobenius norms of a stack of matrices."""
    return namespace(stack).sqrt(squared_norm(stack))


def times(matrix: Array, vector: Array) -> Array:
    """Return the products of a stack of matrices (..., n, d) and vectors (..., d)."""
    return (matrix @ vector[..., None])[..., 0]


def off_diagonal(gram: Array) -> Array:
    """Return a stack of square matrices with zeros on the diagonal."""
    xp = namespace(gram)
    return gram - gram * xp.eye(gram.shape[-1], dtype=gram.dtype, device=gram.device)


def mean_cosine(vectors: Array) -> Array:
    """Return the mean cosine between different rows of a stack of matrices (nan where a row vanishes)."""
    xp, K = namespace(vectors), vectors.shape[-2]
    unit = vectors / xp.sqrt(xp.sum(vectors * vectors, axis=-1, keepdims=True))
    return xp.sum(off_diagonal(unit @ unit.mT), axis=(-2, -1)) / (K * (K - 1))
