"""Layers under SGD with weight decay: what stands beyond the rank of the last batches; adversaries and trained nets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Positive, Whole, kernel
from sims.dense_nets import initialise, train
from sims.square_loss_dynamics.balance import problem
from sims.stacks import norm
from sims.subspaces import haar_orthogonal

Schedule = Literal["apart", "still", "fresh"]
_LARGE = 10.0


class Tails(NamedTuple):
    """(trials,): tail, (sum over i > mB of sigma_i^2)^(1/2); spectral, sigma_(mB+1), for a start whose largest singular
    value is norm_past; narrow, the tail beyond rank m."""

    tail: Array
    spectral: Array
    narrow: Array


class TrainedTails(NamedTuple):
    """(trials, at): tail over |W_(t-m)|_F and sigma_(mB+1) over sigma_1(W_(t-m)); relative, tail over |W_t|_F."""

    tail: Array
    spectral: Array
    relative: Array


class StableRanks(NamedTuple):
    """(trials,): |W|_F^2/sigma_1^2 of the second layer at the end, and the loss before the last step."""

    stable_rank: Array
    loss: Array


def _beyond(values: Array, k: int) -> Array:
    """The norm of singular values (..., n) from the (k+1)-th on."""
    xp = arrays.namespace(values)
    return xp.sqrt(xp.sum(values[..., k:] ** 2, axis=-1))


def _start(rng: Generator, trials: int, n: int, rank: int) -> tuple[Array, Array, Array]:
    """Rotations U, V (trials, n, n) and a start U_r V_r'/sqrt(r) of unit norm in their last `rank`."""
    U, V = haar_orthogonal(rng, trials, n), haar_orthogonal(rng, trials, n)
    return U, V, U[..., n - rank :] @ V[..., n - rank :].mT / math.sqrt(rank)


@kernel(floats=lambda n, **_: 8 * n * n, block=8)
def low_rank_tail_bound(
    mu: Positive,
    lam: NonNegative,
    m: Whole,
    norm_past: NonNegative,
    *,
    B: int,
    n: int,
    schedule: Schedule = "apart",
    trials: int,
    rng: Generator,
) -> Tails:
    """Take m steps W <- (1 - 2 mu lam) W - mu G with gradients G of rank B on an n x n layer of norm norm_past.

    schedule: "apart", large gradients in directions of their own, the start in the n - mB others; "still", G = 0 on a
    flat spectrum; "fresh", Gaussian factors on a flat spectrum. Returns `Tails`.

    >>> from sims.arrays import strict_rng, to_host
    >>> found = low_rank_tail_bound(0.1, 0.5, 2, 1.0, B=1, n=5, trials=1, rng=strict_rng(0))
    >>> to_host(found.tail).round(6)  # (1 - 0.1)^2
    array([0.81])
    """
    if m * B >= n:
        raise ValueError(f"m = {m!r}: must be an integer >= 0 with m B < n = {n}")
    rank = n - m * B if schedule == "apart" else n
    U, V, W = _start(rng, trials, n, rank)
    W, largest = norm_past * W, norm_past / math.sqrt(rank)
    for step in range(m):
        W = (1 - 2 * mu * lam) * W
        if schedule == "apart":
            own = slice(step * B, (step + 1) * B)
            W = W + _LARGE * max(norm_past, 1e-3) * U[..., own] @ V[..., own].mT
        elif schedule == "fresh":
            W = W - mu * rng.standard_normal(size=(trials, n, B)) @ rng.standard_normal(size=(trials, B, n))
    values = arrays.singular_values(W)
    scale = norm_past / largest if norm_past > 0 else 1.0
    return Tails(_beyond(values, m * B), values[..., m * B] * scale, _beyond(values, m))


@kernel(floats=lambda n, **_: 8 * n * n, block=8)
def adversary_tightness(
    m: Whole, B: int, n: int, *, mu: float = 0.1, lam: float = 0.02, trials: int, rng: Generator
) -> Array:
    """Share of (1 - 2 mu lam)^m |W_(t-m)|_F that m steps without gradient leave beyond rank mB of a flat n x n layer.

    Returns (trials,).

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(adversary_tightness(1, 3, 4, trials=1, rng=strict_rng(0))).round(6)
    array([0.5])
    """
    W = _start(rng, trials, n, n)[2]
    bound = norm(W)
    for _ in range(m):
        W, bound = (1 - 2 * mu * lam) * W, (1 - 2 * mu * lam) * bound
    return _beyond(arrays.singular_values(W), min(m * B, n)) / bound


def _steps(lost: float, left: float, eps: float) -> float:
    """How often `left` must lose that share until it is at most eps."""
    steps = 0
    while left > eps:
        left, steps = (1 - lost) * left, steps + 1
        if lost == 0:
            return math.inf
    return steps


@kernel(floats=lambda n=16, **_: 8 * (n or 1) ** 2, block=8)
def guaranteed_rank(
    B: int,
    mu: Positive,
    lam: NonNegative,
    eps: Positive,
    norm_ratio: NonNegative,
    *,
    n: int | None = 16,
    trials: int,
    rng: Generator,
) -> Array:
    """First rank mB beyond which a layer holds at most eps |W_t|, under gradients apart from a start of rank 1.

    |W_t| is taken as |W_(t-m)|/norm_ratio. n: side of the layer; None: so large that there is room for all steps, and
    only the direction of the start is followed, which no gradient reaches. Returns (trials,), NaN where the layer has
    no room for so many steps.

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(guaranteed_rank(2, 0.1, 1.0, 0.5, 1.0, n=12, trials=1, rng=strict_rng(0)))
    array([8.])
    """
    found = arrays.zeros(rng, (trials,)) + math.nan
    xp = arrays.namespace(found)
    if n is None:
        return xp.zeros_like(found) + B * _steps(2 * mu * lam, norm_ratio, eps)
    U, V, W = _start(rng, trials, n, 1)
    for m in range((n - 1) // B + 1):
        if m > 0:
            own = slice((m - 1) * B, m * B)
            W = (1 - 2 * mu * lam) * W + _LARGE * U[..., own] @ V[..., own].mT
        tail = _beyond(arrays.singular_values(W), m * B)
        found = xp.where(xp.isnan(found) & (norm_ratio * tail <= eps), xp.zeros_like(found) + m * B, found)
    return found


@kernel(floats=lambda widths, n, at, **_: (8 + len(at)) * max(widths) ** 2 + 4 * n * sum(widths), block=2)
def trained_tails(
    mu: Positive,
    lam: NonNegative,
    B: int,
    at: Sequence[int],
    *,
    widths: tuple[int, ...],
    n: int,
    steps: int,
    trials: int,
    rng: Generator,
) -> TrainedTails:
    """Train a ReLU net (gain 1, no biases) on Gaussian data by SGD; look at its second layer m steps after W_(t-m).

    at: the m, ascending, those beyond t = steps taken as it, mB below the layer's width. Returns `TrainedTails`.

    >>> from sims.arrays import strict_rng
    >>> cell = {"widths": (3, 6, 6, 1), "n": 5, "steps": 9, "trials": 2, "rng": strict_rng(0)}
    >>> trained_tails(0.1, 0.05, 1, (2, 4), **cell).tail.shape
    (2, 2)
    """
    at = [min(int(m), steps) for m in at]
    if max(at) * B >= min(widths[1:3]):
        raise ValueError(f"at = {at!r}: must be integers, times B = {B} below the width {min(widths[1:3])}")
    x, y = problem(rng, trials, widths, n, "gaussian")
    net = initialise(rng, trials, widths, gain=1.0, biases=False)
    past = {0: net.weights[1] + 0.0}
    for done, _ in train(net, x, y, steps=steps, lr=2 * mu, weight_decay=lam, batch=B, rng=rng):
        if steps - done in at:
            past[done] = net.weights[1] + 0.0
    xp, values = arrays.namespace(x), arrays.singular_values(net.weights[1])
    tails = [_beyond(values, m * B) for m in at]
    before = [arrays.singular_values(past[steps - m]) for m in at]
    return TrainedTails(
        xp.stack([tail / _beyond(old, 0) for tail, old in zip(tails, before, strict=True)], axis=-1),
        xp.stack([values[..., m * B] / old[..., 0] for m, old in zip(at, before, strict=True)], axis=-1),
        xp.stack([tail / _beyond(values, 0) for tail in tails], axis=-1),
    )


@kernel(floats=lambda widths=(64, 48, 48, 10), **_: 8 * 64 * max(widths) + 64 * 400, block=4)
def digits_stable_rank(
    mu: Positive,
    lam: NonNegative,
    B: int,
    *,
    widths: tuple[int, ...] = (64, 48, 48, 10),
    n: int = 400,
    steps: int = 1500,
    trials: int,
    rng: Generator,
) -> StableRanks:
    """Train a ReLU net on n digits with the square loss on one-hot labels by SGD. Returns `StableRanks`.

    >>> from sims.arrays import strict_rng
    >>> cell = {"widths": (64, 5, 4, 10), "n": 20, "steps": 2, "trials": 3, "rng": strict_rng(0)}
    >>> digits_stable_rank(0.05, 0.01, 4, **cell).stable_rank.shape
    (3,)
    """
    x, y = problem(rng, trials, widths, n, "digits")
    net = initialise(rng, trials, widths, biases=False)
    loss = arrays.zeros(rng, (trials,))
    for _, value in train(net, x, y, steps=steps, lr=2 * mu, weight_decay=lam, batch=B, rng=rng):
        loss = value
    values = arrays.singular_values(net.weights[1])
    return StableRanks(_beyond(values, 0) ** 2 / values[..., 0] ** 2, loss)
