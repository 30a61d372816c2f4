"""Narrow factors between two outer bases, at rest or trained by a smaller step: literal descent."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from sims import arrays, instances
from sims.arrays import Array, Generator, NonNegative, Positive, Share, kernel
from sims.factor_descent import Factors, gradients, imbalances, product
from sims.low_rank_dynamics.descent import Numbers, crossing_times, squares, target

Slope = Callable[[Array], Array]


class ModesEnd(NamedTuple):
    """Singular values of W_1 and of A at the end, descending (trials, modes), and |f - M|/|M| (trials,)."""

    w: Array
    outer: Array
    residual: Array


class Conserved(NamedTuple):
    """(trials, instances): tr(A A' - I)/tr(W_1'W_1 - eps^2 I) and its like of B; violations of the three laws, relative
    to |A A' - I| and |W_1 W_1'|; and that of a law without eps."""

    right: Array
    left: Array
    violation: Array
    balance: Array
    forgotten: Array


class _Outer(NamedTuple):
    """M (count, d, d) and orthonormal U, V (count, d, k)."""

    M: Array
    U: Array
    V: Array


def _start(U: Array, V: Array, eps: float, L: int) -> Factors:
    inner = eps * arrays.eye(U, U.shape[-1]) + arrays.zeros(U, (*U.shape[:-2], 1, 1))
    return (V.mT, *(inner for _ in range(L)), U)


def _step(slope: Slope, gamma: float, eta: float) -> Callable[[Factors], Factors]:
    """One update: the first and the last factor by gamma eta, the others by eta."""

    def step(factors: Factors) -> Factors:
        slopes = gradients(factors, slope(product(factors)))
        rates = (gamma * eta, *(eta for _ in factors[2:]), gamma * eta)
        return tuple(w - rate * g for w, rate, g in zip(factors, rates, slopes, strict=True))

    return step


def train_with_bases(
    U: Array, V: Array, slope: Slope, eps: float, gamma: float, L: int, eta: float, steps: int
) -> Factors:
    """(A, W_1, ..., W_L, B) after `steps` updates from A = V', B = U and inner factors eps I."""
    factors, step = _start(U, V, eps, L), _step(slope, gamma, eta)
    for _ in range(steps):
        factors = step(factors)
    return factors


def _aligned(rng: Generator, trials: int, d: int, s: Numbers) -> _Outer:
    M, left, right = target(rng, trials, d, s)
    return _Outer(M, left, right)


@kernel(floats=lambda s, L, d, **_: 6 * d * d + 8 * (L + 2) * d * len(s), block=4)
def trained_mode_time(
    s: Numbers,
    eps: Positive,
    gamma: NonNegative,
    L: int,
    frac: Share,
    *,
    d: int,
    eta: Positive,
    time: Positive,
    trials: int,
    rng: Generator,
) -> Array:
    """Updates times eta at which the modes of aligned bases have reached frac s: (trials, len(s)).

    B and A hold the singular pairs of M (d x d), k = len(s). Between two updates log u is taken to be linear. time: how
    long to train; NaN for a mode that is not there by then.

    >>> from sims.arrays import strict_rng, to_host
    >>> found = trained_mode_time((2.0,), 0.2, 0.3, 2, 0.5, d=3, eta=0.01, time=2.0, trials=1, rng=strict_rng(0))
    >>> to_host(found).round(3)
    array([[0.848]])
    """
    M, left, right = _aligned(rng, trials, d, s)
    step, xp = _step(lambda f: f - M, gamma, eta), arrays.namespace(M)
    level = arrays.asarray(rng, [frac * float(value) for value in s])

    def strengths(now: Factors) -> Array:
        return xp.sum(left * (product(now) @ right), axis=-2)

    return crossing_times(step, _start(left, right, eps, L), strengths, level, eta, time)


@kernel(floats=lambda s, L, d, **_: 6 * d * d + 8 * (L + 2) * d * len(s), block=4)
def trained_mode_final(
    s: Numbers,
    eps: Positive,
    gamma: NonNegative,
    L: int,
    *,
    d: int,
    eta: Positive,
    time: Positive,
    trials: int,
    rng: Generator,
) -> ModesEnd:
    """Inner and outer singular values of aligned bases after training for `time`. Returns `ModesEnd`.

    >>> from sims.arrays import strict_rng, to_host
    >>> end = trained_mode_final((2.0,), 0.3, 1.0, 3, d=3, eta=0.01, time=20.0, trials=1, rng=strict_rng(0))
    >>> round(float(to_host(end.outer)[0, 0]), 2)
    1.39
    """
    M, left, right = _aligned(rng, trials, d, s)
    end = train_with_bases(left, right, lambda f: f - M, eps, gamma, L, eta, math.ceil(time / eta))
    residual = (squares(product(end) - M) / squares(M)) ** 0.5
    return ModesEnd(arrays.singular_values(end[1]), arrays.singular_values(end[0]), residual)


def outer_problem(count: int, d: int, k: int, s: Numbers, *, instance: int = 0) -> _Outer:
    """Return `count` targets d x d of singular values s, and random orthonormal bases U, V (count, d, k), by number.

    >>> outer_problem(3, 6, 2, (1.0,)).U.shape
    (3, 6, 2)
    """
    M = instances.stack(instances.with_singular_values, count, s, d, d, instance=instance)
    bases = instances.stack(instances.frame, 2 * count, d, k, instance=instance)
    return _Outer(M, bases[:count], bases[count:])


def _moved(rng: Generator, trials: int, *given: Array) -> tuple[Array, ...]:
    spread = arrays.zeros(rng, (trials, 1, 1, 1))
    return tuple(spread + arrays.asarray(rng, one) for one in given)


@kernel(floats=lambda M, U, L=2, **_: 6 * M.size + 8 * (L + 2) * U.size, block=1)
def frozen_floor(
    M: Array,
    U: Array,
    V: Array,
    *,
    eps: Positive,
    gamma: NonNegative,
    L: int,
    eta: Positive,
    time: Positive,
    trials: int,
    rng: Generator,
) -> Array:
    """The loss after training for `time`, (trials, count), of a stack M (count, d, d) between U and V (count, d, k).

    gamma = 0: bases at rest. All trials are equal.

    >>> from sims.arrays import strict_rng
    >>> frozen_floor(*outer_problem(2, 4, 2, (1.0,)), eps=0.3, gamma=0.0, L=2, eta=0.1, time=1.0,
    ...              trials=1, rng=strict_rng(0)).shape
    (1, 2)
    """
    goal, left, right = _moved(rng, trials, M, U, V)
    end = train_with_bases(left, right, lambda f: f - goal, eps, gamma, L, eta, math.ceil(time / eta))
    return squares(product(end) - goal) / 2


@kernel(floats=lambda M, U, L, **_: 6 * M.size + 8 * (L + 2) * U.size, block=1)
def conserved_quantities(
    M: Array,
    U: Array,
    V: Array,
    *,
    eps: Positive,
    gamma: Positive,
    L: int,
    eta: Positive,
    time: Positive,
    trials: int,
    rng: Generator,
) -> Conserved:
    """What training of a stack M (count, d, d) between U and V (count, d, k) keeps. Returns `Conserved`.

    >>> from sims.arrays import strict_rng, to_host
    >>> found = conserved_quantities(*outer_problem(1, 4, 2, (1.0,)), eps=0.3, gamma=0.2, L=2, eta=0.001, time=2.0,
    ...                              trials=1, rng=strict_rng(0))
    >>> round(float(to_host(found.right)[0, 0]), 3)
    0.2
    """
    goal, left, right = _moved(rng, trials, M, U, V)
    A, *W, B = train_with_bases(left, right, lambda f: f - goal, eps, gamma, L, eta, math.ceil(time / eta))
    one, xp = arrays.eye(goal, A.shape[-2]), arrays.namespace(goal)
    outer = (A @ A.mT - one, B.mT @ B - one)
    inner = (W[0].mT @ W[0] - eps * eps * one, W[-1] @ W[-1].mT - eps * eps * one)
    ratios = [xp.linalg.trace(o) / xp.linalg.trace(i) for o, i in zip(outer, inner, strict=True)]
    moved = squares(outer[0]) + squares(outer[1])

    def violated(shift: float) -> Array:
        kept = [squares(o - gamma * (i + shift * one)) for o, i in zip(outer, inner, strict=True)]
        return ((kept[0] + kept[1]) / moved) ** 0.5

    gaps = [squares(gap) for gap in imbalances(tuple(W))]
    total = gaps[0] if gaps else 0 * moved
    for gap in gaps[1:]:
        total = total + gap
    balance = (total / squares(W[0] @ W[0].mT)) ** 0.5
    return Conserved(ratios[0], ratios[1], violated(0.0), balance, violated(eps * eps))
