"""Shared directions found as the leading singular vectors of T noisy estimates of tasks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Positive, kernel
from sims.subspaces import top_directions


def _gram_floats(d: int, T: int, **_: Any) -> float:
    return 3 * d * T + 3 * min(d, T) ** 2


def noisy_estimates(rng: Generator, trials: int, s: Sequence[float], tau2: float, d: int, T: int) -> Array:
    """B W + E (trials, d, T) with singular values s along the first coordinates: E is the same in all directions."""
    if len(s) > min(d, T):
        raise ValueError(f"s = {s!r}: must be at most min(d, T) = {min(d, T)} numbers")
    noise = rng.standard_normal(size=(trials, d, T))
    xp = arrays.namespace(noise)
    row = arrays.asarray(rng, [float(value) for value in s] + [0.0] * (T - len(s)))
    shared = xp.eye(d, T, dtype=noise.dtype, device=arrays.device(rng)) * row
    return shared + math.sqrt(tau2) * noise


def kept(estimates: Array, k: int) -> Array:
    """Squared length of the projections of the first k coordinates on the k leading directions, (.., k)."""
    directions = top_directions(estimates, k).directions
    return arrays.namespace(directions).sum(directions[..., :k, :] ** 2, axis=-1)


@kernel(floats=_gram_floats)
def subspace_alignment(s: Sequence[float], tau2: Positive, d: int, T: int, *, trials: int, rng: Generator) -> Array:
    """How much of each shared direction the k leading directions of B W + E keep, squared.

    s: the k singular values of B W, >= 0, descending; tau2 > 0: variance of the entries of E; d, T: dimensions and
    tasks, at least k. Returns (trials, k).

    >>> from sims.arrays import strict_rng
    >>> subspace_alignment([30.0, 15.0], 1.0, 20, 10, trials=3, rng=strict_rng(0)).shape
    (3, 2)
    """
    return kept(noisy_estimates(rng, trials, s, tau2, d, T), len(s))


@kernel(floats=_gram_floats)
def representation_error(
    theta_coords: Sequence[float], s: Sequence[float], tau2: Positive, d: int, T: int, *, trials: int, rng: Generator
) -> Array:
    """What the k leading directions of B W + E leave out of the target, squared.

    theta_coords: coordinates of the target along the left singular vectors of B W; the rest as `subspace_alignment`.
    Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> representation_error([1.0, 0.5], [30.0, 15.0], 1.0, 20, 10, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    if len(theta_coords) != len(s):
        raise ValueError(f"theta_coords = {theta_coords!r}: must be {len(s)} numbers, one for each of s")
    directions = top_directions(noisy_estimates(rng, trials, s, tau2, d, T), len(s)).directions
    target = arrays.asarray(rng, [[float(a)] for a in theta_coords] + [[0.0]] * (d - len(s)))
    return left_out(directions, target)


def left_out(directions: Array, targets: Array) -> Array:
    """Sum of the squares of what targets (.., d, m) have outside the columns of directions (.., d, k), (..)."""
    outside = targets - directions @ (directions.mT @ targets)
    return arrays.namespace(outside).sum(outside**2, axis=(-2, -1))


@kernel(floats=lambda n1, d, T, **_: T * d * (n1 + d + 2) + 3 * min(d, T) ** 2)
def least_squares_alignment(
    s: Sequence[float], sigma2: NonNegative, n1: int, d: int, T: int, *, trials: int, rng: Generator
) -> Array:
    """`subspace_alignment` when each task is really fitted: least squares on n1 samples of its own Gaussian design.

    Every task has its share of each direction: the right singular vectors are uniformly random.

    s: as there; sigma2 >= 0: label noise; n1 >= d: samples a task; d, T: dimensions and tasks. Returns (trials, k).

    >>> from sims.arrays import strict_rng
    >>> least_squares_alignment([9.0, 5.0], 1.0, 24, 8, 4, trials=3, rng=strict_rng(0)).shape
    (3, 2)
    """
    k = len(s)
    if n1 < d:
        raise ValueError(f"n1 = {n1!r}: must be an integer >= d = {d}")
    if k > min(d, T):
        raise ValueError(f"s = {s!r}: must be at most min(d, T) = {min(d, T)} numbers")
    right = arrays.haar_frames(rng, trials, T, k) * arrays.asarray(rng, [float(value) for value in s])
    xp = arrays.namespace(right)
    tasks = xp.concat([right, arrays.zeros(rng, (trials, T, d - k))], axis=-1)[..., None]
    x = rng.standard_normal(size=(trials, T, n1, d))
    y = x @ tasks + math.sqrt(sigma2) * rng.standard_normal(size=(trials, T, n1, 1))
    found = arrays.spd_solve(x.mT @ x, x.mT @ y)[..., 0]
    return kept(found.mT, k)


@kernel(floats=lambda d, T, **_: 4 * d * T + 3 * min(d, T) ** 2)
def representation_rate(k: int, d: int, n1: int, T: int, sigma2: NonNegative, *, trials: int, rng: Generator) -> Array:
    """What the k leading directions leave out of a target that is like its sources: E ww' = WW'/T, integrated.

    W is drawn anew with N(0, 1) entries; orthogonal designs.

    k <= min(d, T): dimensions; n1: samples a source task; T: source tasks; sigma2 >= 0. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> representation_rate(2, 6, 40, 8, 1.0, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    if k > min(d, T):
        raise ValueError(f"k = {k!r}: must be an integer <= min(d, T) = {min(d, T)}")
    weights = rng.standard_normal(size=(trials, k, T))
    xp = arrays.namespace(weights)
    tasks = xp.concat([weights, arrays.zeros(rng, (trials, d - k, T))], axis=-2)
    noise = math.sqrt(sigma2 / n1) * rng.standard_normal(size=(trials, d, T))
    return left_out(top_directions(tasks + noise, k).directions, tasks) / T
