"""Magnitude pruning after training: at once, and in rounds with rewinding."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, Positive, Share, kernel
from sims.arrays.domain import In

Features = Annotated[int, In(2)]


class Pruned(NamedTuple):
    """Of pruning in rounds: share of weights kept, of masks unlike those of pruning at once (1.0 where they differ),
    largest change of a kept weight's trajectory over |b|, and 1.0 where pruning in rounds, or at once, found the
    support; the certificate slope, the largest slope left of all weights at once and of those kept, over |b|; each
    (trials,)."""

    density: Array
    mask: Array
    path: Array
    iterative: Array
    at_once: Array
    slope: Array


def _check(p: int, k: int) -> None:
    if k >= p:
        raise ValueError(f"k = {k!r}: must be an integer from 1 to p - 1 = {p - 1}")


@kernel(floats=lambda p, **_: 3 * p)
def ticket_recovery_prob(p: Features, k: int, b: float, tau: Positive, *, trials: int, rng: Generator) -> Array:
    """1.0 where the k largest of p trained weights are the k true ones, else 0.0; orthogonal design.

    Trained weights: the true ones, k of size b and p - k zeros, plus normal noise tau. Returns (trials,). Raises
    ValueError for k >= p.

    >>> from sims.arrays import strict_rng
    >>> ticket_recovery_prob(6, 2, 1.0, 0.2, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    _check(p, k)
    noise = tau * rng.standard_normal(size=(trials, p))
    xp = arrays.namespace(noise)
    true, zero = xp.abs(noise[:, :k] + b), xp.abs(noise[:, k:])
    return arrays.less(xp.max(zero, axis=-1), xp.min(true, axis=-1))


@kernel(floats=lambda p, n, steps, **_: 3 * n * p + 2 * steps * p, block=64)
def iterative_pruning(
    p: Features,
    k: int,
    b: float,
    tau: Positive,
    n: int,
    rounds: int,
    steps: int,
    rho: Share = 0.0,
    *,
    trials: int,
    rng: Generator,
) -> Pruned:
    """Train by gradient descent, prune the smallest weights, rewind, train again; and prune once for comparison.

    Design: X'X/n has entries rho^|i-j| (rho < 1; 0: orthogonal), n >= p samples; k weights of size b and random sign at
    random places, p - k zeros; noise such that an orthogonal design's trained weights have noise tau. Each of the
    rounds keeps the same share of what is left, k at the end; all training runs take `steps` steps from the same start.
    Returns `Pruned`. Raises ValueError for k >= p, n < p or rho = 1.

    >>> from sims.arrays import strict_rng
    >>> iterative_pruning(8, 2, 1.0, 0.1, 12, 2, 5, trials=2, rng=strict_rng(0)).mask.shape
    (2,)
    """
    _check(p, k)
    if n < p:
        raise ValueError(f"n = {n!r}: must be an integer >= p = {p}")
    if rho == 1:
        raise ValueError(f"rho = {rho!r}: must be below 1")
    X = arrays.haar_frames(rng, trials, n, p) * math.sqrt(n) @ _root(rng, p, rho)
    xp = arrays.namespace(X)
    support = arrays.top_k_mask(rng.random(size=(trials, p)), k)
    beta = b * support * arrays.random_signs(rng, (trials, p))
    noise = tau * math.sqrt(n) * rng.standard_normal(size=(trials, n))
    y = (X @ beta[..., None])[..., 0] + noise
    start = 0.1 * b * rng.standard_normal(size=(trials, p))
    whole = _trained(X, y, start, xp.ones_like(start), steps, rho)
    once = arrays.top_k_mask(xp.abs(whole[-1]), k)
    mask, run = xp.ones_like(start), whole
    for r in range(1, rounds + 1):
        kept = round(p * (k / p) ** (r / rounds))
        # Pruned weights come last, below a trained weight that is 0.
        mask = arrays.top_k_mask(xp.where(mask > 0, xp.abs(run[-1]), -1.0), kept)
        run = _trained(X, y, start, mask, steps, rho)
    changes = [xp.max(xp.abs(mask * (one - two)), axis=-1) for one, two in zip(whole, run, strict=True)]
    unlike = xp.max(xp.abs(mask - once), axis=-1)
    left = xp.maximum(xp.abs(_slope(X, y, whole[-1])), mask * xp.abs(_slope(X, y, run[-1])))
    return Pruned(
        xp.mean(mask, axis=-1),
        unlike,
        xp.max(xp.stack(changes), axis=0) / abs(b),
        _same(mask, support),
        _same(once, support),
        xp.max(left, axis=-1) / abs(b),
    )


def _root(rng: Generator, p: int, rho: float) -> Array:
    """C with C'C = (rho^|i-j|): of an autoregression of order one."""
    if rho == 0:
        return arrays.eye(rng, p)
    places = arrays.arange(rng, p)
    xp = arrays.namespace(places)
    i = xp.astype(places, xp.float64)
    lag = i[None, :] - i[:, None]
    scale = xp.where(i == 0, xp.ones_like(i), math.sqrt(1 - rho * rho))[:, None]
    return xp.where(lag >= 0, scale * xp.exp(math.log(rho) * xp.clip(lag, 0.0)), 0.0)


def _slope(X: Array, y: Array, w: Array) -> Array:
    """Minus the gradient (trials, p) of |y - X w|^2/(2n)."""
    residual = y - (X @ w[..., None])[..., 0]
    return (arrays.namespace(X).matrix_transpose(X) @ residual[..., None])[..., 0] / X.shape[-2]


def _trained(X: Array, y: Array, start: Array, mask: Array, steps: int, rho: float) -> list[Array]:
    """Weights along gradient descent on |y - X w|^2/(2n) over the weights in the mask."""
    # The largest eigenvalue of the correlations is below (1 + rho)/(1 - rho).
    rate = 0.5 * (1 - rho) / (1 + rho)
    path = [mask * start]
    for _ in range(steps):
        path.append(mask * (path[-1] + rate * _slope(X, y, path[-1])))
    return path


def _same(a: Array, b: Array) -> Array:
    xp = arrays.namespace(a)
    return arrays.less(xp.max(xp.abs(a - b), axis=-1), 0.5)
