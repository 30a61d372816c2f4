"""Deep linear networks on orthonormal inputs of balanced classes: constructed, and trained by descent."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Positive, haar_frames, kernel, namespace
from sims.equi_separation.chance import indicator
from sims.factor_descent import Factors, descend, product
from sims.scatter import class_means, deviations
from sims.stacks import squared_norm

_EQUAL = 1e-6  # relative distance at which a singular value is where it started


class CompressionRatios(NamedTuple):
    """C_l/C_{l-1} of the hidden layers (trials, L - 1); the training loss at the end over its start (trials,)."""

    ratio: Array
    loss: Array


def _compression(H: Array, Y: Array) -> Array:
    """tr S_W / tr S_B of features (..., d, N)."""
    xp = namespace(H)
    centred = H - xp.mean(H, axis=-1, keepdims=True)
    between = class_means(centred, Y) * xp.sqrt(xp.sum(Y, axis=-1))
    return squared_norm(deviations(H, Y)) / squared_norm(between)


def _ratios(factors: Factors, X: Array, Y: Array) -> Array:
    xp, H, found = namespace(X), X, [_compression(X, Y)]
    for W in factors[:-1]:
        H = W @ H
        found.append(_compression(H, Y))
    return xp.stack([above / below for below, above in itertools.pairwise(found)], axis=-1)


def _floats(n: int, L: int, K: int = 2, **_: float) -> float:
    return 6 * L * (n * K) ** 2


def _labels(rng: Generator, n: int, K: int) -> Array:
    return arrays.asarray(rng, indicator((n,) * K))


@kernel(floats=_floats)
def constructed_compression(
    n: int, L: int, eps: Positive, K: int = 2, *, trials: int, rng: Generator
) -> CompressionRatios:
    """Compression by balanced weights that interpolate: K singular values n^(1/2L) along the classes, all others eps.

    n: samples a class; L >= 2 layers of width N = nK; eps; K: classes. Bases between the layers are uniform, the input
    directions those of the classes. Returns `CompressionRatios`, whose loss is that of the constructed weights.

    >>> from sims.arrays import strict_rng
    >>> constructed_compression(3, 2, 0.1, trials=1, rng=strict_rng(0)).ratio.shape
    (1, 1)
    """
    xp, N = namespace(rng), n * K
    Y = _labels(rng, n, K)
    X = haar_frames(rng, trials, N, N)  # orthonormal columns
    along = X @ (Y.mT / n**0.5)
    # The other directions of the input: what is left of a random frame.
    rest = haar_frames(rng, trials, N, N)[:, :, : N - K]
    rest = rest - along @ (along.mT @ rest)
    rest = _orthonormal(rest)
    below = xp.concat((along, rest), axis=-1)
    scale = arrays.asarray(rng, [n ** (1 / (2 * L))] * K + [eps] * (N - K))
    factors = []
    for _ in range(L - 1):
        basis = haar_frames(rng, trials, N, N)
        factors.append((basis * scale) @ below.mT)
        below = basis
    factors.append(n ** (1 / (2 * L)) * below[:, :, :K].mT)
    off = squared_norm(product(tuple(factors)) @ X - Y) / N
    return CompressionRatios(_ratios(tuple(factors), X, Y), off)


def _orthonormal(A: Array) -> Array:
    for _ in range(2):
        A = arrays.solve_lower(arrays.cholesky(A.mT @ A), A.mT).mT
    return A


def _start(rng: Generator, trials: int, N: int, L: int, K: int, eps: float) -> Factors:
    square = tuple(eps * haar_frames(rng, trials, N, N) for _ in range(L - 1))
    return (*square, eps * haar_frames(rng, trials, N, K).mT)


@kernel(floats=_floats, block=1)
def deep_linear_compression_ratio(
    n: int,
    L: int,
    eps: Positive,
    K: int = 2,
    steps: int = 40_000,
    lr: NonNegative = 0.0,
    *,
    trials: int,
    rng: Generator,
) -> CompressionRatios:
    """Compression after descent on |W_L...W_1 X - Y|^2/2 from eps times orthogonal layers, X orthonormal.

    n, L, eps, K: as `constructed_compression`; steps: most of them, descent stops where the loss is below 1e-24 of its
    start; lr: the step, 0 for half of the largest stable one, 1/(2 L n^(1-1/L)). Returns `CompressionRatios`.

    >>> from sims.arrays import strict_rng
    >>> deep_linear_compression_ratio(3, 2, 0.3, trials=1, rng=strict_rng(0)).ratio.shape
    (1, 1)
    """
    factors, X, Y, step = _problem(rng, trials, n, L, eps, K, lr)
    for count in range(steps):
        factors = descend(factors, lambda P: P - Y, step)
        if count % 50 == 49 and arrays.to_host(_loss(factors, Y)).max() < 1e-24:
            break
    return CompressionRatios(_ratios(factors, X, Y), _loss(factors, Y))


def _problem(
    rng: Generator, trials: int, n: int, L: int, eps: float, K: int, lr: float
) -> tuple[Factors, Array, Array, float]:
    N = n * K
    # X = I: a rotation of the inputs is one of the first layer's start, which is uniform.
    X = arrays.eye(rng, N) + arrays.zeros(rng, (trials, N, N))
    step = lr if lr > 0 else 1 / (2 * L * n ** (1 - 1 / L))
    return _start(rng, trials, N, L, K, eps), X, _labels(rng, n, K), step


def _loss(factors: Factors, Y: Array) -> Array:
    return squared_norm(product(factors) - Y) / Y.shape[-1]


@kernel(floats=lambda K, n, L=3, **_: _floats(n, L, K), block=1)
def frozen_singular_values(
    K: int, n: int, L: int, eps: Positive, at: Sequence[int], *, trials: int, rng: Generator
) -> Array:
    """How many singular values of each hidden layer are still eps after some steps of the same descent.

    K, n, L, eps: as `deep_linear_compression_ratio`, whose step is used; at: numbers of steps, ascending. Returns
    (trials, times, L - 1).

    >>> from sims.arrays import strict_rng
    >>> frozen_singular_values(2, 3, 3, 0.3, (10, 20), trials=1, rng=strict_rng(0)).shape
    (1, 2, 2)
    """
    xp = namespace(rng)
    factors, _, Y, step = _problem(rng, trials, n, L, eps, K, 0.0)
    found, now = [], 0
    for stop in at:
        while now < stop:
            factors, now = descend(factors, lambda P: P - Y, step), now + 1
        values = [arrays.singular_values(W) for W in factors[:-1]]
        still = [xp.sum(xp.astype(xp.abs(v - eps) <= _EQUAL * eps, xp.float64), axis=-1) for v in values]
        found.append(xp.stack(still, axis=-1))
    return xp.stack(found, axis=1)
