"""Attacks on the nearest-subspace classifier, searched and tried out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, Positive, Whole, haar_frames, kernel, namespace, to_host
from sims.subspace_robustness.search import form_values, search, search_floats

Bases = Sequence[Any]


class NearestAttack(NamedTuple):
    """Length of the shortest attack found, the class it reaches, and how far it is from stationary: each (trials,)."""

    radius: Array
    nearest: Array
    residual: Array


def _forms(source: Generator | Array, bases: Bases, label: int) -> Array:
    """P_label - P_j for every other class j, (classes - 1, n, n)."""
    projectors = [S @ S.mT for S in (arrays.asarray(source, S) for S in bases)]
    own = projectors.pop(label)
    return namespace(own).stack([own - other for other in projectors])


def _nearest_class(x: Array, bases: Bases) -> int:
    inside = [namespace(x).sum((x @ arrays.asarray(x, S)) ** 2) for S in bases]
    return int(to_host(namespace(x).stack(inside)).argmax())


def _attacked(points: Array, bases: Bases, label: int, rng: Generator) -> NearestAttack:
    found = search(points, _forms(points, bases, label), rng)
    xp = namespace(points)
    best = xp.argmin(found.lengths, axis=-1)[:, None]
    radius, residual = (xp.take_along_axis(a, best, axis=-1)[:, 0] for a in (found.lengths, found.residuals))
    others = arrays.asarray(points, [float(j) for j in range(len(bases)) if j != label])
    return NearestAttack(radius, xp.take(others, best[:, 0], axis=0), residual)


def _given(x: Sequence[float], bases: Bases, trials: int, rng: Generator) -> tuple[Array, int]:
    """The point, a row a trial, and its class."""
    point = arrays.asarray(rng, x)
    return namespace(rng).broadcast_to(point, (trials, point.shape[0])), _nearest_class(point, bases)


@kernel(floats=lambda x, bases, **_: search_floats(len(x), len(bases)), block=8)
def certified_radius(x: Sequence[float], bases: Bases, *, trials: int, rng: Generator) -> NearestAttack:
    """Search the shortest attack that makes another subspace the nearest: the best of 20 random starts a class.

    Each start is moved to the shortest attack that meets the linearised constraint, half a step at a time, until what
    is left of stationarity is below 1e-11 |x|; no eigenvalue, angle or secular equation is used.

    x: (n,), in the span of one of bases, not 0; bases: arrays (n, d_i), orthonormal columns. Returns `NearestAttack`.

    >>> from sims.arrays import strict_rng
    >>> u, v = [[1.0], [0.0]], [[0.6], [0.8]]
    >>> round(float(certified_radius([2.0, 0.0], [u, v], trials=1, rng=strict_rng(0)).radius[0]), 6)
    0.894427
    """
    points, label = _given(x, bases, trials, rng)
    return _attacked(points, bases, label, rng)


@kernel(floats=lambda bases, **_: search_floats(len(bases[0]), len(bases)), block=32)
def radius_bounds(bases: Bases, label: Whole = 0, *, trials: int, rng: Generator) -> NearestAttack:
    """Search the shortest attacks on uniformly random points of length 1 of one class: radii between the two bounds.

    bases: as `certified_radius`; label: the class. Returns `NearestAttack`.

    >>> from sims.arrays import strict_rng
    >>> u, v = [[1.0], [0.0]], [[0.6], [0.8]]
    >>> radius_bounds([u, v], trials=3, rng=strict_rng(0)).radius.shape
    (3,)
    """
    xp = namespace(rng)
    own = arrays.asarray(rng, bases[label])
    coordinates = rng.standard_normal(size=(trials, own.shape[1]))
    coordinates = coordinates / xp.sqrt(xp.sum(coordinates**2, axis=-1, keepdims=True))
    return _attacked(coordinates @ own.mT, bases, label, rng)


@kernel(floats=lambda z, bases, **_: 4 * len(bases[0]) ** 2 + 4 * len(z) * len(bases[0]))
def in_certified_cone(z: Any, bases: Bases, label: Whole, *, trials: int, rng: Generator) -> Array:
    """Classify points by least squares on the columns of each basis, all of it turned at random.

    Each trial turns space and mixes the columns of every basis, so that they are orthonormal no more.

    z: (m, n); bases, label: as `radius_bounds`. Returns (trials, m): 1.0 where the label's residual is the least.

    >>> from sims.arrays import strict_rng, to_host
    >>> u, v = [[1.0], [0.0]], [[0.6], [0.8]]
    >>> to_host(in_certified_cone([[1.0, 0.4], [1.0, 1.0]], [u, v], 0, trials=1, rng=strict_rng(0)))
    array([[1., 0.]])
    """
    xp = namespace(rng)
    points = arrays.asarray(rng, z)
    turn = haar_frames(rng, trials, points.shape[1], points.shape[1])
    turned = turn @ points.mT
    outside = []
    for S in bases:
        basis = turn @ arrays.asarray(rng, S)
        d = basis.shape[-1]
        mixed = basis @ (arrays.eye(rng, d) + rng.random(size=(trials, d, d)) / (4 * d))
        fit = arrays.spd_solve(mixed.mT @ mixed, mixed.mT @ turned)
        outside.append(xp.sum((turned - mixed @ fit) ** 2, axis=-2))
    own = outside.pop(label)
    return arrays.less(own, xp.min(xp.stack(outside), axis=0))


@kernel(floats=lambda x, bases, attacks=2000, **_: search_floats(len(x), len(bases)) + 4 * attacks * len(x), block=8)
def upset(
    x: Sequence[float], bases: Bases, norm: Positive, attacks: int = 2000, *, trials: int, rng: Generator
) -> Array:
    """Whether any attack of one norm changes the class: random directions, and the nearest attacks found, rescaled.

    x, bases: as `certified_radius`; norm: of the attacks; attacks: random ones a trial. Returns (trials,), 1.0 or 0.0.

    >>> from sims.arrays import strict_rng, to_host
    >>> u, v = [[1.0], [0.0]], [[0.6], [0.8]]
    >>> to_host(upset([2.0, 0.0], [u, v], 0.89, 100, trials=1, rng=strict_rng(0)))
    array([0.])
    """
    xp = namespace(rng)
    points, label = _given(x, bases, trials, rng)
    forms = _forms(points, bases, label)
    found = search(points, forms, rng).attacks
    directions = xp.concat((rng.standard_normal(size=(trials, attacks, points.shape[1])), found), axis=1)
    moved = points[:, None, :] + norm * directions / xp.sqrt(xp.sum(directions**2, axis=-1, keepdims=True))
    # The class stands while z'(P_label - P_j)z > 0 for every j.
    least = [xp.min(form_values(forms[j, ...], moved)[0][..., 0], axis=-1) for j in range(forms.shape[0])]
    return arrays.less(xp.min(xp.stack(least), axis=0), 0.0 * points[:, 0])
