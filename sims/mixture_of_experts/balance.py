"""The balance loss of routers: from their tokens' probabilities, at random, and searched for as low as it goes."""

from __future__ import annotations

import math
from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, kernel
from sims.optimize import lbfgs


class BalanceLoss(NamedTuple):
    """Balance loss, its hard form E sum f_i^2, its soft form E sum P_i^2, T (aux - 1) + 1, and E times the mean of
    max_i p_i, a trial."""

    aux: Array
    hard: Array
    soft: Array
    excess: Array
    top: Array


def of_probabilities(p: Array) -> BalanceLoss:
    """The losses of tokens' router probabilities p (trials, T, E), each token sent to its most probable expert."""
    xp = arrays.namespace(p)
    E, T = p.shape[-1], p.shape[-2]
    f = arrays.counts(xp.argmax(p, axis=-1), E) / T
    P = xp.mean(p, axis=-2)
    top = E * xp.mean(xp.max(p, axis=-1), axis=-1)
    aux = E * xp.sum(f * P, axis=-1)
    return BalanceLoss(aux, E * xp.sum(f * f, axis=-1), E * xp.sum(P * P, axis=-1), T * (aux - 1) + 1, top)


def softmax(logits: Array) -> Array:
    """Router probabilities along the last axis."""
    xp = arrays.namespace(logits)
    weights = xp.exp(logits - xp.max(logits, axis=-1, keepdims=True))
    return weights / xp.sum(weights, axis=-1, keepdims=True)


@kernel(floats=lambda E, T, **_: 5 * E * T)
def random_router(E: int, T: int, logit_std: NonNegative | None = None, *, trials: int, rng: Generator) -> BalanceLoss:
    """Balance loss of T tokens whose independent router probabilities know nothing of the experts.

    logit_std >= 0: Gaussian logits of this standard deviation; None: probabilities uniform on the simplex, of which the
    largest has mean (1 + 1/2 + ... + 1/E)/E. Returns `BalanceLoss`, fields (trials,).

    >>> from sims.arrays import strict_rng
    >>> random_router(4, 8, trials=2, rng=strict_rng(0)).aux.shape
    (2,)
    """
    if logit_std is not None:
        return of_probabilities(softmax(logit_std * rng.standard_normal(size=(trials, T, E))))
    waits = _exponential(rng, (trials, T, E))
    return of_probabilities(waits / arrays.namespace(waits).sum(waits, axis=-1, keepdims=True))


def _exponential(rng: Generator, shape: tuple[int, ...]) -> Array:
    u = rng.random(size=shape)
    return -arrays.namespace(u).log(1 - u)


@kernel(floats=lambda E, rounds, **_: 8 * E * E * rounds)
def balanced_router(E: int, rounds: int, skew: NonNegative = 1.0, *, trials: int, rng: Generator) -> BalanceLoss:
    """Balance loss of E * rounds tokens of which each expert is the most probable of exactly `rounds`.

    The other probabilities are as unequal as logits of standard deviation 2 and offsets of the experts of standard
    deviation `skew` make them; each token's largest is exchanged with that of the expert whose turn it is. Returns
    `BalanceLoss`, fields (trials,).

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(balanced_router(3, 2, trials=2, rng=strict_rng(0)).aux).round(12)
    array([1., 1.])
    """
    offsets = skew * rng.standard_normal(size=(trials, 1, E))
    p = softmax(2 * rng.standard_normal(size=(trials, E * rounds, E)) + offsets)
    xp = arrays.namespace(p)
    own = arrays.eye(p, E)[None, None, :, :] + arrays.zeros(p, (1, rounds, 1, 1))
    own = xp.reshape(own, (1, rounds * E, E))
    largest = xp.max(p, axis=-1, keepdims=True)
    at_own = xp.sum(p * own, axis=-1, keepdims=True)
    return of_probabilities(xp.where(own == 1, largest, xp.where(p == largest, at_own, p)))


@kernel(floats=lambda E, rounds=4, **_: 4 * E * E * rounds)
def constructed_router(
    E: int, m: int, eps: NonNegative, rounds: int = 4, *, trials: int, rng: Generator
) -> BalanceLoss:
    """Balance loss of m * rounds tokens, `rounds` for each of the first m experts, in random order.

    Of r = E - m + 1, a token gives its own expert 1/r + eps, every unused expert 1/r - eps/(E - m), the other used ones
    nothing. Raises ValueError for m >= E or eps > (r - 1)/r. Returns `BalanceLoss`, fields (trials,).

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(constructed_router(3, 2, 1e-6, trials=1, rng=strict_rng(0)).aux).round(5)
    array([0.75])
    """
    if m >= E:
        raise ValueError(f"m = {m!r}: must be an integer from 1 to E - 1 = {E - 1}")
    r = E - m + 1
    if eps > (r - 1) / r:
        raise ValueError(f"eps = {eps!r}: must be a real number in [0, {(r - 1) / r:g}]")
    rows = [
        [1 / r + eps if i == token % m else 0.0 if i < m else 1 / r - eps / (E - m) for i in range(E)]
        for token in range(m * rounds)
    ]
    order = arrays.permutations(rng, trials, m * rounds)[..., None]
    p = arrays.asarray(rng, rows)[None, ...] + arrays.zeros(rng, (trials, 1, 1))
    xp = arrays.namespace(p)
    return of_probabilities(xp.take_along_axis(p, xp.broadcast_to(order, p.shape), axis=-2))


class Searched(NamedTuple):
    """The lowest balance loss found, and the share of starts that ended more than 1e-6 above it, each (trials,)."""

    value: Array
    missed: Array


@kernel(floats=lambda E, starts=64, **_: 60 * E * starts, seconds=lambda E, starts=64, **_: 1e-4 * starts * E, block=1)
def aux_loss_infimum(E: int, starts: int = 64, steps: int = 150, *, trials: int, rng: Generator) -> Searched:
    """Lowest balance loss over dispatch vectors f, each token's probabilities at their best for its expert.

    With tokens of expert a, sum_i f_i p_i is least where p_a is shared by a set B of experts, which are as probable as
    it: (f_a + sum_B f)/(1 + |B|), B the least loaded; the best B is found among all prefixes. What is left is a
    function of f = |x|, scale-free, minimised by L-BFGS from `starts` random points a trial, half of them near equal
    loads of a random subset. Not a proof: a search. Returns `Searched`.

    >>> from sims.arrays import strict_rng
    >>> abs(float(aux_loss_infimum(3, starts=8, trials=1, rng=strict_rng(0)).value[0]) - 0.75) < 1e-6
    True
    """
    count = trials * starts
    spread = _exponential(rng, (count, E))
    used = 1 + arrays.namespace(spread).astype(rng.random(size=(count, 1)) * E, arrays.namespace(spread).int64)
    xp = arrays.namespace(spread)
    near = xp.where(arrays.arange(spread, E)[None, :] < used, 1 + 0.1 * spread, 0.1 * spread)
    first = arrays.arange(spread, count)[:, None] % 2 == 0
    end = lbfgs(_dispatched, xp.where(first, spread, near), steps)
    values = xp.reshape(end.value, (trials, starts))
    best = xp.min(values, axis=-1)
    return Searched(best, xp.mean(xp.astype(values > best[:, None] + 1e-6, xp.float64), axis=-1))


def _dispatched(x: Array) -> tuple[Array, Array]:
    """E sum_a f_a min_B (f_a + sum_B f)/(1 + |B|) / (sum f)^2 at f = |x|, and its gradient in x."""
    xp = arrays.namespace(x)
    E = x.shape[-1]
    order = xp.argsort(xp.abs(x), axis=-1)
    f = xp.take_along_axis(xp.abs(x), order, axis=-1)  # ascending: B is a prefix of those before a
    below = xp.cumulative_sum(f, axis=-1, include_initial=True)[:, :-1]  # sums of the first b, b = 0..E-1
    sizes = 1.0 + xp.astype(arrays.arange(x, E), xp.float64)
    shared = (f[:, :, None] + below[:, None, :]) / sizes  # (problems, a, b)
    allowed = arrays.arange(x, E)[None, :] <= arrays.arange(x, E)[:, None]
    shared = xp.where(allowed, shared, math.inf)
    best = xp.argmin(shared, axis=-1)
    least, size = xp.min(shared, axis=-1), 1.0 + xp.astype(best, xp.float64)
    total = xp.sum(f, axis=-1, keepdims=True)
    value = xp.sum(f * least, axis=-1, keepdims=True)
    in_set = xp.astype(arrays.arange(x, E)[None, None, :] < best[:, :, None], xp.float64)
    slope = least + f / size + xp.sum((f / size)[:, :, None] * in_set, axis=1)
    slope = E * (slope / total**2 - 2 * value / total**3)
    back = xp.take_along_axis(slope, xp.argsort(order, axis=-1), axis=-1) * xp.sign(x)
    return (E * value / total**2)[:, 0], back
