"""Class indicators."""

from __future__ import annotations

from collections.abc import Sequence

from sims.arrays import Array, Generator, asarray


def indicators(source: Array | Generator, n_per_class: Sequence[int]) -> Array:
    """Return the one-hot labels Y (K, N) of classes that follow one another."""
    K = len(n_per_class)
    labels = [k for k in range(K) for _ in range(n_per_class[k])]
    return asarray(source, [[1.0 if label == k else 0.0 for label in labels] for k in range(K)])
