"""Minority collapse found by descent: penalised and layer-peeled features under class imbalance, one column a class.

All samples of a class have the same feature at the optimum, so class k is one column of weight n_k/N, and the imbalance
R = n_A/n_B may be any real number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sims.arrays import Array, Generator, arange, asarray, eigvalsh, eye, kernel, namespace, zeros
from sims.neural_collapse.softmax import (
    CrossEntropy,
    cross_entropy,
    decay,
    logit_distance,
    pack,
    penalised_gap,
    unpack,
)
from sims.optimize import Objective, dot, flattest, lbfgs
from sims.sections import transition
from sims.stacks import mean_cosine, norm, off_diagonal

ALIVE = 1e-3
"""A mean logit gap between minority classes above this counts as not collapsed; it grows linearly below R_c."""

MEMORY = 20
"""Pairs that a descent remembers: near the transition the curvature of the vanishing mode is small."""


def _sizes(rng: Generator, K_A: int, K_B: int, R: Array) -> Array:
    """Class sizes in units of n_B, shape (problems, 1, K)."""
    xp = namespace(rng)
    majority = arange(rng, K_A + K_B) < K_A
    return xp.where(majority[None, None, :], R[:, None, None], xp.ones_like(R)[:, None, None])


def minority_gap(logits: Array, K_A: int) -> Array:
    """Mean of true logit minus the other minority classes' logits, over minority columns (problems,)."""
    xp, K_B = namespace(logits), logits.shape[-1] - K_A
    block = logits[:, K_A:, K_A:]
    diagonal = xp.sum(block - off_diagonal(block), axis=(-2, -1)) / K_B
    return diagonal - xp.sum(off_diagonal(block), axis=(-2, -1)) / (K_B * (K_B - 1))


# --- penalties on W and H --------------------------------------------------------------------------------------------


class Ratio(NamedTuple):
    """Per trial: value, the imbalance R from which on all minority classifiers coincide; distance, the most by which a
    tried logit gap may be off: it counts as open from ALIVE on."""

    value: Array
    distance: Array


def _gap_distance(gap: Array, ce: CrossEntropy, Y: Array, weights: Array, K_A: int) -> Array:
    """Bound the error of a mean logit gap: at most sqrt(2) times that of the minority's centred logits."""
    minority = ce._replace(wrong=ce.wrong[:, :, K_A:], missing=ce.missing[:, :, K_A:])
    return math.sqrt(2) * logit_distance(gap, minority, Y[:, K_A:], weights[:, :, K_A:])


def _penalised(
    Y: Array, sizes: Array, n_B: int, lambda_W: float, lambda_H: float, lambda_b: float | None
) -> tuple[Objective, Callable[[Array], Array]]:
    """The objective of packed (W, G, b), h_k = g_k/sqrt(n_k), and its logits."""
    xp, K = namespace(Y), Y.shape[0]
    weights, root = sizes / xp.sum(sizes, axis=-1, keepdims=True), xp.sqrt(n_B * sizes)

    def logits(x: Array) -> Array:
        W, G = unpack(x[:, : 2 * K * K], K, K)
        return W @ G / root + (0.0 if lambda_b is None else x[:, 2 * K * K :, None])

    def objective(x: Array) -> tuple[Array, Array]:
        W, G = unpack(x[:, : 2 * K * K], K, K)
        ce = cross_entropy(logits(x), Y, weights)
        back = ce.gradient / root
        value = ce.value + decay(W, G, lambda_W, lambda_H)
        gradient = pack(back @ G.mT + lambda_W * W, W.mT @ back + lambda_H * G)
        if lambda_b is None:
            return value, gradient
        b = x[:, 2 * K * K :]
        value = value + 0.5 * lambda_b * dot(b, b)[:, 0]
        return value, xp.concat([gradient, xp.sum(ce.gradient, axis=-1) + lambda_b * b], axis=-1)

    return objective, logits


def _sections_floats(K_A: int, K_B: int, **_: object) -> float:
    return 420 * (K_A + K_B) ** 2


@kernel(floats=_sections_floats, block=8)
def minority_collapse_ratio_ufm(
    K_A: int,
    K_B: int,
    n_B: int,
    lambda_W: float,
    lambda_H: float,
    lambda_b: float | None = None,
    *,
    trials: int,
    rng: Generator,
    steps: int = 500,
    rounds: int = 4,
) -> Ratio:
    """Find R_c between 1 and 1000 by sections, each tried R descended from its own start; lambda_b None: no bias.

    K_A, K_B >= 2: majority and minority classes; n_B: samples of a minority class; lambda_W, lambda_H > 0: penalties;
    rounds sections divide the bracket by 8 each. Returns fields value and distance, each (trials,).

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> minority_collapse_ratio_ufm(2, 2, 5, 0.01, 0.01, trials=1, rng=rng, steps=100, rounds=1).value.shape
    (1,)
    """
    xp, K = namespace(rng), K_A + K_B
    Y, c = eye(rng, K), math.sqrt(lambda_W * lambda_H)

    def alive(R: Array) -> tuple[Array, Array]:
        sizes = _sizes(rng, K_A, K_B, R)
        objective, logits = _penalised(Y, sizes, n_B, lambda_W, lambda_H, lambda_b)
        start = rng.standard_normal(size=(R.shape[0], 2 * K * K + (0 if lambda_b is None else K)))
        end = flattest(objective, start, steps, MEMORY)
        M, weights = logits(end.point), sizes / xp.sum(sizes, axis=-1, keepdims=True)
        ce = cross_entropy(M, Y, weights)
        gap = penalised_gap(end.value, ce, Y, weights, c, root=xp.sqrt(n_B * sizes), lambda_b=lambda_b)
        return minority_gap(M, K_A) > ALIVE, _gap_distance(gap, ce, Y, weights, K_A)

    return Ratio(*transition(alive, rng, trials, (1.0, 1e3), rounds, rising=False))


# --- the layer-peeled model: energies instead of penalties -----------------------------------------------------------


def _peeled(Y: Array, weights: Array | float, scale: Array | float) -> tuple[Objective, Callable[[Array], Array]]:
    """The cross-entropy of packed (A, B) and its logits: W = A sqrt(K E_W)/|A|, H = B sqrt(K E_H)/|B|.

    `scale` is K sqrt(E_W E_H), one number or (problems, 1, 1).
    """
    K = Y.shape[0]

    def logits(x: Array) -> Array:
        A, B = unpack(x, K, K)
        return scale * (A @ B) / (norm(A) * norm(B))[:, None, None]

    def objective(x: Array) -> tuple[Array, Array]:
        xp = namespace(x)
        A, B = unpack(x, K, K)
        size_A, size_B = norm(A)[:, None, None], norm(B)[:, None, None]
        Z = scale * (A @ B) / (size_A * size_B)
        ce = cross_entropy(Z, Y, weights)
        back = scale * ce.gradient / (size_A * size_B)
        radial = xp.sum(ce.gradient * Z, axis=(-2, -1), keepdims=True)
        return ce.value, pack(back @ B.mT - radial * A / size_A**2, A.mT @ back - radial * B / size_B**2)

    return objective, logits


def _peeled_gap(M: Array, ce: CrossEntropy, rho: Array | float) -> Array:
    """The gap of Frank and Wolfe, <g, M> + rho |g|_op with the loss's gradient g in the logits M, |M|_* <= rho."""
    xp, g = namespace(M), ce.gradient
    return xp.sum(g * M, axis=(-2, -1)) + rho * xp.sqrt(eigvalsh(g @ g.mT)[..., -1])


@kernel(floats=_sections_floats, block=8)
def minority_collapse_ratio_lpm(
    K_A: int,
    K_B: int,
    E_W: float,
    E_H: float,
    *,
    trials: int,
    rng: Generator,
    steps: int = 500,
    rounds: int = 4,
) -> Ratio:
    """Find R_0 between 1 and 1000 by sections, each tried R descended from its own start.

    K_A, K_B >= 2: majority and minority classes; E_W, E_H > 0: bounds on the mean squared norms of classifiers and of
    features; rounds sections divide the bracket by 8 each. Returns fields value and distance, each (trials,).

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> minority_collapse_ratio_lpm(2, 2, 1.0, 1.0, trials=1, rng=rng, steps=100, rounds=1).value.shape
    (1,)
    """
    xp, K = namespace(rng), K_A + K_B
    Y = eye(rng, K)

    rho = K * math.sqrt(E_W * E_H)

    def alive(R: Array) -> tuple[Array, Array]:
        sizes = _sizes(rng, K_A, K_B, R)
        weights = sizes / xp.sum(sizes, axis=-1, keepdims=True)
        objective, logits = _peeled(Y, weights, rho)
        start = rng.standard_normal(size=(R.shape[0], 2 * K * K))
        M = logits(flattest(objective, start, steps, MEMORY).point)
        ce = cross_entropy(M, Y, weights)
        return minority_gap(M, K_A) > ALIVE, _gap_distance(_peeled_gap(M, ce, rho), ce, Y, weights, K_A)

    return Ratio(*transition(alive, rng, trials, (1.0, 1e3), rounds, rising=False))


class PeeledOptimum(NamedTuple):
    """Per trial: loss; minority_cosine, the mean cosine of different minority classifiers; gap, a bound on
    loss - minimum."""

    loss: Array
    minority_cosine: Array
    gap: Array


@kernel(floats=lambda K_A, K_B, **_: 60 * (K_A + K_B) ** 2, block=32)
def layer_peeled_optimum(
    K_A: int, K_B: int, R: float, E_W: float, E_H: float, *, trials: int, rng: Generator, steps: int = 300
) -> PeeledOptimum:
    """Descend the layer-peeled model at imbalance R from `trials` Gaussian starts.

    K_A, K_B >= 2: majority and minority classes; R >= 1: samples of a majority class over those of a minority class;
    E_W, E_H > 0: bounds on the mean squared norms of classifiers and of features. Returns the fields of
    PeeledOptimum.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> found = layer_peeled_optimum(2, 2, 1.0, 2.0, 2.0, trials=2, rng=rng)
    >>> bool(np.abs(found.minority_cosine + 1 / 3).max() < 1e-4)
    True
    """
    xp, K = namespace(rng), K_A + K_B
    Y = eye(rng, K)
    sizes = _sizes(rng, K_A, K_B, zeros(rng, (trials,)) + R)
    weights = sizes / xp.sum(sizes, axis=-1, keepdims=True)
    objective, logits = _peeled(Y, weights, K * math.sqrt(E_W * E_H))
    end = lbfgs(objective, rng.standard_normal(size=(trials, 2 * K * K)), steps)
    M = logits(end.point)
    gap = _peeled_gap(M, cross_entropy(M, Y, weights), K * math.sqrt(E_W * E_H))
    W, _ = unpack(end.point, K, K)
    return PeeledOptimum(end.value, mean_cosine(W[:, K_A:, :]), gap)


class MinorityMap(NamedTuple):
    """Per trial: minority_cosine (ratios, energies), the mean cosine of different minority classifiers; gap alike, a
    bound on loss - minimum."""

    minority_cosine: Array
    gap: Array


@kernel(floats=lambda K_A, K_B, ratios, energies, **_: len(ratios) * len(energies) * 60 * (K_A + K_B) ** 2)
def minority_map(
    K_A: int,
    K_B: int,
    ratios: Sequence[float],
    energies: Sequence[float],
    *,
    trials: int,
    rng: Generator,
    steps: int = 200,
) -> MinorityMap:
    """Descend the layer-peeled model at every imbalance and energy sqrt(E_W E_H), each from its own start.

    K_A, K_B >= 2; ratios: imbalances R >= 1; energies: values of sqrt(E_W E_H) > 0. Returns the fields of
    MinorityMap, arrays of shape (trials, ratios, energies).

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> minority_map(2, 2, [1.0, 9.0], [1.0], trials=1, rng=rng, steps=50)[0].shape
    (1, 2, 1)
    """
    xp, K = namespace(rng), K_A + K_B
    Y, shape = eye(rng, K), (trials, len(ratios), len(energies))
    R = xp.reshape(xp.broadcast_to(asarray(rng, list(map(float, ratios)))[None, :, None], shape), (-1,))
    scale = xp.reshape(
        xp.broadcast_to(asarray(rng, [K * float(e) for e in energies])[None, None, :], shape), (-1, 1, 1)
    )
    sizes = _sizes(rng, K_A, K_B, R)
    weights = sizes / xp.sum(sizes, axis=-1, keepdims=True)
    objective, logits = _peeled(Y, weights, scale)
    end = lbfgs(objective, rng.standard_normal(size=(R.shape[0], 2 * K * K)), steps)
    W, _ = unpack(end.point, K, K)
    M = logits(end.point)
    gap = _peeled_gap(M, cross_entropy(M, Y, weights), scale[:, 0, 0])
    return MinorityMap(xp.reshape(mean_cosine(W[:, K_A:, :]), shape), xp.reshape(gap, shape))


class BalancedLoss(NamedTuple):
    """Per trial: value, the loss reached; gap, a bound on how far it is above the minimum."""

    value: Array
    gap: Array


@kernel(floats=lambda K, **_: 60 * K**2, block=32)
def lpm_balanced_loss(K: int, E_W: float, E_H: float, *, trials: int, rng: Generator, steps: int = 300) -> BalancedLoss:
    """Descend the balanced layer-peeled model from `trials` Gaussian starts.

    K >= 3: classes; E_W, E_H > 0: bounds on the mean squared norms. Returns fields value and gap, each (trials,).

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> lpm_balanced_loss(3, 2.0, 2.0, trials=2, rng=rng).value.round(6)
    array([0.094923, 0.094923])
    """
    end = layer_peeled_optimum(1, K - 1, 1.0, E_W, E_H, trials=trials, rng=rng, steps=steps)
    return BalancedLoss(end.loss, end.gap)
