"""Which weights to remove, every set tried by refitting: all sets, one weight at a time, exchanges, simple rules."""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, kernel, namespace
from sims.iterate import until
from sims.pruning.problems import correlate
from sims.pruning.removal import quadratic, refitted

_GAIN = 1e-12


class Removal(NamedTuple):
    """Weights removed as 1.0 (trials, ..., p), and the loss of refitting without them (trials, ...)."""

    S: Array
    loss: Array


class Rules(NamedTuple):
    """Logarithms of the loss of each rule's set over the least of all sets, and two ratios, each (trials,).

    over_greedy: loss after exchanges over that of greedy; best_over: least of all sets over the least of the rules.
    """

    magnitude: Array
    damage: Array
    single: Array
    greedy: Array
    swap: Array
    over_greedy: Array
    best_over: Array


def losses(H: Array, w: Array, removed: Array) -> Array:
    """Refitting losses (..., m) of m sets (..., m, p) of each problem."""
    H, w = H[..., None, :, :], w[..., None, :]
    return quadratic(H, refitted(H, w + 0 * removed, removed) - w)


def _take(masks: Array, best: Array) -> Array:
    xp = namespace(masks)
    return xp.take_along_axis(masks, best[..., None, None], axis=-2)[..., 0, :]


def _lowest(H: Array, w: Array, masks: Array, valid: Array | None = None) -> Removal:
    xp = namespace(H)
    cost = losses(H, w, masks)
    cost = cost if valid is None else xp.where(valid, cost, math.inf)
    best = _take(xp.broadcast_to(masks, (*cost.shape, w.shape[-1])), xp.argmin(cost, axis=-1))
    return Removal(best, xp.min(cost, axis=-1))


def all_sets(H: Array, w: Array, k: int) -> Removal:
    """The best of all sets of k."""
    p = H.shape[-1]
    sets = [[float(i in S) for i in range(p)] for S in itertools.combinations(range(p), k)]
    xp = namespace(H)
    masks = xp.broadcast_to(arrays.asarray(H, sets), (*w.shape[:-1], len(sets), p))
    return _lowest(H, w, masks)


def one_by_one(H: Array, w: Array, k: int) -> Removal:
    """k removals, each the one after which refitting leaves the least loss."""
    each = arrays.eye(H, H.shape[-1])
    removed = 0 * w
    found = Removal(removed, removed[..., 0])
    for _ in range(k):
        free = found.S == 0
        masks = namespace(H).clip(found.S[..., None, :] + each, 0.0, 1.0)
        found = _lowest(H, w, masks, free)
    return found


class _Exchange(NamedTuple):
    """The sets reached (problems, p), their losses, and 1.0 where the last exchange was worth it (problems,)."""

    S: Array
    loss: Array
    gained: Array


def exchanged(H: Array, w: Array, start: Removal) -> Removal:
    """Best-improving exchanges of one weight in and one out, until none lowers the loss by a share of 1e-12.

    H: (problems, p, p), w: (problems, p). The loss is NaN where that takes more than 10 p exchanges.
    """
    xp, p = namespace(H), H.shape[-1]
    each = arrays.eye(H, p)
    swaps = xp.reshape(each[None, :, :] - each[:, None, :], (p * p, p))  # out i, in j

    def step(now: _Exchange) -> _Exchange:
        inside, outside = now.S == 1, now.S == 0
        valid = xp.reshape(inside[..., :, None] & outside[..., None, :], (*w.shape[:-1], p * p))
        best = _lowest(H, w, xp.clip(now.S[..., None, :] + swaps, 0.0, 1.0), valid)
        better = now.loss - best.loss > _GAIN * now.loss
        return _Exchange(
            xp.where(better[..., None], best.S, now.S),
            xp.where(better, best.loss, now.loss),
            xp.where(better, 1.0, 0.0 * now.loss),
        )

    end, gained = until(step, _Exchange(*start, 1.0 + 0 * start.loss), lambda now: now.gained, 0.0, 10 * p, every=1)
    return Removal(end.S, xp.where(gained == 0, end.loss, math.nan))


def _placed(rng: Generator, H: Array, w: Array, k: int, trials: int) -> tuple[Array, Array]:
    if not k <= w.shape[-1]:
        raise ValueError(f"k = {k!r}: must be an integer from 1 to {w.shape[-1]}, the number of weights")
    w = arrays.asarray(rng, w)
    lead = arrays.zeros(rng, (trials, *(1,) * w.ndim))
    return arrays.asarray(rng, H) + lead[..., None], w + lead


@kernel(floats=lambda H, w, k: 6 * math.comb(H.shape[-1], k) * H.size)
def joint_optimum(H: Array, w: Array, k: int, *, trials: int, rng: Generator) -> Removal:
    """Refit without each of the sets of k weights, and keep the cheapest. Returns `Removal`, all trials equal.

    >>> from sims.arrays import host_array, strict_rng
    >>> H, w = host_array([[2.0, 1.0], [1.0, 2.0]]), host_array([1.0, -1.5])
    >>> float(joint_optimum(H, w, 1, trials=1, rng=strict_rng(0)).loss[0])
    0.75
    """
    return all_sets(*_placed(rng, H, w, k, trials), k)


@kernel(floats=lambda H, w, k: 6 * H.shape[-1] * H.size)
def greedy_obs(H: Array, w: Array, k: int, *, trials: int, rng: Generator) -> Removal:
    """Remove one weight at a time, each time trying all by refitting. Returns `Removal`, all trials equal.

    >>> from sims.arrays import host_array, strict_rng
    >>> H, w = host_array([[2.0, 1.0], [1.0, 2.0]]), host_array([1.0, -1.5])
    >>> float(greedy_obs(H, w, 1, trials=1, rng=strict_rng(0)).loss[0])
    0.75
    """
    return one_by_one(*_placed(rng, H, w, k, trials), k)


@kernel(floats=lambda H, w, k: 6 * H.shape[-1] ** 2 * H.size)
def swap_search(H: Array, w: Array, k: int, *, trials: int, rng: Generator) -> Removal:
    """Best-improving exchanges from the set of `greedy_obs`, by refitting. Returns `Removal`, all trials equal.

    >>> from sims.arrays import host_array, strict_rng
    >>> H, w = host_array([[2.0, 1.0], [1.0, 2.0]]), host_array([1.0, -1.5])
    >>> float(swap_search(H, w, 1, trials=1, rng=strict_rng(0)).loss[0])
    0.75
    """
    H, w = _placed(rng, H, w, k, trials)
    return exchanged(H, w, one_by_one(H, w, k))


@kernel(floats=lambda n, p, k, r: n * p + 4 * max(math.comb(p, k), p * p) * p * p)
def rules(n: int, p: int, k: int, r: NonNegative, *, trials: int, rng: Generator) -> Rules:
    """Choose k of p Gaussian weights by five rules on n rows of correlation r^|i-j|, and refit without them.

    magnitude |w_q|, damage H_qq w_q^2, single w_q^2/[H^-1]_qq, greedy, swap: logarithm of the loss over that of the
    best of all sets. Returns `Rules`.

    >>> from sims.arrays import strict_rng
    >>> rules(8, 4, 2, 0.5, trials=2, rng=strict_rng(0)).swap.shape
    (2,)
    """
    if n < p:
        raise ValueError(f"n = {n!r}: must be an integer >= p = {p}")
    if k > p:
        raise ValueError(f"k = {k!r}: must be an integer from 1 to p = {p}")
    if r >= 1:
        raise ValueError(f"r = {r!r}: must be a real number in [0, 1)")
    x, w = correlate(rng.standard_normal(size=(trials, n, p)), r), rng.standard_normal(size=(trials, p))
    xp, H = namespace(x), x.mT @ x / n
    inverse = arrays.spd_inverse(H)
    size = w * w
    scores = (size, xp.linalg.diagonal(H) * size, size / xp.linalg.diagonal(inverse))
    best, greedy = all_sets(H, w, k).loss, one_by_one(H, w, k)
    swap = exchanged(H, w, greedy).loss
    simple = [losses(H, w, arrays.top_k_mask(-score, k)[:, None, :])[:, 0] for score in scores]
    tried = (*simple, greedy.loss, swap)
    least = xp.min(xp.stack(tried, axis=0), axis=0)
    magnitude, damage, single, one, two = (xp.log(loss / best) for loss in tried)
    return Rules(magnitude, damage, single, one, two, swap / greedy.loss, best / least)
