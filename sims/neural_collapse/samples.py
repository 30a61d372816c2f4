"""Class indicators, and how many starts an iterative kernel takes at once."""

from __future__ import annotations

from collections.abc import Sequence

from sims.arrays import Array, Generator, asarray, namespace

ITERATIVE = 100_000
"""Numbers that one start of an iterative kernel is charged for at least: a block holds some tens of starts, not a
thousand, since its time is paid in steps and all starts agree."""


def indicators(source: Array | Generator, n_per_class: Sequence[int]) -> Array:
    """Return the one-hot labels Y (K, N) of classes that follow one another."""
    K = len(n_per_class)
    labels = [k for k in range(K) for _ in range(n_per_class[k])]
    return asarray(source, [[1.0 if label == k else 0.0 for label in labels] for k in range(K)])


def squared_norm(stack: Array) -> Array:
    """Return the squared Frobenius norms of a stack of matrices."""
    return namespace(stack).sum(stack * stack, axis=(-2, -1))


def norm(stack: Array) -> Array:
    """Return the Frobenius norms of a stack of matrices."""
    return namespace(stack).sqrt(squared_norm(stack))


def off_diagonal(gram: Array) -> Array:
    """Return a stack of square matrices with zeros on the diagonal."""
    xp = namespace(gram)
    return gram - gram * xp.eye(gram.shape[-1], dtype=gram.dtype, device=gram.device)


def mean_cosine(vectors: Array) -> Array:
    """Return the mean cosine between different rows of a stack of matrices (nan where a row vanishes)."""
    xp, K = namespace(vectors), vectors.shape[-2]
    unit = vectors / xp.sqrt(xp.sum(vectors * vectors, axis=-1, keepdims=True))
    return xp.sum(off_diagonal(unit @ unit.mT), axis=(-2, -1)) / (K * (K - 1))
