"""Points on spheres and tori, and their squared distances from queries."""

from __future__ import annotations

import math

from sims import arrays
from sims.arrays import Array, Generator, namespace


def on_sphere(rng: Generator, trials: int, n: int, d: int) -> Array:
    """Uniform points of the unit sphere S^d, (trials, n, d + 1)."""
    x = rng.standard_normal(size=(trials, n, d + 1))
    xp = namespace(x)
    return x / xp.sqrt(xp.sum(x * x, axis=-1, keepdims=True))


def isometry(rng: Generator, D: int, inner: int) -> Array:
    """A random D x inner matrix with orthonormal columns: one for a block of trials, as no distance depends on it."""
    if inner > D:
        raise ValueError(f"D = {D!r}: must be an integer >= {inner}, the manifold's own space")
    return arrays.haar_frames(rng, 1, D, inner)[0, ...]


def sphere_angles(queries: Array, points: Array) -> Array:
    """Geodesic distances of unit vectors, (T, q, n), by their chords in R^D."""
    xp = namespace(points)
    chord2 = 2 - 2 * (queries @ points.mT)
    return 2 * xp.asin(xp.clip(0.5 * xp.sqrt(xp.clip(chord2, 0.0, 4.0)), 0.0, 1.0))


def torus_steps(queries: Array, points: Array) -> list[Array]:
    """The shortest steps from queries (T, q, d) to points (T, n, d) of the torus [0, 1)^d: d arrays (T, q, n)."""
    xp = namespace(points)
    steps = [points[:, None, :, i] - queries[:, :, None, i] for i in range(points.shape[-1])]
    return [step - xp.round(step) for step in steps]


def squared(steps: list[Array]) -> Array:
    """Squared lengths of steps."""
    total = steps[0] * steps[0]
    for step in steps[1:]:
        total = total + step * step
    return total


def at_nearest(distances: Array, values: Array) -> Array:
    """What stands at the smallest distance along the last axis (ties have probability 0)."""
    xp = namespace(distances)
    nearest = distances <= xp.min(distances, axis=-1, keepdims=True)
    return xp.sum(xp.where(nearest, values, xp.zeros_like(values)), axis=-1)


def revolved(rng: Generator, trials: int, n: int, ratio: float) -> Array:
    """Uniform points of a torus of revolution in R^3, radii 1 and `ratio`: (trials, n, 3).

    The angle of the tube has the density 1 + ratio cos: a uniform one is reflected with probability (1 - ratio cos)/2.
    """
    draws = rng.random(size=(trials, n, 3))
    xp = namespace(draws)
    tube, around = 2 * math.pi * draws[..., 0], 2 * math.pi * draws[..., 1]
    tube = xp.where(draws[..., 2] < 0.5 * (1 + ratio * xp.cos(tube)), tube, math.pi - tube)
    radius = 1 + ratio * xp.cos(tube)
    return xp.stack([radius * xp.cos(around), radius * xp.sin(around), ratio * xp.sin(tube)], axis=-1)
