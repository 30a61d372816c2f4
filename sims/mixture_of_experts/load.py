"""Tokens that choose their experts: loads, what overflows, the heaviest; and routers whose tokens share weights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from sims import arrays, digits
from sims.arrays import Array, Generator, Whole, kernel


class Loads(NamedTuple):
    """Share dropped by a drawn router, and that of independent choices with its own mean loads, each (trials,)."""

    dropped: Array
    independent: Array


def _dropped(loads: Array, capacity: int) -> Array:
    """The mean over experts of what overflows."""
    xp = arrays.namespace(loads)
    return xp.sum(xp.clip(loads - capacity, 0.0), axis=-1)


def _choices(rng: Generator, trials: int, tokens: int, probs: Sequence[float]) -> Array:
    """Independent choices (trials, tokens): how many of the cumulated probs a uniform number passes."""
    u = rng.random(size=(trials, tokens))
    xp = arrays.namespace(u)
    choice, total = xp.zeros_like(u), 0.0
    for p in probs[:-1]:
        total += p
        choice += xp.astype(u >= total, u.dtype)
    return xp.astype(choice, xp.int64)


def _uniform_loads(rng: Generator, trials: int, tokens: int, experts: int) -> Array:
    """Loads (trials, experts) of tokens that each choose one expert at random."""
    u = rng.random(size=(trials, tokens))
    return arrays.counts(arrays.namespace(u).astype(u * experts, arrays.namespace(u).int64), experts)


@kernel(floats=lambda tokens, experts, k=1, probs=None, **_: 3 * tokens * (experts if k > 1 else 2))
def overflow_fraction(
    tokens: int,
    experts: int,
    capacity: Whole,
    k: int = 1,
    probs: Sequence[float] | None = None,
    *,
    trials: int,
    rng: Generator,
) -> Array:
    """Share of the assignments that find their expert full.

    tokens, experts, capacity: sizes; k: each token takes the k experts of highest random score; probs: (experts,),
    probabilities of its one choice (k = 1). Returns (trials,). Raises ValueError for k > experts or probs of another
    length or with k > 1.

    >>> from sims.arrays import strict_rng
    >>> overflow_fraction(16, 4, 4, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    if k > experts:
        raise ValueError(f"k = {k!r}: must be an integer from 1 to experts = {experts}")
    if probs is not None:
        if k > 1 or len(probs) != experts or abs(sum(probs) - 1) > 1e-9:
            raise ValueError(f"probs = {probs!r}: must be experts = {experts} numbers of sum 1, and k = 1")
        loads = arrays.counts(_choices(rng, trials, tokens, probs), experts)
    elif k == 1:
        loads = _uniform_loads(rng, trials, tokens, experts)
    else:
        mask = arrays.top_k_mask(rng.random(size=(trials, tokens, experts)), k)
        loads = arrays.namespace(mask).sum(mask, axis=-2)
    return _dropped(loads, capacity) / (k * tokens)


@kernel(floats=lambda tokens, experts, k=1, **_: 3 * tokens * (experts if k > 1 else 2))
def overflow_without_slack(tokens: int, experts: int, k: int = 1, *, trials: int, rng: Generator) -> Array:
    """sqrt(tokens) times the share of the assignments dropped at capacity k tokens/experts, which must be an integer.

    >>> from sims.arrays import strict_rng
    >>> overflow_without_slack(16, 4, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    if k * tokens % experts:
        raise ValueError(f"tokens = {tokens!r}: must make k tokens/experts an integer")
    dropped = overflow_fraction(tokens, experts, k * tokens // experts, k, trials=trials, rng=rng)
    return math.sqrt(tokens) * dropped


@kernel(floats=lambda tokens, **_: 4 * tokens)
def max_load_cdf(tokens: int, experts: int, C: Whole, *, trials: int, rng: Generator) -> Array:
    """1.0 where no expert gets more than C of the tokens, which choose at random; else 0.0. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> max_load_cdf(16, 4, 7, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    loads = _uniform_loads(rng, trials, tokens, experts)
    return arrays.less_equal(arrays.namespace(loads).max(loads, axis=-1), C)


@kernel(floats=lambda tokens, **_: 4 * tokens)
def max_load_mean(tokens: int, experts: int, *, trials: int, rng: Generator) -> Array:
    """The load of the heaviest expert, tokens choosing at random. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> max_load_mean(16, 4, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    loads = _uniform_loads(rng, trials, tokens, experts)
    return arrays.namespace(loads).max(loads, axis=-1)


def _spread(loads: Array, capacity: int) -> Loads:
    """Loads of a router (trials, 2, experts): of one half of tokens, and of a second, which tells its probabilities."""
    tokens = arrays.namespace(loads).sum(loads, axis=-1)
    shares = loads[:, 1, :] / tokens[:, 1, None]
    xp = arrays.namespace(loads)
    deviation = xp.sqrt(tokens[:, 0, None] * shares * (1 - shares)) + 1e-12
    mean = tokens[:, 0, None] * shares - capacity
    z = mean / deviation
    density = xp.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
    over = xp.sum(mean * arrays.normal_cdf(z) + deviation * density, axis=-1)
    return Loads(_dropped(loads[:, 0, :], capacity) / tokens[:, 0], over / tokens[:, 0])


@kernel(floats=lambda tokens, experts, d, **_: 18 * tokens * (d + experts))
def linear_router(tokens: int, experts: int, capacity: Whole, d: int, *, trials: int, rng: Generator) -> Loads:
    """A random linear router on Gaussian tokens in d dimensions: all tokens see the same weights, of unequal norms.

    Its probabilities p_i are measured on 16 times as many other tokens; `independent` is the share that independent
    choices by them would drop, loads normal. Returns `Loads`.

    >>> from sims.arrays import strict_rng
    >>> linear_router(32, 4, 8, 3, trials=2, rng=strict_rng(0)).dropped.shape
    (2,)
    """
    weights = rng.standard_normal(size=(trials, d, experts))
    scores = rng.standard_normal(size=(trials, 17 * tokens, d)) @ weights
    choice = arrays.namespace(scores).argmax(scores, axis=-1)
    first, second = (arrays.counts(part, experts) for part in (choice[:, :tokens], choice[:, tokens:]))
    return _spread(arrays.namespace(first).stack([first, second], axis=1), capacity)


@kernel(floats=lambda tokens, experts, **_: 1800 * (experts + 2))
def digits_router(tokens: int, experts: int, capacity: Whole, *, trials: int, rng: Generator) -> Loads:
    """A random linear router on handwritten digits: `tokens` drawn from the 1797 images, which are not centred.

    Its probabilities are its shares of all images. `dropped` of the tokens, with replacement; `independent` as in
    `linear_router`. Returns `Loads`.

    >>> from sims.arrays import strict_rng
    >>> digits_router(64, 4, 16, trials=2, rng=strict_rng(0)).dropped.shape
    (2,)
    """
    images = arrays.asarray(rng, digits.load().images)
    scores = images @ rng.standard_normal(size=(trials, 64, experts))
    xp = arrays.namespace(scores)
    every = xp.argmax(scores, axis=-1)
    drawn = xp.astype(rng.random(size=(trials, tokens)) * every.shape[-1], xp.int64)
    first, second = arrays.counts(xp.take_along_axis(every, drawn, axis=-1), experts), arrays.counts(every, experts)
    return _spread(xp.stack([first, second], axis=1), capacity)
