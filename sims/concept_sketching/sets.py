"""Sketches of sets of points: kernels, distances and sign hashes of means of a random layer, and retrieval by them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from sims.arrays import Array, Generator, asarray, kernel, namespace

Points = Sequence[Sequence[float]]
Coefficients = tuple[float, float, float]


def parabola(c: Coefficients, points: int = 25) -> list[list[float]]:
    """Points (t, c_0 + c_1 t + c_2 t^2, 1) of a parabola, t in the middles of equal parts of [-1, 1].

    Their centroid is (0, c_0 + c_2 (1 - 1/points^2)/3, 1).

    >>> parabola((0.0, 0.0, 1.0), 2)
    [[-0.5, 0.25, 1.0], [0.5, 0.25, 1.0]]
    """
    places = [(2 * i + 1) / points - 1 for i in range(points)]
    return [[t, c[0] + c[1] * t + c[2] * t * t, 1.0] for t in places]


def _sketches(rng: Generator, trials: int, m: int, S: Points, T: Points, linear: bool = False) -> list[Array]:
    """Means over S and over T of m neurons with standard normal weights, each (trials, m)."""
    if len({len(point) for point in (*S, *T)}) != 1:
        raise ValueError(f"T = {len(T)} points: must have as many coordinates each as those of S")
    points = asarray(rng, [[float(v) for v in point] for point in (*S, *T)])
    share = asarray(rng, [[1 / len(S), 0.0]] * len(S) + [[0.0, 1 / len(T)]] * len(T))
    z = rng.standard_normal(size=(trials, m, points.shape[-1])) @ points.mT
    means = (z if linear else namespace(z).clip(z, 0.0, None)) @ share
    return [means[..., 0], means[..., 1]]


def _floats(S: Points, T: Points, m: int = 64, **_: object) -> float:
    return m * (2.0 * (len(S) + len(T)) + len(S[0]) + 4)


@kernel(floats=_floats)
def set_kernel(S: Points, T: Points, m: int = 64, *, trials: int, rng: Generator) -> Array:
    """The inner product of the sketches of two sets, means of relu(Wx) with m neurons and weights N(0, 2/m).

    S, T: points of one dimension; m >= 1. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> set_kernel([[1.0, 0.0]], [[0.0, 1.0], [1.0, 1.0]], 8, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    a, b = _sketches(rng, trials, m, S, T)
    return 2 * namespace(a).mean(a * b, axis=-1)


@kernel(floats=_floats)
def set_distance(S: Points, T: Points, m: int = 64, *, trials: int, rng: Generator) -> Array:
    """The squared distance of the sketches of two sets.

    S, T: points of one dimension; m >= 1. Returns (trials,).

    >>> import numpy as np
    >>> set_distance([[1.0, 0.0]], [[0.5, 0.0], [1.5, 0.0]], 8, trials=1, rng=np.random.default_rng(0))
    array([0.])
    """
    a, b = _sketches(rng, trials, m, S, T)
    return 2 * namespace(a).mean((a - b) ** 2, axis=-1)


@kernel(floats=_floats)
def linear_distance(S: Points, T: Points, m: int = 64, *, trials: int, rng: Generator) -> Array:
    """The squared distance of linear sketches, means of Wx with weights N(0, 1/m).

    S, T: points of one dimension; m >= 1. Returns (trials,).

    >>> import numpy as np
    >>> linear_distance([[1.0, 0.0], [-1.0, 0.0]], [[0.0, 1.0], [0.0, -1.0]], 8, trials=1, rng=np.random.default_rng(0))
    array([0.])
    """
    a, b = _sketches(rng, trials, m, S, T, linear=True)
    return namespace(a).mean((a - b) ** 2, axis=-1)


def _given_sketches(a: Array, b: Array) -> Array:
    """1 - angle/pi of two stacks of sketches: what a sign hash does, averaged over all of them."""
    xp = namespace(a)
    size = xp.sqrt(xp.sum(a * a, axis=-1) * xp.sum(b * b, axis=-1))
    return 1 - xp.acos(xp.clip(xp.sum(a * b, axis=-1) / size, -1.0, 1.0)) / math.pi


@kernel(floats=_floats)
def sketch_collision(S: Points, T: Points, m: int = 64, *, trials: int, rng: Generator) -> Array:
    """The probability, given the sketches, that a sign hash has both sets on one side.

    S, T: points of one dimension; m >= 1. Returns (trials,).

    >>> import numpy as np
    >>> bool((sketch_collision([[1.0, 0.0]], [[1.0, 1.0]], 64, trials=2, rng=np.random.default_rng(0)) > 0.5).all())
    True
    """
    return _given_sketches(*_sketches(rng, trials, m, S, T))


class Hashed(NamedTuple):
    """Share of drawn hashes that collide, and what it is on average given the sketches; each (trials,)."""

    collision: Array
    given_sketches: Array


@kernel(floats=lambda S, T, m=64, hashes=64, **_: _floats(S, T, m) + m * hashes + 4 * hashes)
def hashed_collision(S: Points, T: Points, m: int = 64, hashes: int = 64, *, trials: int, rng: Generator) -> Hashed:
    """Sign hashes of sketches, drawn.

    S, T: points of one dimension; m neurons; hashes >= 1 a trial.

    >>> import numpy as np
    >>> hashed_collision([[1.0, 0.0]], [[2.0, 0.0]], 8, 4, trials=1, rng=np.random.default_rng(0)).collision
    array([1.])
    """
    a, b = _sketches(rng, trials, m, S, T)
    xp = namespace(a)
    both = rng.standard_normal(size=(trials, hashes, m)) @ xp.stack([a, b], axis=-1)
    same = xp.astype((both[..., 0] > 0) == (both[..., 1] > 0), a.dtype)
    return Hashed(xp.mean(same, axis=-1), _given_sketches(a, b))


class Retrieved(NamedTuple):
    """Shares of queries whose nearest hash is that of their own shape, for both sketches; each (trials,)."""

    relu: Array
    linear: Array


@kernel(floats=lambda shapes, bits, m=128, points=25, **_: m * (3 + 5 * len(shapes) * points + bits))
def set_retrieval(
    shapes: Sequence[Coefficients], bits: int, m: int = 128, points: int = 25, *, trials: int, rng: Generator
) -> Retrieved:
    """Look up parabolas, seen at random points, among those of a dictionary, by the fewest differing bits.

    Each parabola of the dictionary is stored as the signs of `bits` random directions of its sketch and is asked for
    once, by points at a uniformly random t in each of `points` equal parts of [-1, 1]; of equally near ones each is
    taken to be found with equal chance.

    shapes: coefficients c of `parabola`; bits, m, points >= 1.

    >>> import numpy as np
    >>> set_retrieval([(1.0, 0.0, 0.0), (-1.0, 0.0, 0.0)], 32, trials=2, rng=np.random.default_rng(0)).relu
    array([1., 1.])
    """
    c = asarray(rng, [[float(v) for v in shape] for shape in shapes])
    left = asarray(rng, [2 * i / points - 1 for i in range(points)])
    seen = left + rng.random(size=(trials, len(shapes), points)) * (2 / points)
    weights = rng.standard_normal(size=(trials, 1, 3, m))
    hashes = rng.standard_normal(size=(trials, 1, m, bits))
    xp = namespace(seen)
    y = c[:, 0][:, None] + c[:, 1][:, None] * seen + c[:, 2][:, None] * seen * seen
    queries = xp.stack([seen, y, xp.ones_like(seen)], axis=-1)
    stored = asarray(rng, [parabola(shape, points) for shape in shapes])[None, ...]
    found = []
    for linear in (False, True):
        bit = []
        for each in (stored, queries):
            z = each @ weights
            sketch = xp.mean(z if linear else xp.clip(z, 0.0, None), axis=-2, keepdims=True)
            bit.append(1.0 - 2.0 * xp.astype(sketch @ hashes > 0, z.dtype)[..., 0, :])
        agreement = bit[1] @ bit[0].mT
        own = xp.linalg.diagonal(agreement)
        best = xp.astype(agreement == xp.max(agreement, axis=-1, keepdims=True), agreement.dtype)
        right = xp.astype(own == xp.max(agreement, axis=-1), agreement.dtype) / xp.sum(best, axis=-1)
        found.append(xp.mean(right, axis=-1))
    return Retrieved(*found)
