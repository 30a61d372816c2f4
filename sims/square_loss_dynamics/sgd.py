"""Mini-batch SGD with weight decay on a linear model with orthogonal inputs: literal chains, and all batches."""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Positive, kernel
from sims.masks import batch_mask
from sims.subspaces import haar_orthogonal

_HALVINGS = 60


class Stationary(NamedTuple):
    """(trials,), of each chain over coordinates and looks: mean weight, and mean square distance from full batch."""

    mean: Array
    var: Array


class Critical(NamedTuple):
    """step (trials,): where the second moments stop to shrink; width (trials,): of its last bracket, relative."""

    step: Array
    width: Array


def _check(N: int, B: int) -> None:
    if B > N:
        raise ValueError(f"B = {B!r}: must be an integer from 1 to N = {N}")


@kernel(floats=lambda N, **_: 8 * N)
def sgd_stationary(
    N: int,
    B: int,
    mu: Positive,
    lam: NonNegative,
    r2: Positive,
    w0: float,
    *,
    start: str = "full batch",
    steps: int = 400,
    looks: int = 10,
    every: int = 80,
    trials: int,
    rng: Generator,
) -> Stationary:
    """One chain a trial: all N coordinates, w_i <- (1 - 2 mu lam) w_i - mu (2/B) c_i r2 (w_i - w0), c the batch.

    start: "full batch", the solution of the penalised least squares that chains are seen from, or "zero". steps: before
    the first look; then `looks` looks, `every` steps apart. Returns `Stationary`.

    >>> from sims.arrays import strict_rng
    >>> sgd_stationary(5, 2, 0.2, 0.1, 1.0, 1.0, steps=5, looks=1, every=1, trials=3, rng=strict_rng(0)).var.shape
    (3,)
    """
    _check(N, B)
    full = r2 * w0 / (r2 + N * lam)  # minimises (1/N) sum r2 (w_i - w0)^2 + lam |w|^2
    if start not in ("full batch", "zero"):
        raise ValueError(f"start = {start!r}: must be 'full batch' or 'zero'")
    w = arrays.zeros(rng, (trials, N)) + (full if start == "full batch" else 0.0)
    keep, gain = 1 - 2 * mu * lam, 2 * mu * r2 / B
    xp = arrays.namespace(w)
    mean, var = arrays.zeros(rng, (trials,)), arrays.zeros(rng, (trials,))
    for step in range(1, steps + looks * every + 1):
        w = keep * w - gain * batch_mask(rng, trials, N, B) * (w - w0)
        if step > steps and (step - steps) % every == 0:
            mean += xp.mean(w, axis=-1) / looks
            var += xp.mean((w - full) ** 2, axis=-1) / looks
    return Stationary(mean, var)


@kernel(floats=lambda N, **_: 8 * N**4, block=4)
def sgd_critical_step(
    N: int,
    B: int,
    lam: NonNegative,
    r2: Positive,
    *,
    halved: bool = False,
    trials: int,
    rng: Generator,
) -> Critical:
    """Bisect the step at which E[A kron A] over all batches has the eigenvalue 1, on inputs sqrt(r2) x rotated axes.

    A = (1 - 2 mu lam) I - (2 mu/B) sum_i x_i x_i' over the batch; with `halved` A = (1 - mu lam) I - (mu/B) sum_i x_i
    x_i', the step of the halved loss. Returns `Critical`.

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(sgd_critical_step(3, 1, 0.0, 1.0, trials=1, rng=strict_rng(0)).step).round(6)
    array([1.])
    """
    _check(N, B)
    rows = haar_orthogonal(rng, trials, N) * math.sqrt(r2)
    xp, factor = arrays.namespace(rows), 1.0 if halved else 2.0
    identity = arrays.eye(rows, N)
    ways = list(itertools.combinations(range(N), B))
    slopes = [factor * (lam * identity + sum(_outer(rows[:, i, :]) for i in way) / B) for way in ways]
    first = sum(_kron(C, identity) + _kron(identity, C) for C in slopes) / len(ways)
    second = sum(_kron(C, C) for C in slopes) / len(ways)
    low = arrays.zeros(rows, (trials,))
    high = low + 2.2 / (factor * (lam + r2 / N))  # where even the mean grows
    for _ in range(_HALVINGS):
        mid = (low + high) / 2
        at = mid[:, None, None]
        operator = _kron(identity, identity) - at * first + at * at * second
        shrinks = arrays.eigvalsh(operator)[:, -1] < 1
        low, high = xp.where(shrinks, mid, low), xp.where(shrinks, high, mid)
    return Critical((low + high) / 2, (high - low) / high)


def _outer(x: Array) -> Array:
    return x[:, :, None] * x[:, None, :]


def _kron(a: Array, b: Array) -> Array:
    """Kronecker products of stacks (..., d, d), broadcast."""
    xp, d = arrays.namespace(a), a.shape[-1]
    product = a[..., :, None, :, None] * b[..., None, :, None, :]
    return xp.reshape(product, (*product.shape[:-4], d * d, d * d))
