"""Features under a deep linear head: local minima are real here, so every branch has a start of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from sims.arrays import Array, Generator, asarray, haar_frames, kernel, less, namespace, singular_values
from sims.neural_collapse.samples import indicators
from sims.optimize import Minimum, Objective, best_of, dot, lbfgs
from sims.stacks import squared_norm


def _factors(x: Array, shapes: Sequence[tuple[int, int]]) -> list[Array]:
    """Split points (problems, size) into the matrices of each layer, features first."""
    xp, found, begin = namespace(x), [], 0
    for rows, columns in shapes:
        found.append(xp.reshape(x[:, begin : begin + rows * columns], (x.shape[0], rows, columns)))
        begin += rows * columns
    return found


def _product(factors: Sequence[Array]) -> Array:
    product = factors[0]
    for factor in factors[1:]:
        product = factor @ product
    return product


def _shapes(L: int, K: int, N: int, d: int) -> list[tuple[int, int]]:
    return [(d, N), *[(d, d)] * (L - 2), (K, d)]


def _objective(Y: Array, shapes: Sequence[tuple[int, int]], lambdas: Sequence[float | Array]) -> Objective:
    """The penalised squared loss of packed factors; a penalty may be an array (problems, 1, 1)."""
    N = Y.shape[-1]

    def objective(x: Array) -> tuple[Array, Array]:
        xp, factors = namespace(x), _factors(x, shapes)
        products = [factors[0]]
        for factor in factors[1:]:
            products.append(factor @ products[-1])
        residual = products[-1] - Y
        value = squared_norm(residual) / (2 * N)
        back, gradients = residual / N, []
        for i in reversed(range(len(factors))):
            penalty = lambdas[i]
            value = value + 0.5 * xp.sum(penalty * factors[i] * factors[i], axis=(-2, -1))
            gradients.append((back @ products[i - 1].mT if i else back) + penalty * factors[i])
            back = factors[i].mT @ back
        flat = [xp.reshape(g, (x.shape[0], -1)) for g in reversed(gradients)]
        return value, xp.concat(flat, axis=-1)

    return objective


SCALES = (0.3, 0.7, 1.5, 3.0)
"""Sizes of starts, taken in turn: small ones fall to zero, large ones find the classes that can live."""


def _starts(rng: Generator, problems: int, shapes: Sequence[tuple[int, int]], d: int) -> Array:
    """Gaussian starts of standard deviation SCALES/sqrt(d)."""
    x = rng.standard_normal(size=(problems, sum(rows * columns for rows, columns in shapes)))
    scale = asarray(rng, [SCALES[i % len(SCALES)] / math.sqrt(d) for i in range(problems)])
    return x * scale[:, None]


def _planted(rng: Generator, problems: int, Y: Array, L: int, d: int, on: Sequence[float]) -> Array:
    """Factors of sum on_k e_k 1_k' in random frames, each layer with the L-th root of a class's strength, and noise."""
    xp, (K, _) = namespace(rng), Y.shape
    root = xp.sqrt(xp.sum(Y, axis=-1))
    strength = asarray(rng, [float(x) for x in on]) * root ** (1 / L)
    frames = [haar_frames(rng, problems, d, K) for _ in range(L - 1)]
    factors = [frames[0] * (strength / root) @ Y]
    factors += [frames[i] * strength @ frames[i - 1].mT for i in range(1, L - 1)]
    factors.append((frames[-1] * strength).mT)
    x = xp.concat([xp.reshape(f, (problems, -1)) for f in factors], axis=-1)
    return x + 0.01 * rng.standard_normal(size=tuple(x.shape))


class DeepHead(NamedTuple):
    """Per trial, at the best of its starts: loss; z (K,) per class; layer_sv (L, K), descending; collapsed (K,).

    balance: largest deviation of lambda_i |A_i|^2 from their mean, relative to it; gradient: norm of the gradient;
    reached: the share of starts within 1e-8 of the best; worst: the largest loss at which a start was trapped.
    """

    loss: Array
    z: Array
    layer_sv: Array
    collapsed: Array
    balance: Array
    gradient: Array
    reached: Array
    worst: Array


def _floats(n_per_class: Sequence[int], lambdas: Sequence[float], starts: int = 12, **_: object) -> float:
    return (starts + len(n_per_class) + 1) * 60 * len(n_per_class) * len(lambdas) * sum(n_per_class)


@kernel(floats=_floats, block=2)
def deep_head_optimum(
    n_per_class: Sequence[int],
    lambdas: Sequence[float],
    *,
    trials: int,
    rng: Generator,
    starts: int = 12,
    planted: bool = True,
    d: int | None = None,
    steps: int = 500,
) -> DeepHead:
    """Descend from `starts` Gaussian starts a trial, widths d (2K + 2 if None).

    `planted` adds K + 1 starts at which none, the largest, the two largest, ... of the classes live: a local minimum
    that random starts rarely find is then not missed by chance.

    n_per_class (K,): class sizes >= 1; lambdas (L,): penalties > 0 of the features and of the L - 1 layers above
    them. Returns the fields of DeepHead.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> deep_head_optimum([3, 3], [0.01, 0.01], trials=1, rng=rng, starts=2, steps=100).z.shape
    (1, 2)
    """
    xp, Y = namespace(rng), indicators(rng, n_per_class)
    K, N = Y.shape
    width = 2 * K + 2 if d is None else d
    shapes = _shapes(len(lambdas), K, N, width)
    x = xp.reshape(_starts(rng, trials * starts, shapes, width), (trials, starts, -1))
    if planted:
        order = sorted(range(K), key=lambda k: -n_per_class[k])
        kept = [[1.0 if k in order[:m] else 0.0 for k in range(K)] for m in range(K + 1)]
        more = [_planted(rng, trials, Y, len(lambdas), width, on)[:, None, :] for on in kept]
        x = xp.concat([x, *more], axis=1)
    end = lbfgs(_objective(Y, shapes, lambdas), xp.reshape(x, (-1, x.shape[-1])), steps)
    best = best_of(end, x.shape[1])
    factors = _factors(best.point, shapes)
    root = xp.sqrt(xp.sum(Y, axis=-1))
    z = xp.sum(_product(factors) * Y, axis=-1) / root
    costs = xp.stack([lam * squared_norm(f) for lam, f in zip(lambdas, factors, strict=True)], axis=-1)
    mean = xp.mean(costs, axis=-1, keepdims=True)
    return DeepHead(
        loss=best.value,
        z=z,
        layer_sv=xp.stack([singular_values(f)[..., :K] for f in factors], axis=1),
        collapsed=less(z, 1e-3 * root),
        balance=xp.max(xp.abs(costs - mean), axis=-1) / xp.where(mean > 0, mean, xp.ones_like(mean))[:, 0],
        gradient=best.gradient,
        reached=best.reached,
        worst=best.worst,
    )


class Branches(NamedTuple):
    """Per trial, of one class: alive, the living branch's strength; the losses of both branches; c_crit, where they
    cross, and jump, the strength there over sqrt(n).

    gradient: largest norm of a gradient at the ends of all descents; residual: difference of the losses at c_crit,
    relative to the dead branch's.
    """

    alive: Array
    alive_loss: Array
    dead_loss: Array
    c_crit: Array
    jump: Array
    gradient: Array
    residual: Array


@kernel(floats=lambda n, N, L, **_: 120 * (N // n) * L * N, block=16)
def deep_head_branches(
    n: int, N: int, L: int, c: float, *, trials: int, rng: Generator, steps: int = 300, rounds: int = 8
) -> Branches:
    """Descend to the living and to the dead minimum at penalties c, N/n balanced classes, and follow the living one.

    Living starts have every class planted, dead ones are N(0, 0.05^2). Where the branches cross is found by Newton
    steps on the difference of their losses, whose slope in c is half the squared norm of the living factors; each of
    the `rounds` steps descends from the point before.

    n: samples a class; N: samples in all, a multiple of n; L >= 2: factors, the features among them; c > 0: the mean
    penalty. Returns the fields of Branches, each (trials,).

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> deep_head_branches(4, 8, 3, 0.05, trials=2, rng=rng, rounds=2).c_crit.shape
    (2,)
    """
    if N % n or N < 2 * n:
        raise ValueError(f"N = {N}: must be a multiple of n = {n}, two classes at least")
    xp, K = namespace(rng), N // n
    Y, shapes = indicators(rng, [n] * K), _shapes(L, K, N, K)

    def descend(x: Array, c: Array) -> Minimum:
        return lbfgs(_objective(Y, shapes, [c[:, None, None]] * L), x, steps)

    def strength(x: Array) -> Array:
        return xp.sum(_product(_factors(x, shapes)) * Y, axis=(-2, -1)) / (K * math.sqrt(n))

    def slope(end: Minimum) -> Array:
        return xp.sqrt(dot(end.gradient, end.gradient))[:, 0]

    penalty = xp.ones_like(rng.random(size=(trials,))) * c
    first = alive = descend(_planted(rng, trials, Y, L, K, [1.0] * K), penalty)
    dead = descend(0.05 * rng.standard_normal(size=tuple(alive.point.shape)), penalty)
    worst = xp.maximum(slope(alive), slope(dead))
    for _ in range(rounds):
        size = dot(alive.point, alive.point)[:, 0]
        crossing = penalty - (alive.value - dead.value) / (0.5 * size)
        penalty = xp.where(crossing > 0.25 * penalty, crossing, 0.25 * penalty)
        alive = descend(alive.point, penalty)
        worst = xp.maximum(worst, slope(alive))
    return Branches(
        alive=strength(first.point),
        alive_loss=first.value / K,
        dead_loss=dead.value / K,
        c_crit=penalty,
        jump=strength(alive.point) / math.sqrt(n),
        gradient=worst,
        residual=xp.abs(alive.value / dead.value - 1),
    )
