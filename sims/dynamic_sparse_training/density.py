"""Densities of layers by bisection, and the units that random masks leave without input."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, Share, Whole, kernel
from sims.masks import bernoulli, fixed_count

Shapes = Sequence[Sequence[int]]


def _scores(shapes: Shapes, kernel: bool) -> list[float]:
    used = [shape if kernel else shape[-2:] for shape in shapes]
    return [sum(shape) / math.prod(shape) for shape in used]


def _check(shapes: Shapes, density: float) -> None:
    if not shapes or any(len(shape) < 2 or min(shape) < 1 for shape in shapes):
        raise ValueError(f"shapes = {shapes!r}: must be a non-empty list of shapes (k_1, ..., n_in, n_out)")
    if not 0 < density <= 1:
        raise ValueError(f"density = {density!r}: must be a real number in (0, 1]")


def erk_densities(shapes: Shapes, density: float, kernel: bool = True) -> list[float]:
    """Density min(1, eps r_l) of each layer, eps by bisection on the number of weights kept.

    shapes: (k_1, ..., n_in, n_out) a layer; density: share of all weights kept, in (0, 1]; r_l: the sum over the
    product of a layer's dimensions, without those of its kernels if `kernel` is False.

    >>> [round(d, 4) for d in erk_densities([(3, 3, 3, 64), (3, 3, 64, 128), (3, 3, 128, 256), (256, 10)], 0.1)]
    [1.0, 0.1507, 0.0742, 1.0]
    """
    _check(shapes, density)
    raw, sizes = _scores(shapes, kernel), [math.prod(shape) for shape in shapes]
    wanted = density * sum(sizes)
    low, high = 0.0, 1 / min(raw)
    for _ in range(100):
        middle = (low + high) / 2
        total = math.fsum(min(1.0, middle * r) * n for r, n in zip(raw, sizes, strict=True))
        low, high = (middle, high) if total < wanted else (low, middle)
    return [min(1.0, high * r) for r in raw]


class Densities(NamedTuple):
    """Densities of the layers (trials, layers), the share of all weights kept, and the largest relative difference of
    density over score between layers that are not dense, each (trials,)."""

    densities: Array
    total: Array
    unequal: Array


@kernel(floats=lambda shapes, **_: 4 * len(shapes), seconds=1e-4, block=16)
def erk_layers(shapes: Shapes, density: float, kernel: bool = True, *, trials: int, rng: Generator) -> Densities:
    """What `erk_densities` gives, the layers taken in a random order in each trial. Returns `Densities`.

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(erk_layers([(3, 4), (2, 5)], 1.0, trials=1, rng=strict_rng(0)).total)
    array([1.])
    """
    _check(shapes, density)
    orders = arrays.to_host(arrays.permutations(rng, trials, len(shapes))).tolist()
    rows, totals, ratios = [], [], []
    for order in orders:
        found = erk_densities([shapes[l] for l in order], density, kernel)
        own = [found[order.index(l)] for l in range(len(shapes))]
        weights = [math.prod(shape) for shape in shapes]
        level = [d / r for d, r in zip(own, _scores(shapes, kernel), strict=True) if d < 1] or [1.0]
        rows.append(own)
        totals.append(math.fsum(d * n for d, n in zip(own, weights, strict=True)) / sum(weights))
        ratios.append(max(level) / min(level) - 1)
    return Densities(arrays.asarray(rng, rows), arrays.asarray(rng, totals), arrays.asarray(rng, ratios))


@kernel(floats=lambda n_in, n_out, **_: 3 * n_in * n_out)
def dead_unit_fraction(
    n_in: int,
    n_out: int,
    density: Share | None = None,
    count: Whole | None = None,
    *,
    trials: int,
    rng: Generator,
) -> Array:
    """Share of output units whose inputs a random mask all removes; exactly one of density and count is given.

    density: probability of an entry to be kept; count: number of entries kept, at random places. Returns (trials,).

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(dead_unit_fraction(4, 3, count=0, trials=2, rng=strict_rng(0)))
    array([1., 1.])
    """
    if (density is None) == (count is None):
        raise ValueError(f"density = {density!r}: must be given, or count (= {count!r}), but not both")
    N = n_in * n_out
    if density is not None:
        mask = bernoulli(rng, (trials, N), density)
    elif count is not None and count <= N:
        mask = fixed_count(rng, trials, N, count)
    else:
        raise ValueError(f"count = {count!r}: must be an integer from 0 to n_in n_out = {N}")
    xp = arrays.namespace(mask)
    inputs = xp.sum(xp.reshape(mask, (trials, n_in, n_out)), axis=-2)
    return xp.mean(xp.astype(inputs == 0, xp.float64), axis=-1)
