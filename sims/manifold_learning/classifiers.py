"""One nearest neighbour as classifier and as regression, without label noise."""

from __future__ import annotations

import math
from typing import NamedTuple

from sims.arrays import Array, Generator, Positive, Whole, kernel, namespace
from sims.manifold_learning.points import at_nearest, on_sphere, sphere_angles, squared, torus_steps


class SmoothTasks(NamedTuple):
    """sqrt(n) times the error with a disc as class, n times the squared error for a plane wave, each (trials,)."""

    disc: Array
    wave: Array


@kernel(floats=lambda n, d, queries=16, **_: n * d + (d + 4) * queries * n)
def one_nn_error_torus(n: int, d: int, queries: int = 16, *, trials: int, rng: Generator) -> Array:
    """Share of queries whose nearest of n points has another label x_1 < 1/2, on the flat torus: (trials,).

    >>> from sims.arrays import strict_rng
    >>> one_nn_error_torus(20, 2, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    points, asked = rng.random(size=(trials, n, d)), rng.random(size=(trials, queries, d))
    xp = namespace(points)
    other = (points[:, None, :, 0] < 0.5) != (asked[:, :, None, 0] < 0.5)
    return xp.mean(at_nearest(squared(torus_steps(asked, points)), xp.astype(other, xp.float64)), axis=-1)


@kernel(floats=lambda n, d, queries=16, **_: 2 * n * (d + 1) + 5 * queries * n)
def one_nn_error_sphere(n: int, d: int, queries: int = 16, *, trials: int, rng: Generator) -> Array:
    """Share of queries whose nearest of n points lies in the other hemisphere of S^d: (trials,).

    >>> from sims.arrays import strict_rng
    >>> one_nn_error_sphere(20, 2, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    points, asked = on_sphere(rng, trials, n, d), on_sphere(rng, trials, queries, d)
    xp = namespace(points)
    other = (points[:, None, :, 0] < 0) != (asked[:, :, None, 0] < 0)
    return xp.mean(at_nearest(sphere_angles(asked, points), xp.astype(other, xp.float64)), axis=-1)


@kernel(floats=lambda n, **_: 5 * n)
def one_nn_mse_circle(n: int, *, trials: int, rng: Generator) -> Array:
    """Squared error of one nearest neighbour for sin(2 pi x) on the circle, integrated over query and phase: (trials,).

    A gap g between neighbours gives g - sin(pi g)/pi.

    >>> from sims.arrays import strict_rng
    >>> one_nn_mse_circle(20, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    points = rng.random(size=(trials, n))
    xp = namespace(points)
    points = xp.sort(points, axis=-1)
    gaps = xp.concat([points[:, 1:] - points[:, :-1], points[:, :1] + 1 - points[:, -1:]], axis=-1)
    return xp.sum(gaps - xp.sin(math.pi * gaps) / math.pi, axis=-1)


@kernel(floats=lambda n, d, queries=16, **_: 2 * n * d + (d + 6) * queries * n)
def one_nn_mse_torus(n: int, d: int, queries: int = 16, *, trials: int, rng: Generator) -> Array:
    """Squared error of one nearest neighbour for sum_i sin(2 pi x_i) on the flat torus, mean over queries: (trials,).

    >>> from sims.arrays import strict_rng
    >>> one_nn_mse_torus(20, 2, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    points, asked = rng.random(size=(trials, n, d)), rng.random(size=(trials, queries, d))
    xp = namespace(points)
    known = xp.sum(xp.sin(2 * math.pi * points), axis=-1)
    off = known[:, None, :] - xp.sum(xp.sin(2 * math.pi * asked), axis=-1)[:, :, None]
    return xp.mean(at_nearest(squared(torus_steps(asked, points)), off * off), axis=-1)


@kernel(floats=lambda n, queries=8, **_: 2 * n + 8 * queries * n)
def smooth_tasks(
    n: int, radius: Positive, k1: Whole, k2: Whole, queries: int = 8, *, trials: int, rng: Generator
) -> SmoothTasks:
    """Errors of one nearest neighbour on the flat torus of two dimensions, scaled by their rates.

    The classes are a disc of the radius (below 1/4) and the rest, its place averaged over: twice what two discs a step
    apart do not share. The function is sin 2 pi (k_1 x_1 + k_2 x_2), k_1, k_2 >= 0, its phase averaged over.

    Returns `SmoothTasks`.

    >>> from sims.arrays import strict_rng
    >>> smooth_tasks(20, 0.2, 1, 2, trials=3, rng=strict_rng(0)).wave.shape
    (3,)
    """
    if radius >= 0.25:
        raise ValueError(f"radius = {radius!r}: must be a number below 1/4")
    points, asked = rng.random(size=(trials, n, 2)), rng.random(size=(trials, queries, 2))
    xp = namespace(points)
    steps = torus_steps(asked, points)
    distance2 = squared(steps)
    v = xp.clip(xp.sqrt(xp.min(distance2, axis=-1)), 0.0, 2 * radius)
    shared = 2 * radius**2 * xp.acos(v / (2 * radius)) - 0.5 * v * xp.sqrt(4 * radius**2 - v * v)
    phase = at_nearest(distance2, k1 * steps[0] + k2 * steps[1])
    disc = 2 * (math.pi * radius**2 - shared)
    wave = 1 - xp.cos(2 * math.pi * phase)
    return SmoothTasks(math.sqrt(n) * xp.mean(disc, axis=-1), n * xp.mean(wave, axis=-1))
