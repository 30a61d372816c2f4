"""The unconstrained features model with cross-entropy, descended from random starts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from sims.arrays import Array, Generator, kernel, namespace
from sims.neural_collapse.samples import indicators
from sims.neural_collapse.softmax import cross_entropy, decay, logit_distance, pack, penalised_gap, unpack
from sims.optimize import Best, Objective, best_of, lbfgs
from sims.stacks import mean_cosine, norm


class CrossEntropyOptimum(NamedTuple):
    """Per trial, at the best of its starts: tau, loss, w_sqnorm, h_sqnorm, p_true (means over classes and samples).

    stray: |Z - tau (Y - 1/K)| / sqrt(N); cosine: mean cosine of class means; reached: the share of starts within 1e-8
    of the best; gradient: norm of the gradient; gap: bound on loss - minimum, see `penalised_gap`; distance: bound on
    |Z - Z*|/sqrt(N), see `logit_distance`.
    """

    tau: Array
    loss: Array
    w_sqnorm: Array
    h_sqnorm: Array
    p_true: Array
    stray: Array
    cosine: Array
    reached: Array
    gradient: Array
    gap: Array
    distance: Array


def features_objective(
    Y: Array, d: int, lambda_W: float, lambda_H: float, *, squared: bool = False, weights: Array | float | None = None
) -> Objective:
    """Return the bias-free cross-entropy objective of packed (W, H), or of (W, V) with H = V*V (`squared`)."""
    K, N = Y.shape
    share = 1 / N if weights is None else weights

    def objective(x: Array) -> tuple[Array, Array]:
        W, V = unpack(x, K, d)
        H = V * V if squared else V
        ce = cross_entropy(W @ H, Y, share)
        along_W = ce.gradient @ H.mT + lambda_W * W
        along_H = W.mT @ ce.gradient + lambda_H * H
        return ce.value + decay(W, H, lambda_W, lambda_H), pack(along_W, 2 * V * along_H if squared else along_H)

    return objective


def _floats(K: int, n: int, starts: int = 1, **_: object) -> float:
    return starts * 60 * K * K * (n + 1)


@kernel(floats=_floats, block=lambda starts=1, **_: max(1, 32 // starts))
def ufm_ce_optimum(
    K: int,
    n: int,
    lambda_W: float,
    lambda_H: float,
    nonnegative_features: bool = False,
    *,
    trials: int,
    rng: Generator,
    starts: int = 1,
    d: int | None = None,
    steps: int | None = None,
) -> CrossEntropyOptimum:
    """Descend from Gaussian starts, `starts` a trial.

    If None, d = K features (2K nonnegative ones) and 300 + 30 K steps.

    K classes of n samples; lambda_W, lambda_H > 0: penalties (lambda/2)|.|^2 beside the mean loss. Returns the fields
    of CrossEntropyOptimum, each (trials,).

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> ufm_ce_optimum(3, 4, 0.01, 0.01, trials=1, rng=rng).loss.round(6)
    array([0.19567])
    """
    Y = indicators(rng, [n] * K)
    width = d if d is not None else 2 * K if nonnegative_features else K
    start = rng.standard_normal(size=(trials * starts, width * (K + K * n)))
    objective = features_objective(Y, width, lambda_W, lambda_H, squared=nonnegative_features)
    best = best_of(lbfgs(objective, start, 300 + 30 * K if steps is None else steps), starts)
    W, V = unpack(best.point, K, width)
    H = V * V if nonnegative_features else V
    return _describe(Y, W, H, best, math.sqrt(lambda_W * lambda_H), nonnegative_features)


def _describe(Y: Array, W: Array, H: Array, best: Best, c: float, nonnegative: bool) -> CrossEntropyOptimum:
    xp, (K, N) = namespace(W), Y.shape
    Z = W @ H
    ce = cross_entropy(Z, Y, 1 / N)
    # The gap between the true logit and the mean of the others.
    tau = xp.sum(Z * (K * Y - 1), axis=(-2, -1)) / ((K - 1) * N)
    gap = penalised_gap(best.value, ce, Y, 1 / N, c, nonnegative=nonnegative)
    return CrossEntropyOptimum(
        tau=tau,
        loss=best.value,
        w_sqnorm=xp.mean(xp.sum(W * W, axis=-1), axis=-1),
        h_sqnorm=xp.mean(xp.sum(H * H, axis=-2), axis=-1),
        p_true=1 - xp.sum(ce.missing, axis=(-2, -1)) / N,
        stray=norm(Z - tau[:, None, None] * (Y - 1 / K)) / math.sqrt(N),
        cosine=mean_cosine(Y @ H.mT),
        reached=best.reached,
        gradient=best.gradient,
        gap=gap,
        distance=logit_distance(gap, ce, Y, 1 / N) / math.sqrt(N),
    )


class DescentPath(NamedTuple):
    """Per trial and time: W (times, K, d), H (times, d, N) and the loss (times,)."""

    W: Array
    H: Array
    loss: Array


@kernel(floats=lambda K, n, d, times, **_: 8 * len(times) * d * (K + K * n), block=32)
def ufm_ce_path(
    K: int,
    n: int,
    lambda_W: float,
    lambda_H: float,
    d: int,
    times: Sequence[int],
    *,
    trials: int,
    rng: Generator,
    step: float = 1.0,
) -> DescentPath:
    """Descend by gradient steps of fixed size from Gaussian starts, and keep what is there after `times` steps.

    K classes of n samples; lambda_W, lambda_H > 0; d features; times: increasing numbers of steps; step > 0. Returns
    the fields of DescentPath: W (trials, times, K, d), H (trials, times, d, K n), loss (trials, times).

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> ufm_ce_path(3, 4, 0.01, 0.01, 5, [0, 10], trials=2, rng=rng).W.shape
    (2, 2, 3, 5)
    """
    xp, Y = namespace(rng), indicators(rng, [n] * K)
    start = rng.standard_normal(size=(trials, d * (K + K * n)))
    objective = features_objective(Y, d, lambda_W, lambda_H)
    W, H = (part + 0.0 for part in unpack(start, K, d))
    kept, pull, adding = [], step / (K * n) * Y, K * n / step * xp.ones_like(Y[:1, :K])
    for t in range(max(times) + 1):
        if t in times:
            kept.append((W + 0.0, H + 0.0, objective(pack(W, H))[0]))
        # A step along the gradient in the logits, in place: no values, no packing. Of logits that are centred over the
        # classes the largest is positive, so that no sum of exponentials vanishes; they overflow beyond 700 only.
        residual = xp.exp((W - xp.mean(W, axis=-2, keepdims=True)) @ H)
        residual /= adding @ residual
        residual -= pull
        along_W, along_H = residual @ H.mT, W.mT @ residual
        W *= 1 - step * lambda_W
        W -= along_W
        H *= 1 - step * lambda_H
        H -= along_H
    return DescentPath(*(xp.stack(part, axis=1) for part in zip(*kept, strict=True)))
