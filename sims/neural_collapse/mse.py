"""The unconstrained features model with squared loss, solved by alternating ridge regressions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from sims.arrays import Array, Generator, eigvalsh, eye, kernel, less, namespace, singular_values, solve, zeros
from sims.neural_collapse.samples import indicators
from sims.sections import transition
from sims.stacks import mean_cosine, norm, off_diagonal, squared_norm

ALIVE = 1e-3
"""A mode's share of sqrt(n) above which it counts as living; it grows linearly beyond the transition."""


class Factors(NamedTuple):
    """Classifier W (trials, K, d), features H (trials, d, N), bias b (trials, K, 1)."""

    W: Array
    H: Array
    b: Array


def alternating_ridge(
    Y: Array, H: Array, lambda_W: float, lambda_H: float, lambda_b: float | Array | None, sweeps: int
) -> Factors:
    """Minimise exactly over W, over H and over b in turn, from features H; lambda_b None: no bias."""
    xp, N, d = namespace(H), Y.shape[-1], H.shape[-2]
    ridge_W, ridge_H = lambda_W * eye(H, d), lambda_H * eye(H, d)
    b = zeros(H, (H.shape[0], Y.shape[0], 1))
    for _ in range(sweeps):
        target = (Y - b) / N
        W = solve(H @ H.mT / N + ridge_W, H @ target.mT).mT
        H = solve(W.mT @ W / N + ridge_H, W.mT @ target)
        if lambda_b is not None:
            b = xp.mean(Y - W @ H, axis=-1, keepdims=True) / (1 + lambda_b)
    return Factors(W, H, b)


def objective(Y: Array, factors: Factors, lambda_W: float, lambda_H: float, lambda_b: float | Array | None) -> Array:
    """Return the penalised squared loss of each trial; lambda_b None: no bias, an array: one penalty a trial."""
    W, H, b = factors
    fit = squared_norm(Y - W @ H - b) / (2 * Y.shape[-1])
    bias = 0.0 if lambda_b is None else lambda_b * squared_norm(b)
    return fit + 0.5 * (lambda_W * squared_norm(W) + lambda_H * squared_norm(H) + bias)


def duality_gap(Y: Array, factors: Factors, lambda_W: float, lambda_H: float, lambda_b: float | Array | None) -> Array:
    """Return an upper bound on objective - minimum, whatever the width.

    In Z = WH the problem is min |Y - Z - b1'|^2/2N + c |Z|_* + lambda_b |b|^2/2, c = sqrt(lambda_W lambda_H). Its dual
    is max <G, Y> - N |G|^2/2 - |G1|^2/(2 lambda_b) over |G|_op <= c (G1 = 0 for a free bias); the residual over N,
    scaled into that ball, is dual feasible.
    """
    xp, N = namespace(Y), Y.shape[-1]
    W, H, b = factors
    residual = (Y - W @ H - b) / N
    free = isinstance(lambda_b, float | int) and lambda_b == 0
    if free:
        residual = residual - xp.mean(residual, axis=-1, keepdims=True)
    largest = xp.sqrt(eigvalsh(residual @ residual.mT)[..., -1])
    c = math.sqrt(lambda_W * lambda_H)
    G = residual * xp.where(largest > c, c / largest, xp.ones_like(largest))[:, None, None]
    dual = xp.sum(G * Y, axis=(-2, -1)) - 0.5 * N * squared_norm(G)
    if lambda_b is not None and not free:
        dual = dual - squared_norm(xp.sum(G, axis=-1, keepdims=True)) / (2 * lambda_b)
    return objective(Y, factors, lambda_W, lambda_H, lambda_b) - dual


def distance_bound(Y: Array, gap: Array) -> Array:
    """Return the largest |Z - Z*|/|Y| that a duality gap leaves: the problem is 1/N-strongly convex in Z."""
    xp, N = namespace(gap), Y.shape[-1]
    return xp.sqrt(2 * N * xp.abs(gap)) / norm(Y)


class MseOptimum(NamedTuple):
    """Per trial: loss; z, w_sqnorm, h_sqnorm, collapsed, each (K,); what is left outside the predicted structure.

    stray: |Z - sum z_k e_k 1_k'/sqrt(n_k)|/|Y|; overlap: largest |<w_k, w_l>| over the largest |w_k|^2; gap and
    distance: the run's own certificates (of use for d >= K); gradient: norm of the gradient in W.
    """

    loss: Array
    z: Array
    w_sqnorm: Array
    h_sqnorm: Array
    collapsed: Array
    stray: Array
    overlap: Array
    gap: Array
    distance: Array
    gradient: Array


@kernel(floats=lambda n_per_class, **_: 8 * len(n_per_class) * sum(n_per_class), block=32)
def ufm_mse_optimum(
    n_per_class: Sequence[int],
    lambda_W: float,
    lambda_H: float,
    d: int | None = None,
    *,
    trials: int,
    rng: Generator,
    sweeps: int = 1000,
) -> MseOptimum:
    """Optimise classifier and features from `trials` Gaussian starts, no bias.

    n_per_class (K,): class sizes >= 1; lambda_W, lambda_H > 0; d features, K if None. Returns the fields of
    MseOptimum.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> ufm_mse_optimum([4, 2], 0.01, 0.01, trials=1, rng=rng).z.round(6)
    array([[1.94    , 1.354214]])
    """
    Y = indicators(rng, n_per_class)
    K, N = Y.shape
    start = rng.standard_normal(size=(trials, K if d is None else d, N))
    factors = alternating_ridge(Y, start, lambda_W, lambda_H, None, sweeps)
    return describe(Y, factors, lambda_W, lambda_H)


def describe(Y: Array, factors: Factors, lambda_W: float, lambda_H: float) -> MseOptimum:
    """Measure where a bias-free descent arrived."""
    W, H, _ = factors
    xp, N = namespace(W), Y.shape[-1]
    sizes = xp.sum(Y, axis=-1)
    root, Z = xp.sqrt(sizes), W @ H
    z = xp.sum(Z * Y, axis=-1) / root
    stray = norm(Z - (z / root)[..., None] * Y) / norm(Y)
    gram = W @ W.mT
    rows = xp.sum(W * W, axis=-1)
    largest = xp.max(rows, axis=-1)
    overlap = xp.max(xp.abs(off_diagonal(gram)), axis=(-2, -1)) / xp.where(largest > 0, largest, xp.ones_like(largest))
    gap = duality_gap(Y, factors, lambda_W, lambda_H, None)
    return MseOptimum(
        loss=objective(Y, factors, lambda_W, lambda_H, None),
        z=z,
        w_sqnorm=rows,
        h_sqnorm=xp.sum(H * H, axis=-2) @ Y.mT / sizes,
        collapsed=less(z, ALIVE * root),
        stray=stray,
        overlap=overlap,
        gap=gap,
        distance=distance_bound(Y, gap),
        gradient=norm((Z - Y) @ H.mT / N + lambda_W * W),
    )


class MseBias(NamedTuple):
    """Per trial: z, z0, bias, loss, cos_uncentred; stray, gap and distance as in MseOptimum (stray with the bias)."""

    z: Array
    z0: Array
    bias: Array
    loss: Array
    cos_uncentred: Array
    stray: Array
    gap: Array
    distance: Array


@kernel(floats=lambda K, n, **_: 8 * n * K**2, block=32)
def ufm_mse_bias(
    K: int,
    n: int,
    lambda_W: float,
    lambda_H: float,
    lambda_b: float,
    *,
    trials: int,
    rng: Generator,
    sweeps: int = 1000,
) -> MseBias:
    """Optimise classifier, features and bias from `trials` Gaussian starts, balanced classes.

    K classes of n samples; lambda_W, lambda_H > 0, lambda_b >= 0: penalties. Returns the fields of MseBias, each
    (trials,).

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> ufm_mse_bias(3, 4, 0.01, 0.01, 0.0, trials=1, rng=rng).cos_uncentred.round(6)
    array([-0.5])
    """
    xp, Y = namespace(rng), indicators(rng, [n] * K)
    start = rng.standard_normal(size=(trials, K, K * n))
    factors = alternating_ridge(Y, start, lambda_W, lambda_H, lambda_b, sweeps)
    z, z0 = _modes(Y, factors)
    Z = factors.W @ factors.H
    beta = xp.mean(factors.b, axis=(-2, -1))
    # The structure claimed: z on the centred indicators, z0 on the all-ones matrix, the same bias for all.
    bulk, ones = z[:, None, None] / math.sqrt(n), z0[:, None, None] / math.sqrt(n)
    fitted = bulk * (Y - 1 / K) + ones / K + beta[:, None, None]
    gap = duality_gap(Y, factors, lambda_W, lambda_H, lambda_b)
    return MseBias(
        z=z,
        z0=z0,
        bias=beta,
        loss=objective(Y, factors, lambda_W, lambda_H, lambda_b),
        cos_uncentred=mean_cosine(Y @ factors.H.mT / n),
        stray=norm(Z + factors.b - fitted) / norm(Y),
        gap=gap,
        distance=distance_bound(Y, gap),
    )


def _modes(Y: Array, factors: Factors) -> tuple[Array, Array]:
    """The mean singular value on the centred indicators, and the one along the all-ones matrix."""
    xp, (K, N) = namespace(Y), Y.shape
    Z = factors.W @ factors.H
    z0 = xp.sum(Z, axis=(-2, -1)) / math.sqrt(K * N)
    return (xp.sum(Z * Y, axis=(-2, -1)) / math.sqrt(N / K) - z0) / (K - 1), z0


class BiasTransition(NamedTuple):
    """Per trial: lambda_b_crit, the bias penalty from which on the all-ones mode lives; distance, the most by which a
    tried mode's share of sqrt(n) may be off: it counts as living from ALIVE on."""

    lambda_b_crit: Array
    distance: Array


@kernel(floats=lambda K, n, **_: 64 * n * K**2, block=4)
def ufm_mse_bias_transition(
    K: int,
    n: int,
    lambda_W: float,
    lambda_H: float,
    *,
    trials: int,
    rng: Generator,
    sweeps: int = 3000,
    rounds: int = 4,
) -> BiasTransition:
    """Find the transition by sections: the bracket from 1e-4 to 1e2 is cut into eight, `rounds` times.

    K classes of n samples; lambda_W, lambda_H > 0. Returns fields lambda_b_crit and distance, each (trials,).

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> ufm_mse_bias_transition(3, 4, 0.01, 0.01, trials=1, rng=rng, sweeps=100, rounds=1).lambda_b_crit.shape
    (1,)
    """
    Y = indicators(rng, [n] * K)

    def alive(lambda_b: Array) -> tuple[Array, Array]:
        start = rng.standard_normal(size=(lambda_b.shape[0], K, K * n))
        factors = alternating_ridge(Y, start, lambda_W, lambda_H, lambda_b[:, None, None], sweeps)
        gap = duality_gap(Y, factors, lambda_W, lambda_H, lambda_b)
        return _modes(Y, factors)[1] > ALIVE * math.sqrt(n), distance_bound(Y, gap) * math.sqrt(K)

    return BiasTransition(*transition(alive, rng, trials, (1e-4, 1e2), rounds, rising=True))


class FreeBias(NamedTuple):
    """Per trial: loss; z (K-1,), the largest singular values of WH; gap and distance as in MseOptimum."""

    loss: Array
    z: Array
    gap: Array
    distance: Array


@kernel(floats=lambda n_per_class, **_: 8 * len(n_per_class) * sum(n_per_class), block=32)
def ufm_mse_free_bias(
    n_per_class: Sequence[int],
    lambda_W: float,
    lambda_H: float,
    *,
    trials: int,
    rng: Generator,
    sweeps: int = 1000,
) -> FreeBias:
    """Optimise classifier, features and an unpenalised bias from `trials` Gaussian starts, any class sizes.

    n_per_class (K,): class sizes >= 1; lambda_W, lambda_H > 0. Returns the fields of FreeBias.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> ufm_mse_free_bias([4, 2, 1], 0.01, 0.01, trials=1, rng=rng).z.round(5)
    array([[1.5901 , 1.04538]])
    """
    Y = indicators(rng, n_per_class)
    K, N = Y.shape
    start = rng.standard_normal(size=(trials, K, N))
    factors = alternating_ridge(Y, start, lambda_W, lambda_H, 0.0, sweeps)
    gap = duality_gap(Y, factors, lambda_W, lambda_H, 0.0)
    return FreeBias(
        loss=objective(Y, factors, lambda_W, lambda_H, 0.0),
        z=singular_values(factors.W @ factors.H)[..., : K - 1],
        gap=gap,
        distance=distance_bound(Y, gap),
    )
