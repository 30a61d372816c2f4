"""Source tasks with uneven numbers of samples: what each split of the budget leaves out of the target."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from sims import arrays, instances
from sims.arrays import Array, Generator, NonNegative, Positive, Whole, kernel
from sims.multitask_representation.subspace import left_out
from sims.subspaces import top_directions


class SplitRisks(NamedTuple):
    """What is left out of the target by an even split, one by |nu_m| and one by nu_m^2, same noise, each (trials,)."""

    uniform: Array
    absolute: Array
    squared: Array


def source_relevance(W: Array, w: Array) -> Array:
    """How the target is combined from its sources, by the normal equations: nu = W'(W W')^{-1} w.

    W: (k, T), source tasks as columns, independent rows; w: (k,). Returns (T,), NaN where the rows depend.

    >>> import numpy as np
    >>> source_relevance(np.asarray([[1.0, 0.0, 1.0], [0.0, 2.0, 0.0]]), np.asarray([1.0, 1.0])).round(12)
    array([0.5, 0.5, 0.5])
    """
    return (W.mT @ arrays.spd_solve(W @ W.mT, w[:, None]))[:, 0]


def source_tasks(nu: Sequence[float], k: int, s: Sequence[float] | None, instance: int) -> Array:
    """W (k, T) on the host with singular values s (default: all 1) and nu in its row space: W^+ (W nu) = nu.

    Its rows are the first k columns of a random rotation whose first is turned to nu.

    nu (T,), not 0; k <= T; s (k,) > 0; instance: the same number gives the same matrix.

    >>> source_tasks([1.0, 1.0, 0.0], 2, None, 0).shape
    (2, 3)
    """
    T = len(nu)
    if k > T:
        raise ValueError(f"k = {k!r}: must be an integer <= {T}, the length of nu")
    size = math.hypot(*nu)
    if size == 0:
        raise ValueError(f"nu = {nu!r}: must not be 0")
    rotation = instances.frame(T, T, instance=instance)
    mirror = rotation[:, 0] - arrays.host_array([value / size for value in nu])
    if mirror @ mirror > 0:
        rotation = rotation - (2 / (mirror @ mirror)) * (mirror[:, None] * (mirror @ rotation)[None, :])
    scales = arrays.host_array([1.0] * k if s is None else [float(value) for value in s])
    return scales[:, None] * rotation[:, :k].T


def _rho2(rng: Generator, W: Array, nu: Sequence[float], n_m: Sequence[float], noise: Array, sigma2: float) -> Array:
    """rho2 of the target W nu when source m has n_m samples; sources without samples are left out."""
    seen = [m for m, n in enumerate(n_m) if n > 0]
    (k, _), d, trials = W.shape, noise.shape[-2], noise.shape[0]
    if len(seen) < k:
        raise ValueError(f"n_m = {n_m!r}: must be positive for at least k = {k} sources")
    xp = arrays.namespace(noise)
    below = arrays.zeros(rng, (trials, d - k, len(seen)))
    weights = arrays.asarray(rng, W[:, seen]) + arrays.zeros(rng, (trials, 1, 1))
    deviations = arrays.asarray(rng, [math.sqrt(sigma2 / n_m[m]) for m in seen])
    columns = xp.stack([noise[..., m] for m in seen], axis=-1)
    estimates = xp.concat([weights, below], axis=-2) + columns * deviations
    target = arrays.asarray(rng, [[float(a)] for a in W @ arrays.host_array(nu)] + [[0.0]] * (d - k))
    return left_out(top_directions(estimates, k).directions, target)


@kernel(floats=lambda nu, d, **_: 8 * d * len(nu))
def allocation_risk(
    nu: Sequence[float],
    n_m: Sequence[float],
    d: int,
    k: int,
    sigma2: NonNegative,
    s: Sequence[float] | None = None,
    instance: Whole = 0,
    *,
    trials: int,
    rng: Generator,
) -> Array:
    """What is left out of the target W nu with n_m samples on source m, orthogonal designs.

    nu: (T,); n_m: (T,), >= 0, where 0 leaves the source out; d > k: dimensions; sigma2 >= 0: noise; s: the k singular
    values of W (default: all 1); instance: of W, drawn on the host with nu in its row space. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> allocation_risk([1.0, 0.7, 0.4], [300, 200, 100], 10, 3, 1.0, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    W = source_tasks(nu, k, s, instance)
    return _rho2(rng, W, nu, n_m, rng.standard_normal(size=(trials, d, len(nu))), sigma2)


@kernel(floats=lambda nu, d, **_: 12 * d * len(nu))
def split_risks(
    nu: Sequence[float],
    N: Positive,
    d: int,
    k: int,
    sigma2: NonNegative,
    s: Sequence[float] | None = None,
    instance: Whole = 0,
    *,
    trials: int,
    rng: Generator,
) -> SplitRisks:
    """What three splits of N samples leave out of the target W nu; the noise of the three is the same but for scale.

    nu, d, k, sigma2, s, instance: as in `allocation_risk`; N > 0: samples in all. Returns `SplitRisks`.

    >>> from sims.arrays import strict_rng
    >>> split_risks([1.0, 0.7, 0.4], 600, 10, 3, 1.0, trials=2, rng=strict_rng(0)).squared.shape
    (2,)
    """
    W = source_tasks(nu, k, s, instance)
    noise = rng.standard_normal(size=(trials, d, len(nu)))
    risks = []
    for power in (0, 1, 2):
        weights = [abs(value) ** power for value in nu]  # 0 ** 0 is 1: the even split spends on every source
        risks.append(_rho2(rng, W, nu, [N * weight / sum(weights) for weight in weights], noise, sigma2))
    return SplitRisks(*risks)
