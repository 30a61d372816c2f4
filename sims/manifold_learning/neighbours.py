"""Distances from queries to their nearest neighbours: spheres and tori in R^D, a curved surface, points off a torus."""

from __future__ import annotations

import math
from typing import Annotated

from sims.arrays import Array, Generator, Positive, kernel, namespace
from sims.arrays.domain import In
from sims.manifold_learning.points import isometry, on_sphere, revolved, sphere_angles, squared, torus_steps

Tube = Annotated[float, In(0.0, 0.95, open_low=True)]


@kernel(floats=lambda n, d, D=10, queries=8, **_: 3 * n * (D + queries) + 2 * n * (d + 1))
def nn_distance_sphere(
    n: int, d: int, r: Positive = 1.0, D: int = 10, queries: int = 8, *, trials: int, rng: Generator
) -> Array:
    """Mean over queries of D^r, D the geodesic distance to the nearest of n points of S^d in R^D: (trials,).

    Points lie in R^D by a random isometry, D > d; queries share the points.

    >>> from sims.arrays import strict_rng
    >>> nn_distance_sphere(20, 2, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    frame = isometry(rng, D, d + 1)
    points = on_sphere(rng, trials, n, d) @ frame.mT
    asked = on_sphere(rng, trials, queries, d) @ frame.mT
    xp = namespace(points)
    return xp.mean(xp.min(sphere_angles(asked, points), axis=-1) ** r, axis=-1)


@kernel(floats=lambda n, d, queries=8, **_: n * d + (d + 5) * queries * n)
def nn_distance_torus(n: int, d: int, r: Positive = 1.0, queries: int = 8, *, trials: int, rng: Generator) -> Array:
    """Mean over queries of D^r, D the distance to the nearest of n points of the flat torus [0, 1)^d: (trials,).

    >>> from sims.arrays import strict_rng
    >>> nn_distance_torus(20, 2, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    points, asked = rng.random(size=(trials, n, d)), rng.random(size=(trials, queries, d))
    xp = namespace(points)
    return xp.mean(xp.min(squared(torus_steps(asked, points)), axis=-1) ** (0.5 * r), axis=-1)


@kernel(floats=lambda n, queries=8, **_: 8 * n + 6 * queries * n)
def nn_distance_surface(
    n: int, ratio: Tube, r: Positive = 1.0, queries: int = 8, *, trials: int, rng: Generator
) -> Array:
    """D^r (n pi/|M|)^(r/2) on a torus of revolution of radii 1 and `ratio`, distances in R^3: (trials,).

    >>> from sims.arrays import strict_rng
    >>> nn_distance_surface(20, 0.5, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    points, asked = revolved(rng, trials, n, ratio), revolved(rng, trials, queries, ratio)
    steps = [points[:, None, :, i] - asked[:, :, None, i] for i in range(3)]
    xp = namespace(points)
    area = 4 * math.pi**2 * ratio
    return xp.mean((xp.min(squared(steps), axis=-1) * (n * math.pi / area)) ** (0.5 * r), axis=-1)


@kernel(floats=lambda n, d, **_: 2 * n * d + 4 * n)
def log_ratios(n: int, d: int, k: int, *, trials: int, rng: Generator) -> Array:
    """Mean over j < k of log T_k/T_j, T_j the distance to neighbour j among n points of the flat torus: (trials,).

    >>> from sims.arrays import strict_rng
    >>> log_ratios(20, 2, 3, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    if not 2 <= k <= n:
        raise ValueError(f"k = {k!r}: must be an integer from 2 to n = {n}")
    points, asked = rng.random(size=(trials, n, d)), rng.random(size=(trials, 1, d))
    xp = namespace(points)
    first = xp.sort(squared(torus_steps(asked, points))[:, 0, :], axis=-1)[:, :k]
    return 0.5 * xp.mean(xp.log(first[:, k - 1 :] / first[:, : k - 1]), axis=-1)


@kernel(floats=lambda n, D, **_: 3 * n * D)
def nn_distance_noisy(
    n: int, d: int, D: int, tau: Positive, r: Positive = 1.0, *, trials: int, rng: Generator
) -> Array:
    """D^r from one query to the nearest of n points, all uniform on [0, 1)^d with noise tau in D - d directions.

    Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> nn_distance_noisy(20, 2, 5, 0.1, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    if D <= d:
        raise ValueError(f"D = {D!r}: must be an integer above d = {d}")
    points, asked = rng.random(size=(trials, n, d)), rng.random(size=(trials, 1, d))
    off = tau * (rng.standard_normal(size=(trials, n, D - d)) - rng.standard_normal(size=(trials, 1, D - d)))
    xp = namespace(points)
    distance2 = squared(torus_steps(asked, points))[:, 0, :] + xp.sum(off * off, axis=-1)
    return xp.min(distance2, axis=-1) ** (0.5 * r)
