"""Edges that a mask invents between neighbours that were equal, counted."""

from __future__ import annotations

from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, Share, kernel, namespace
from sims.masks import bernoulli
from sims.transforms import Haar, haar2d, inverse_haar2d

VISIBLE = 1 / 16


class Borders(NamedTuple):
    """Shares of equal neighbours that a Haar mask parts: of those inside a constant dyadic square (NaN if there are
    none), of the others, which lie across borders of squares, and of these by 1/16 of the range or more."""

    inside: Array
    across: Array
    visible: Array


def neighbours(x: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Pairs of right and of lower neighbours in pictures (..., rows, columns)."""
    return (x[..., :, 1:], x[..., :, :-1]), (x[..., 1:, :], x[..., :-1, :])


def parted(image: Array, masked: Array, least: float) -> Array:
    """Share of the equal neighbours of `image` that differ by more than `least` in `masked`, (...)."""
    xp, edges, equal = namespace(image), 0.0, 0.0
    for (a, b), (c, d) in zip(neighbours(image), neighbours(masked), strict=True):
        same = a == b
        equal = equal + xp.sum(xp.astype(same, xp.float64), axis=(-2, -1))
        edges = edges + xp.sum(xp.astype(same & (xp.abs(c - d) > least), xp.float64), axis=(-2, -1))
    return edges / equal


@kernel(floats=lambda x, **_: 6 * x.shape[0] * x.shape[1])
def pixel_mask_new_edges(x: Array, p: Share, *, trials: int, rng: Generator) -> Array:
    """Keep each pixel with probability p and count neighbours that were equal, not 0, and are no longer equal.

    x: (rows, columns), on the host. Returns (trials,).

    >>> import numpy as np
    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(pixel_mask_new_edges(np.ones((2, 3)), 1.0, trials=2, rng=strict_rng(0)))
    array([0., 0.])
    """
    image = arrays.asarray(rng, x)
    masked = image * bernoulli(rng, (trials, *x.shape), p)
    xp, count = namespace(image), 0.0
    for (a, b), (c, d) in zip(neighbours(image), neighbours(masked), strict=True):
        count = count + xp.sum(xp.astype((a == b) & (a != 0) & (c != d), xp.float64), axis=(-2, -1))
    return count


def _inside(image: Array) -> tuple[Array, Array]:
    """1.0 at the right and the lower neighbours that lie in one constant dyadic square."""
    xp, n = namespace(image), image.shape[-1]
    right, lower = (xp.zeros_like(pair[0]) for pair in neighbours(image))
    high, low, side = image, image, 1
    place = arrays.arange(image, n - 1) + 1
    while side < n:
        side *= 2
        high = xp.maximum(xp.maximum(high[::2, ::2], high[1::2, ::2]), xp.maximum(high[::2, 1::2], high[1::2, 1::2]))
        low = xp.minimum(xp.minimum(low[::2, ::2], low[1::2, ::2]), xp.minimum(low[::2, 1::2], low[1::2, 1::2]))
        flat = xp.astype(high == low, image.dtype)
        flat = xp.repeat(xp.repeat(flat, side, axis=0), side, axis=1)
        one_block = xp.astype(place % side != 0, image.dtype)
        right = xp.maximum(right, flat[:, 1:] * one_block)
        lower = xp.maximum(lower, flat[1:, :] * one_block[:, None])
    return right, lower


def _share(part: Array, whole: Array) -> Array:
    xp = namespace(part)
    return xp.where(whole > 0, part / xp.where(whole > 0, whole, xp.ones_like(whole)), xp.nan)


@kernel(floats=lambda x, **_: 12 * len(x) ** 2)
def haar_mask_borders(x: Array, keep: Share, *, trials: int, rng: Generator) -> Borders:
    """Keep each Haar detail with probability `keep`, and count equal neighbours that come to differ.

    x: (n, n), n a power of 2, on the host. Returns fields inside, across, visible, each (trials,).

    >>> import numpy as np
    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(haar_mask_borders(np.kron(np.eye(2), np.ones((2, 2))), 0.5, trials=2, rng=strict_rng(0)).inside)
    array([0., 0.])
    """
    image = arrays.asarray(rng, x)
    details, average = haar2d(image)
    masked = tuple(level * bernoulli(rng, (trials, *level.shape), keep) for level in details)
    after = inverse_haar2d(Haar(masked, average))
    xp, counts = namespace(image), [0.0] * 5
    for (a, b), (c, d), within in zip(neighbours(image), neighbours(after), _inside(image), strict=True):
        equal, step = xp.astype(a == b, xp.float64), xp.abs(c - d)
        # Across a border equal values come by different sums: what rounding parts is no edge.
        edge = xp.astype(step > 1e-12, xp.float64)
        clear = xp.astype(step >= VISIBLE, xp.float64)
        parts = (within, equal - within, edge * within, edge * (equal - within), clear * (equal - within))
        counts = [k + xp.sum(part, axis=(-2, -1)) for k, part in zip(counts, parts, strict=True)]
    within, across, *edges = counts
    return Borders(_share(edges[0], within), _share(edges[1], across), _share(edges[2], across))
