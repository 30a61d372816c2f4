"""Hits, their mean number and coverage by all subset sums of random items; and how many items are needed."""

from __future__ import annotations

from typing import Any, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Positive, kernel
from sims.lottery_tickets import sums
from sims.lottery_tickets.sums import Dist

BLOCK = 32
"""Trials a block: beyond, the sums leave the cache."""


class Width(NamedTuple):
    """Items until a subset sum (at most `most`), or one item by itself, is within eps of the target; (trials,)."""

    subsets: Array
    single: Array


def _floats(n: int, **_: Any) -> int:
    return 8 * 2**n


@kernel(floats=_floats, block=BLOCK)
def subset_hit_prob(
    n: int, eps: Positive, z: float = 0.0, ex2: Positive = 1 / 3, *, dist: Dist = "uniform", trials: int, rng: Generator
) -> Array:
    """The share of the sign patterns of n random sizes for which a subset sum is within eps of z.

    n, eps, z: as in theory; ex2: E X^2 of the items, of law dist ("uniform", "normal" or "product" of two uniform). The
    signs of symmetric items are integrated exactly. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> subset_hit_prob(4, 0.1, 0.3, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    return sums.hit_share(sums.sizes(rng, (trials, n), dist, ex2), z, eps, rng)


@kernel(floats=_floats, block=BLOCK)
def subset_count_mean(n: int, eps: Positive, z: float, dist: Dist, *, trials: int, rng: Generator) -> Array:
    """How many of the 2^n subset sums of n random items lie within eps of z, the mean over their signs: (trials,).

    >>> from sims.arrays import strict_rng
    >>> subset_count_mean(4, 0.1, 0.3, "uniform", trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    found = sums.counts(sums.sizes(rng, (trials, n), dist), z, eps, rng)
    return arrays.namespace(found).mean(found, axis=-1)


@kernel(floats=_floats, block=BLOCK)
def subset_cover_prob(
    n: int,
    eps: Positive,
    L: NonNegative = 1.0,
    ex2: Positive = 1 / 3,
    *,
    dist: Dist = "uniform",
    trials: int,
    rng: Generator,
) -> Array:
    """The share of the sign patterns of n random sizes whose subset sums come within eps of all of [-L/2, L/2].

    Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> subset_cover_prob(4, 0.1, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    return sums.cover_share(sums.sizes(rng, (trials, n), dist, ex2), L, eps, rng)


@kernel(floats=lambda n, **_: 8 * 2 ** ((n + 1) // 2), block=256)
def subset_hit(n: int, eps: Positive, z: float, dist: Dist, *, trials: int, rng: Generator) -> Array:
    """1.0 where some subset sum of n random items is within eps of z, else 0.0; nothing integrated. Returns (trials,).

    n may be twice what `subset_hit_prob` can enumerate: halves of the items are matched.

    >>> from sims.arrays import strict_rng
    >>> subset_hit(6, 0.1, 0.3, "normal", trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    x = sums.sizes(rng, (trials, n), dist) * arrays.random_signs(rng, (trials, n))
    return sums.reached(x, z, eps)


@kernel(floats=lambda most, **_: 4 * 2**most, block=BLOCK)
def width_needed(eps: Positive, z: float, most: int, *, trials: int, rng: Generator) -> Width:
    """How many uniform items are drawn until a non-empty subset of them, or one by itself, is within eps of z.

    most: items at most of which subsets are formed, also returned where none of them hits. The single items go on to as
    many as are needed, by the inverse of their geometric law at the probability of the interval. Returns `Width`.

    >>> from sims.arrays import strict_rng
    >>> width_needed(0.1, 0.3, 8, trials=2, rng=strict_rng(0)).subsets.shape
    (2,)
    """
    x = 2 * rng.random(size=(trials, most)) - 1
    xp = arrays.namespace(x)
    reached = xp.zeros_like(x[:, :1])
    needed = xp.full((trials,), float(most), dtype=x.dtype, device=arrays.device(x))
    for i in range(most - 1):
        new = reached + x[:, i : i + 1]
        hit = xp.any(xp.abs(new - z) <= eps, axis=-1) & (needed == most)
        needed = xp.where(hit, float(i + 1), needed)
        reached = xp.concat([reached, new], axis=-1)
    share = max(0.0, min(z + eps, 1.0) - max(z - eps, -1.0)) / 2
    u = rng.random(size=(trials,))
    alone = xp.ceil(xp.log1p(-u) / xp.log1p(xp.full_like(u, -share)))
    return Width(needed, alone)
