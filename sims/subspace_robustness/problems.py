"""Instances: unions of uniform subspaces, pairs of given principal angles, points, a signal with its attack."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from sims import instances
from sims.arrays import Array


class Pair(NamedTuple):
    """Bases of signal S1 (n, d_s) and attack A1 (n, d_a), and coordinates c (d_s,), b (d_a,) in them."""

    S1: Array
    A1: Array
    c: Array
    b: Array


def subspaces(n: int, dims: Sequence[int], *, instance: int = 0) -> list[Array]:
    """Return bases (n, d) of uniform subspaces of the dimensions given, one a class, independent of each other.

    >>> [basis.shape for basis in subspaces(6, (2, 3))]
    [(6, 2), (6, 3)]
    """
    return [instances.frame(n, d, instance=1000 * instance + i) for i, d in enumerate(dims)]


def tilted(n: int, angles: Sequence[float], *, instance: int = 0) -> list[Array]:
    """Return bases of two subspaces of len(angles) dimensions with these principal angles; n >= 2 len(angles).

    >>> one, other = tilted(4, (0.3, 0.5))
    >>> bool(abs(((one.T @ other) ** 2).sum() - math.cos(0.3) ** 2 - math.cos(0.5) ** 2) < 1e-12)
    True
    """
    k = len(angles)
    directions = instances.frame(n, 2 * k, instance=instance)
    own, others = directions[:, :k], directions[:, k:]
    second = own * [math.cos(a) for a in angles] + others * [math.sin(a) for a in angles]
    turn = instances.frame(k, k, instance=instance)
    return [own, second @ turn]


def point(basis: Array, *, instance: int = 0) -> Array:
    """Return a point of the span of a basis (n, d), its coordinates independent N(0, 1).

    >>> point(subspaces(6, (2,))[0]).shape
    (6,)
    """
    return basis @ instances.gaussian(basis.shape[1], 1, instance=instance)[:, 0]


def pair(n: int, d_s: int, d_a: int, *, instance: int = 0) -> Pair:
    """Return uniform bases of signal and attack with Gaussian coordinates.

    >>> pair(8, 2, 3).b.shape
    (3,)
    """
    S1, A1 = subspaces(n, (d_s, d_a), instance=instance)
    c, b = (instances.gaussian(d, 1, instance=2 * instance + i)[:, 0] for i, d in enumerate((d_s, d_a)))
    return Pair(S1, A1, c, b)
