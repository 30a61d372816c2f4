"""Masks that drop k of their s weights a round and grow k others, at random or by the quadratic model's gradients."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, Positive, Share, Whole, kernel
from sims.masks import fixed_count

Rule = Literal["random", "smallest", "newest"]


def check_sizes(N: int, s: int, k: int, include_pruned: bool) -> None:
    """Refuse sizes at which a round cannot be done."""
    if s > N:
        raise ValueError(f"s = {s!r}: must be an integer from 1 to N = {N}")
    if k > s:
        raise ValueError(f"k = {k!r}: must be an integer from 1 to s = {s}")
    if not include_pruned and k > N - s:
        raise ValueError(f"k = {k!r}: must be an integer from 1 to N - s = {N - s}, as dropped weights may not return")


def exchange(mask: Array, size: Array, score: Array, s: int, k: int, include_pruned: bool) -> Array:
    """One round: of the s active weights the k of smallest `size` go, k others of largest `score` come; both >= 0.

    mask, size, score: (..., N); with include_pruned the weights just dropped are among the candidates.
    """
    xp = arrays.namespace(mask)
    kept = arrays.top_k_mask(xp.where(mask == 1, size, -1.0), s - k)
    taken = kept if include_pruned else mask
    return kept + arrays.top_k_mask(xp.where(taken == 1, -1.0, score), k)


def _explored(rng: Generator, trials: int, N: int, s: int, k: int, t: int, include_pruned: bool, drop: Rule) -> Array:
    """Share of weights ever active in t rounds of random regrowth, (trials,)."""
    check_sizes(N, s, k, include_pruned)
    mask = fixed_count(rng, trials, N, s)
    xp = arrays.namespace(mask)
    ever, age, size = mask, mask, rng.random(size=(trials, N))
    for _ in range(t):
        if drop != "smallest":
            size = rng.random(size=(trials, N))
        order = size + age if drop == "newest" else size
        mask = exchange(mask, order, rng.random(size=(trials, N)), s, k, include_pruned)
        ever, age = xp.maximum(ever, mask), (age + 1) * mask
    return xp.mean(ever, axis=-1)


@kernel(floats=lambda N, **_: 10 * N)
def set_explored_rate(
    N: int, s: int, k: int, t: Whole, include_pruned: bool = True, drop: Rule = "random", *, trials: int, rng: Generator
) -> Array:
    """Share of N weights ever active after t rounds, each dropping k of s and growing k by random scores.

    include_pruned: whether those just dropped may return at once; drop: which go, random ones, the smallest of fixed
    sizes, or those that came last. Returns (trials,). Raises ValueError for k > s, s > N, and k > N - s if excluded.

    >>> from sims.arrays import strict_rng
    >>> set_explored_rate(10, 5, 2, 3, trials=4, rng=strict_rng(0)).shape
    (4,)
    """
    return _explored(rng, trials, N, s, k, t, include_pruned, drop)


@kernel(floats=lambda N, copies=16, **_: 10 * N * copies)
def set_explored_var(
    N: int, s: int, k: int, t: Whole, include_pruned: bool = True, copies: int = 16, *, trials: int, rng: Generator
) -> Array:
    """Variance of the share explored, from `copies` >= 2 independent runs a trial (over copies - 1: unbiased).

    Arguments as in `set_explored_rate`, random drops. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> set_explored_var(10, 5, 2, 3, copies=4, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    if copies < 2:
        raise ValueError(f"copies = {copies!r}: must be an integer >= 2")
    shares = _explored(rng, trials * copies, N, s, k, t, include_pruned, "random")
    xp = arrays.namespace(shares)
    return xp.var(xp.reshape(shares, (trials, copies)), axis=-1, correction=1)


def _loss(mask: Array, target: Array) -> Array:
    """Loss per parameter of the quadratic model where active weights have converged to their targets."""
    xp = arrays.namespace(mask)
    gap = mask * target - target
    return xp.mean(gap * gap, axis=-1) / 2


class Trajectory(NamedTuple):
    """Loss per parameter after the last round, and the mean square of the targets, each (trials,)."""

    loss: Array
    energy: Array


@kernel(floats=lambda N=1000, **_: 8 * N, seconds=lambda t, N=1000, **_: 4e-8 * N * (t + 1))
def set_loss(S: Share, zeta: Positive, t: Whole, N: int = 1000, *, trials: int, rng: Generator) -> Trajectory:
    """Loss per parameter of the quadratic model after t rounds: smallest dropped, random ones grown, dropped ones too.

    Targets are independent N(0, 1), active weights are at their targets. (1 - S) N and zeta (1 - S) N must be whole
    numbers, the latter at least 1; zeta <= 1. Returns `Trajectory`. Raises ValueError outside these domains.

    >>> from sims.arrays import strict_rng
    >>> set_loss(0.5, 0.5, 2, 8, trials=3, rng=strict_rng(0)).loss.shape
    (3,)
    """
    s, k = round((1 - S) * N), round(zeta * (1 - S) * N)
    if abs(s - (1 - S) * N) > 1e-6 or abs(k - zeta * (1 - S) * N) > 1e-6:
        raise ValueError(f"N = {N!r}: must make (1 - S) N = {(1 - S) * N:g} and zeta (1 - S) N whole numbers")
    if not 1 <= k <= s:
        raise ValueError(f"zeta = {zeta!r}: must be a number in (0, 1] with zeta (1 - S) N >= 1")
    target = rng.standard_normal(size=(trials, N))
    mask = fixed_count(rng, trials, N, s)
    xp = arrays.namespace(target)
    for _ in range(t):
        mask = exchange(mask, xp.abs(mask * target), rng.random(size=(trials, N)), s, k, include_pruned=True)
    return Trajectory(_loss(mask, target), xp.mean(target * target, axis=-1))


class Regrown(NamedTuple):
    """What gradients explored and where they end, each (trials,); the ends are those of the last two rounds.

    explored: share ever active; rounds: how many until the support repeats itself every two rounds; loss: mean of the
    last two losses per parameter; energy: mean square target; balance: that loss over the mean loss of the s best
    weights and of ranks 1..s-k, s+1..s+k; regret: the larger of the two over the least possible; outside: weights
    grown beyond the s + k best (s, if included); missed: weights of these never active; unsettled: entries of the last
    mask that differ from those two rounds before.
    """

    explored: Array
    rounds: Array
    loss: Array
    energy: Array
    balance: Array
    regret: Array
    outside: Array
    missed: Array
    unsettled: Array


@kernel(floats=lambda N, s, k, **_: (16 + min(s, N - s) / k) * N, seconds=lambda N, s, k, **_: 4e-8 * N * (s / k + 4))
def gradient_regrowth(N: int, s: int, k: int, include_pruned: bool = False, *, trials: int, rng: Generator) -> Regrown:
    """Rounds of the quadratic model that drop the k smallest weights and grow the k of largest gradient.

    The gradient is w - w* with w = w* on the support: taken before dropping it vanishes on what is just dropped, which
    so cannot return; with include_pruned it is taken after. Targets w* are independent N(0, 1), the first mask is
    random; ceil(min(s, N - s)/k) + 4 rounds. Returns `Regrown`. Raises ValueError as `set_explored_rate`.

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(gradient_regrowth(20, 6, 2, trials=2, rng=strict_rng(0)).outside)
    array([0., 0.])
    """
    check_sizes(N, s, k, include_pruned)
    target = rng.standard_normal(size=(trials, N))
    first = mask = fixed_count(rng, trials, N, s)
    xp = arrays.namespace(target)
    masks = [mask]
    for _ in range(-(-min(s, N - s) // k) + 4):
        # After the drop every candidate is at 0, so that its gradient is w*; before, what is dropped has none.
        gradient = xp.abs(target if include_pruned else mask * target - target)
        mask = exchange(mask, xp.abs(mask * target), gradient, s, k, include_pruned)
        masks.append(mask)
    return _ends(masks, first, target, s, k, include_pruned)


def _ends(masks: list[Array], first: Array, target: Array, s: int, k: int, include_pruned: bool) -> Regrown:
    xp = arrays.namespace(target)
    ever = first
    for mask in masks[1:]:
        ever = xp.maximum(ever, mask)
    moved = [xp.sum(xp.abs(new - old), axis=-1) for new, old in zip(masks[2:], masks, strict=False)]
    rounds = xp.sum(xp.astype(xp.stack(moved) > 0, xp.float64), axis=0)
    size = xp.abs(target)
    reached = arrays.top_k_mask(size, s if include_pruned else s + k)
    best = arrays.top_k_mask(size, s)
    other = arrays.top_k_mask(size, s - k) + (arrays.top_k_mask(size, min(s + k, size.shape[-1])) - best)
    last, before = _loss(masks[-1], target), _loss(masks[-2], target)
    least = _loss(best, target)
    ends = least if include_pruned else (least + _loss(other, target)) / 2
    loss = (last + before) / 2
    return Regrown(
        xp.mean(ever, axis=-1), rounds, loss, xp.mean(target * target, axis=-1), loss / ends,
        xp.maximum(last, before) / least, xp.sum((ever - first) * (1 - reached), axis=-1),
        xp.sum((1 - ever) * reached, axis=-1), moved[-1],
    )  # fmt: skip
