"""Distances between images of digits: how they fall with the number of images, and what their ratios say."""

from __future__ import annotations

import functools
import math
from typing import NamedTuple

from sims import arrays, digits
from sims.arrays import Array, Generator, kernel, namespace


class DigitsNeighbours(NamedTuple):
    """Mean distance to the nearest of n images, its slope from n/2 to n, the dimension that ratios tell, (trials,)."""

    distance: Array
    slope: Array
    dimension: Array


@functools.cache
def _squared_distances() -> Array:
    """Between all 1797 images, (1797, 1797)."""
    images = digits.load().images
    squares = (images * images).sum(axis=1)
    # Grey levels are multiples of 1/16: sums of their products are exact, no distance is rounding.
    return squares[:, None] + squares[None, :] - 2 * images @ images.T


@kernel(floats=lambda n, queries=50, **_: 4 * queries * n + 4000)
def digits_neighbours(n: int, queries: int = 50, k: int = 10, *, trials: int, rng: Generator) -> DigitsNeighbours:
    """Draw n images and others as queries, and measure the distances from these to their nearest of those.

    n: even, at most 1797 less the queries; k: neighbours whose ratios tell the dimension, as in `log_ratios`. Returns
    `DigitsNeighbours`: means over queries; slope is d log distance/d log n.

    >>> from sims.arrays import strict_rng
    >>> digits_neighbours(40, 10, trials=2, rng=strict_rng(0)).slope.shape
    (2,)
    """
    total = 1797
    if n % 2 or n + queries > total or n < 2 * k:
        raise ValueError(f"n = {n!r}: must be even, from 2 k = {2 * k} to {total} less the queries, {total - queries}")
    order = arrays.permutations(rng, trials, total)
    xp = namespace(order)
    place = order[:, :queries, None] * total + order[:, None, queries : queries + n]
    flat = xp.reshape(arrays.asarray(order, _squared_distances()), (-1,))
    found = xp.reshape(xp.take(flat, xp.reshape(place, (-1,))), place.shape)
    half = xp.mean(xp.sqrt(xp.min(found[..., : n // 2], axis=-1)), axis=-1)
    first = xp.sort(found, axis=-1)[..., :k]
    whole = xp.mean(xp.sqrt(first[..., 0]), axis=-1)
    ratios = 0.5 * xp.mean(xp.log(first[..., k - 1 :] / first[..., : k - 1]), axis=(-2, -1))
    return DigitsNeighbours(whole, xp.log(whole / half) / math.log(2), 1 / ratios)
