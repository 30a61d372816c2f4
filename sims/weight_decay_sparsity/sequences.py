"""Many means in noise: soft thresholds on draws, a search over linear rules, equal spikes, every depth."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

from sims.arrays import Array, Generator, NonNegative, Positive, Share, arange, kernel, namespace
from sims.proximal import soft


class DepthRisk(NamedTuple):
    """Risk a coordinate, and the largest relative residual of a minimiser that is not 0: (trials,)."""

    value: Array
    residual: Array


class Steps(NamedTuple):
    """What each depth but the first adds to the risk of the depth before, each at its best weight decay, and what it
    takes from it, (trials, depths - 1); the largest relative residual (trials,)."""

    lost: Array
    gained: Array
    residual: Array


@kernel(floats=lambda mu, t, copies=64, **_: 7 * copies)
def soft_threshold_risk(mu: float, t: NonNegative, copies: int = 64, *, trials: int, rng: Generator) -> Array:
    """Squared error of the soft threshold at t of mu + noise, the mean of `copies` draws and their mirrors. (trials,).

    >>> from sims.arrays import strict_rng
    >>> soft_threshold_risk(1.0, 1.0, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    z = rng.standard_normal(size=(trials, copies))
    xp = namespace(z)
    errors = (soft(mu + z, t) - mu) ** 2 + (soft(mu - z, t) - mu) ** 2
    return 0.5 * xp.mean(errors, axis=-1)


def _worst(A: Array, q: float, rng: Generator, searches: int = 8, steps: int = 40) -> Array:
    """Largest |(A - I) u|^2 over the unit l_q ball, from below: the spikes, and for q > 1 a search from all sides."""
    xp, n = namespace(A), A.shape[-1]
    B = A - xp.eye(n, dtype=A.dtype, device=A.device)
    spikes = xp.max(xp.sum(B * B, axis=-2), axis=-1)
    if q <= 1:  # the hull of the ball is that of the spikes
        return spikes
    u = rng.standard_normal(size=(*A.shape[:-1], searches))
    power = 1 / (q - 1)
    for _ in range(steps):
        pull = B.mT @ (B @ u)
        # The maximiser of a linear form over the ball: each step of the power method raises the value.
        u = xp.sign(pull) * xp.abs(pull / (xp.max(xp.abs(pull), axis=-2, keepdims=True) + 1e-300)) ** power
        u = u / xp.sum(xp.abs(u) ** q, axis=-2, keepdims=True) ** (1 / q)
    found = xp.max(xp.sum((B @ u) ** 2, axis=-2), axis=-1)
    return xp.maximum(spikes, found)


@kernel(floats=lambda n, **_: 8 * n * n, block=64)
def worst_linear_risk(
    n: int, radius: Positive, sigma2: Positive, q: Positive, levels: int = 60, *, trials: int, rng: Generator
) -> Array:
    """Worst risk over the l_q ball of linear rules s I + e G, G normal, e from 1 down to 1e-4, least over the scale s.

    The worst means are found among spikes and, for q > 1, by a search, so that the risk may be too low, never too high.
    Returns (trials,). Raises ValueError for q > 2.

    >>> from sims.arrays import strict_rng
    >>> worst_linear_risk(6, 2.0, 0.5, 1.0, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    if q > 2:
        raise ValueError(f"q = {q!r}: must be a number in (0, 2]")
    G = rng.standard_normal(size=(trials, n, n)) / math.sqrt(n)
    xp = namespace(G)
    size = 10.0 ** (-4 * rng.random(size=(trials, 1, 1)))
    identity = xp.eye(n, dtype=G.dtype, device=G.device)
    least = xp.full(trials, math.inf, dtype=G.dtype, device=G.device)
    for level in range(1, levels + 1):
        A = level / levels * identity + size * G
        risk = radius**2 * _worst(A, q, rng) + sigma2 * xp.sum(A * A, axis=(-2, -1))
        least = xp.minimum(least, risk)
    return least


@kernel(floats=lambda n, k, **_: 6 * n * len(k))
def spike_risk(n: int, radius: Positive, sigma: Positive, k: Sequence[int], *, trials: int, rng: Generator) -> Array:
    """Squared error of the soft threshold at sigma sqrt(2 log n) where the first k of n means are radius/k, else 0.

    k: numbers of spikes, which share the noise. Returns (trials, numbers).

    >>> from sims.arrays import strict_rng
    >>> spike_risk(10, 1.0, 0.3, (1, 5), trials=3, rng=strict_rng(0)).shape
    (3, 2)
    """
    if not all(1 <= many <= n for many in k):
        raise ValueError(f"k = {k!r}: must be integers from 1 to n = {n}")
    noise = sigma * rng.standard_normal(size=(trials, n))
    xp, t = namespace(noise), sigma * math.sqrt(2 * math.log(n))
    silent = xp.cumulative_sum(soft(noise, t) ** 2, axis=-1, include_initial=True)
    risks = []
    for many in k:
        mean = radius / many
        spikes = xp.sum((soft(mean + noise[:, :many], t) - mean) ** 2, axis=-1)
        risks.append(spikes + silent[:, -1] - silent[:, many])
    return xp.stack(risks, axis=-1)


def scalar_minimiser(y: Array, lam: float, depth: int, steps: int = 14) -> tuple[Array, Array]:
    """The product at the global minimum of (y - w^L)^2/2 + lam L w^2/2 for y (entrywise), and the residuals.

    Newton from w = |y|^(1/L) on $(w^L - |y|)w^{L-2} + \\lambda = 0$, convex above its turning point; the end is kept
    where its value is below that of 0. Residuals are over |y|, and 0 where 0 is kept.

    >>> import numpy as np
    >>> scalar_minimiser(np.asarray([1.0, -1.2]), 0.4, 3)[0].round(6)
    array([ 0.      , -0.762082])
    """
    xp = namespace(y)
    size = xp.abs(y)
    if depth == 1:
        return y / (1 + lam), xp.zeros_like(y)
    turn = (size * ((depth - 2) / (2 * depth - 2))) ** (1 / depth)
    safe = xp.where(size > 0, size, xp.ones_like(size))
    w = safe ** (1 / depth)
    for _ in range(steps):
        short = w ** (depth - 2)
        slope = (2 * depth - 2) * w ** (2 * depth - 3)
        if depth > 2:
            slope = slope - (depth - 2) * safe * w ** (depth - 3)
        w = xp.maximum(w - ((w**depth - safe) * short + lam) / xp.where(slope > 0, slope, xp.inf), turn)
    a = w**depth
    value = 0.5 * (a - size) ** 2 + 0.5 * lam * depth * w * w
    kept = (value < 0.5 * size**2) & (size > 0)
    residual = xp.abs((a - size) * w ** (depth - 2) + lam) / safe
    zero = xp.zeros_like(a)
    return xp.sign(y) * xp.where(kept, a, zero), xp.where(kept, residual, zero)


def _grid(trials: int, points: int, rng: Generator) -> tuple[Array, Array]:
    """Normal noise by jittered points of [-9, 9] with their weights: unbiased, and of little variance."""
    jitter = rng.random(size=(trials, points))
    xp = namespace(jitter)
    z = -9 + 18 * (xp.astype(arange(jitter, points), xp.float64) + jitter) / points
    return z, 18 / points * xp.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)


def _risk(z: Array, weights: Array, mu: float, fraction: float, lam: float, depth: int) -> tuple[Array, Array]:
    xp = namespace(z)
    silent, first = scalar_minimiser(z, lam, depth)
    spike, second = scalar_minimiser(mu + z, lam, depth)
    errors = (1 - fraction) * silent**2 + fraction * (spike - mu) ** 2
    return xp.sum(weights * errors, axis=-1), xp.max(xp.maximum(first, second), axis=-1)


@kernel(floats=lambda mu, fraction, lam, depth, points=400, **_: 30 * points)
def depth_risk(
    mu: float, fraction: Share, lam: NonNegative, depth: int, points: int = 400, *, trials: int, rng: Generator
) -> DepthRisk:
    """Risk a coordinate of the global minimiser of `depth` factors where a fraction of the means is mu, the others 0.

    Noise is drawn one point in each of `points` cells of [-9, 9] and weighted by the normal density.

    >>> from sims.arrays import strict_rng
    >>> depth_risk(5.0, 0.01, 1.6, 4, points=50, trials=3, rng=strict_rng(0)).value.shape
    (3,)
    """
    z, weights = _grid(trials, points, rng)
    return DepthRisk(*_risk(z, weights, mu, fraction, lam, depth))


@kernel(floats=lambda mu, fraction, depths, points=120, levels=8, **_: 30 * points, block=128)
def depth_steps(
    mu: float,
    fraction: Share,
    depths: Sequence[int],
    points: int = 120,
    levels: int = 8,
    *,
    trials: int,
    rng: Generator,
) -> Steps:
    """What each further depth adds to the risk, each at its best weight decay, of `levels` from 0.8 to 2.6.

    All depths and weight decays see the same noise, that of `depth_risk`; each trial takes its own best.

    >>> from sims.arrays import strict_rng
    >>> depth_steps(5.0, 0.01, (2, 3, 4), points=50, levels=3, trials=3, rng=strict_rng(0)).lost.shape
    (3, 2)
    """
    z, weights = _grid(trials, points, rng)
    xp = namespace(z)
    best, residual = [], xp.zeros_like(z[:, 0])
    for depth in depths:
        risks = []
        for level in range(levels):
            risk, left = _risk(z, weights, mu, fraction, 0.8 * 3.25 ** (level / max(levels - 1, 1)), depth)
            risks.append(risk)
            residual = xp.maximum(residual, left)
        best.append(functools.reduce(xp.minimum, risks))
    differences = [after - before for before, after in itertools.pairwise(best)]
    lost = xp.stack(differences, axis=-1)
    return Steps(lost, -lost, residual)
