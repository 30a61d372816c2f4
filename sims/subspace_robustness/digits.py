"""Handwritten digits as a union of subspaces, each class its leading directions, under random attacks."""

from __future__ import annotations

import functools
from typing import NamedTuple

from sims import arrays, digits
from sims.arrays import Array, Generator, NonNegative, kernel, namespace
from sims.subspaces import top_directions

EVERY = 6
"""Every sixth image is for testing."""


class DigitsProblem(NamedTuple):
    """bases: ten arrays (64, d_s), leading directions of each class; images (m, 64) and labels (m,), held out."""

    bases: list[Array]
    images: Array
    labels: Array


@functools.cache
def digits_problem(d_s: int) -> DigitsProblem:
    """Return the subspaces of the ten digits, 1 <= d_s <= 60 directions each through the origin, and test images.

    >>> digits_problem(5).images.shape
    (300, 64)
    """
    found = digits.load()
    held = arrays.host_array([i % EVERY == 0 for i in range(len(found.labels))])
    bases = []
    for k in range(10):
        own = found.images[~held & (found.labels == k)]
        bases.append(top_directions(own.T, d_s).directions)
    return DigitsProblem(bases, found.images[held], found.labels[held])


@kernel(floats=lambda d_s, **_: 4 * 300 * 64)
def accuracy_under_attack(d_s: int, norm: NonNegative, *, trials: int, rng: Generator) -> Array:
    """Share of test images whose nearest subspace is that of their digit, after an attack of random direction.

    d_s: as `digits_problem`; norm: length of the attack, in units where a pixel is from 0 to 1. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> bool(accuracy_under_attack(10, 0.0, trials=1, rng=strict_rng(0))[0] > 0.9)
    True
    """
    xp = namespace(rng)
    problem = digits_problem(d_s)
    images = arrays.asarray(rng, problem.images)
    attack = rng.standard_normal(size=(trials, *images.shape))
    moved = images + norm * attack / xp.sqrt(xp.sum(attack**2, axis=-1, keepdims=True))
    inside = xp.stack([xp.sum((moved @ arrays.asarray(rng, S)) ** 2, axis=-1) for S in problem.bases])
    right = xp.argmax(inside, axis=0) == arrays.asarray(rng, problem.labels)
    return xp.mean(xp.astype(right, xp.float64), axis=-1)
