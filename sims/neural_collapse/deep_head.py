"""Features under a deep linear head, descended from many starts: local minima are real, so the best start counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from sims.arrays import Array, Generator, asarray, kernel, namespace, singular_values
from sims.neural_collapse.samples import ITERATIVE, indicators, squared_norm
from sims.neural_collapse.sections import transition
from sims.optimize import Objective, best_of, lbfgs


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


def _floats(n_per_class: Sequence[int], lambdas: Sequence[float], starts: int = 16, **_: object) -> float:
    return starts * max(ITERATIVE, 60 * len(n_per_class) * len(lambdas) * sum(n_per_class))


@kernel(floats=_floats)
def deep_head_optimum(
    n_per_class: Sequence[int],
    lambdas: Sequence[float],
    *,
    trials: int,
    rng: Generator,
    starts: int = 16,
    d: int | None = None,
    steps: int = 500,
) -> DeepHead:
    """Descend from `starts` Gaussian starts a trial, widths d (2K + 2 if None)."""
    xp, Y = namespace(rng), indicators(rng, n_per_class)
    K, N = Y.shape
    width = 2 * K + 2 if d is None else d
    shapes = _shapes(len(lambdas), K, N, width)
    end = lbfgs(_objective(Y, shapes, lambdas), _starts(rng, trials * starts, shapes, width), steps)
    best = best_of(end, starts)
    factors = _factors(best.point, shapes)
    root = xp.sqrt(xp.sum(Y, axis=-1))
    z = xp.sum(_product(factors) * Y, axis=-1) / root
    costs = xp.stack([lam * squared_norm(f) for lam, f in zip(lambdas, factors, strict=True)], axis=-1)
    mean = xp.mean(costs, axis=-1, keepdims=True)
    return DeepHead(
        loss=best.value,
        z=z,
        layer_sv=xp.stack([singular_values(f)[..., :K] for f in factors], axis=1),
        collapsed=xp.astype(z < 1e-3 * root, xp.float64),
        balance=xp.max(xp.abs(costs - mean), axis=-1) / xp.where(mean > 0, mean, xp.ones_like(mean))[:, 0],
        gradient=best.gradient,
        reached=best.reached,
        worst=best.worst,
    )


class Jump(NamedTuple):
    """Per trial: c_crit, the penalty at which the best start vanishes; jump, the largest z/sqrt(n) just below it."""

    c_crit: Array
    jump: Array


@kernel(floats=lambda K, n, L, starts=8, **_: 7 * starts * max(ITERATIVE, 60 * K * K * L * n))
def deep_head_transition(
    K: int, n: int, L: int, *, trials: int, rng: Generator, starts: int = 8, steps: int = 200, rounds: int = 4
) -> Jump:
    """Find by sections between 1e-2 and 1 the penalty at which nothing beats zero: balanced, every lambda equal to c.

    Zero factors cost |Y|^2/2N = 1/2.
    """
    xp, Y = namespace(rng), indicators(rng, [n] * K)
    shapes = _shapes(L, K, K * n, K)

    def best(c: Array) -> tuple[Array, Array]:
        each = xp.reshape(xp.broadcast_to(c[:, None], (c.shape[0], starts)), (-1, 1, 1))
        start = _starts(rng, each.shape[0], shapes, K)
        end = best_of(lbfgs(_objective(Y, shapes, [each] * L), start, steps), starts)
        # Equal classes: the modes that live may be any directions of class space, so no class shows z.
        strongest = singular_values(_product(_factors(end.point, shapes)))[..., 0]
        return end.value, strongest / math.sqrt(n)

    def alive(c: Array) -> Array:
        return best(c)[0] < 0.5 - 1e-9

    c = transition(alive, rng, trials, (1e-2, 1.0), rounds, rising=False)
    return Jump(c, best(c * 0.999)[1])
