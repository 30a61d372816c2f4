"""Deep linear layers under cross-entropy: descent to the collapsed and to the paired minimum."""

from __future__ import annotations

import math
from typing import NamedTuple

from sims.arrays import Array, Generator, asarray, haar_frames, kernel, namespace
from sims.neural_collapse.deep_head import _factors, _product, _shapes
from sims.neural_collapse.samples import indicators
from sims.neural_collapse.softmax import cross_entropy
from sims.optimize import Objective, dot, lbfgs


def _objective(Y: Array, shapes: list[tuple[int, int]], lam: float) -> Objective:
    """The penalised mean cross-entropy of packed factors."""
    N = Y.shape[-1]

    def objective(x: Array) -> tuple[Array, Array]:
        xp, factors = namespace(x), _factors(x, shapes)
        products = [factors[0]]
        for factor in factors[1:]:
            products.append(factor @ products[-1])
        ce = cross_entropy(products[-1], Y, 1 / N)
        back, gradients = ce.gradient, []
        for i in reversed(range(len(factors))):
            gradients.append(back @ products[i - 1].mT if i else back)
            back = factors[i].mT @ back
        flat = xp.concat([xp.reshape(g, (x.shape[0], -1)) for g in reversed(gradients)], axis=-1)
        return ce.value + 0.5 * lam * dot(x, x)[:, 0], flat + lam * x

    return objective


def _balanced(rng: Generator, problems: int, directions: Array, strength: float, n: int, L: int) -> Array:
    """Factors of strength x U U' kron 1_n' / sqrt n with singular values strength^(1/L) each, and noise of 1e-3."""
    xp, (K, rank) = namespace(rng), directions.shape
    root = strength ** (1 / L)
    means = xp.reshape(xp.broadcast_to(directions[:, None, :], (K, n, rank)), (K * n, rank)) / math.sqrt(n)
    frames = [haar_frames(rng, problems, K, rank) for _ in range(L - 1)]
    factors = [root * frames[0] @ means.mT]
    factors += [root * frames[i] @ frames[i - 1].mT for i in range(1, L - 1)]
    factors.append(root * directions @ frames[-1].mT)
    x = xp.concat([xp.reshape(f, (problems, -1)) for f in factors], axis=-1)
    return x + 1e-3 * rng.standard_normal(size=tuple(x.shape))


def _simplex(K: int) -> list[list[float]]:
    """Orthonormal columns that span the complement of the ones (Helmert)."""
    return [
        [(1.0 if i <= j else -(j + 1.0) if i == j + 1 else 0.0) / math.sqrt((j + 1) * (j + 2)) for j in range(K - 1)]
        for i in range(K)
    ]


def _paired(K: int) -> list[list[float]]:
    return [[(1 - 2 * (i % 2)) / math.sqrt(2) if i // 2 == j else 0.0 for j in range(K // 2)] for i in range(K)]


class DeepCELosses(NamedTuple):
    """Per trial: the losses of both minima and their gaps between true and unrelated logits; better: 1 where pairs end
    lower; gradient: the larger norm at the two ends."""

    collapse: Array
    collapse_gap: Array
    pairs: Array
    pairs_gap: Array
    better: Array
    gradient: Array


@kernel(floats=lambda K, n, L, **_: 60 * L * K * K * (n + 1), block=16)
def deep_ce_losses(
    K: int, n: int, L: int, lam: float, *, trials: int, rng: Generator, steps: int = 400, gap: float = 5.0
) -> DeepCELosses:
    """Descend from the collapse and from pairs of the given gap in random frames, both disturbed, widths K.

    K: classes, even; n: samples a class; L >= 2: factors, the features among them; lam > 0: the penalty on each.
    Returns the fields of DeepCELosses, each (trials,).

    >>> import numpy as np
    >>> deep_ce_losses(4, 1, 3, 0.01, trials=2, rng=np.random.default_rng(0), steps=20).pairs.shape
    (2,)
    """
    Y, shapes, xp = indicators(rng, [n] * K), _shapes(L, K, K * n, K), namespace(rng)
    losses, gaps, slopes = [], [], []
    for columns, factor, share in ((_simplex(K), 1.0, 1 - 1 / K), (_paired(K), 2.0, 1.0)):
        start = _balanced(rng, trials, asarray(rng, columns), factor * gap * math.sqrt(n), n, L)
        end = lbfgs(_objective(Y, shapes, lam), start, steps)
        losses.append(end.value)
        gaps.append(xp.sum(_product(_factors(end.point, shapes)) * Y, axis=(-2, -1)) / (K * n * share))
        slopes.append(xp.sqrt(dot(end.gradient, end.gradient))[:, 0])
    better = xp.where(losses[1] < losses[0], xp.ones_like(losses[0]), xp.zeros_like(losses[0]))
    return DeepCELosses(losses[0], gaps[0], losses[1], gaps[1], better, xp.maximum(*slopes))
