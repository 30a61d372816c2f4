"""Soft thresholding of coefficients in an orthonormal dictionary: the loss, and what Stein's estimate says of it."""

from __future__ import annotations

from typing import Any, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Share, kernel, namespace
from sims.proximal import soft


class SureError(NamedTuple):
    """Stein's estimate, the loss it estimates, and the squared difference, each (trials,)."""

    sure: Array
    loss: Array
    squared: Array


class SparseCodingThreshold(NamedTuple):
    """Loss a coordinate at a threshold and its derivative there, each (trials,)."""

    risk: Array
    slope: Array


def sure_soft(y: Array, t: float) -> Array:
    """Stein's unbiased estimate of the soft threshold's loss, for stacks y (..., n): sums over the entries."""
    xp = namespace(y)
    size = xp.abs(y)
    return xp.sum(1 - 2 * xp.astype(size <= t, y.dtype) + xp.clip(size, None, t) ** 2, axis=-1)


@kernel(floats=lambda mu, **_: 6 * len(mu))
def sure_error_second_moment(mu: Any, t: NonNegative, *, trials: int, rng: Generator) -> SureError:
    """Stein's estimate beside the loss of the soft threshold t, y = mu + z.

    mu: the coefficients; t >= 0. Returns fields sure, loss, squared, each (trials,).

    >>> from sims.arrays import strict_rng
    >>> sure_error_second_moment((0.0, 3.0), 1.0, trials=3, rng=strict_rng(0)).sure.shape
    (3,)
    """
    means = arrays.asarray(rng, [float(mean) for mean in mu])
    y = means + rng.standard_normal(size=(trials, len(mu)))
    sure = sure_soft(y, t)
    loss = namespace(y).sum((soft(y, t) - means) ** 2, axis=-1)
    return SureError(sure, loss, (sure - loss) ** 2)


@kernel(floats=lambda coordinates=1000, **_: 8 * coordinates)
def sparse_coding_threshold(
    fraction: Share, tau: NonNegative, *, t: NonNegative, coordinates: int = 1000, trials: int, rng: Generator
) -> SparseCodingThreshold:
    """Draw sparse coefficients, 0 with probability 1 - fraction, else N(0, tau^2), and threshold them at t.

    t: the threshold, and coordinates: their number a trial. Returns fields risk, slope (of the risk in t), each the
    mean over the coordinates, (trials,).

    >>> from sims.arrays import strict_rng
    >>> sparse_coding_threshold(0.1, 3.0, t=1.4, coordinates=50, trials=3, rng=strict_rng(0)).risk.shape
    (3,)
    """
    chance = rng.random(size=(trials, coordinates))
    xp = namespace(chance)
    mu = tau * xp.astype(chance < fraction, chance.dtype) * rng.standard_normal(size=(trials, coordinates))
    y = mu + rng.standard_normal(size=(trials, coordinates))
    error = soft(y, t) - mu
    moved = xp.astype(xp.abs(y) > t, y.dtype) * xp.sign(y)
    return SparseCodingThreshold(xp.mean(error**2, axis=-1), -2 * xp.mean(moved * error, axis=-1))


class SurePath(NamedTuple):
    """Stein's estimate and the loss at each threshold, (trials, thresholds)."""

    sure: Array
    loss: Array


@kernel(floats=lambda n, t, **_: 6 * n)
def sure_path(n: int, spikes: int, size: NonNegative, t: Any, *, trials: int, rng: Generator) -> SurePath:
    """Stein's estimate along thresholds, for n coefficients of which the first `spikes` are `size` and the others 0.

    t: thresholds >= 0, all applied to the same draw. Returns fields sure, loss, each (trials, len(t)).

    >>> from sims.arrays import strict_rng
    >>> sure_path(20, 2, 3.0, (0.5, 1.0), trials=3, rng=strict_rng(0)).sure.shape
    (3, 2)
    """
    z = rng.standard_normal(size=(trials, n))
    xp = namespace(z)
    mu = size * xp.astype(arrays.arange(z, n) < spikes, z.dtype)
    y = mu + z
    sure = [sure_soft(y, float(one)) for one in t]
    loss = [xp.sum((soft(y, float(one)) - mu) ** 2, axis=-1) for one in t]
    return SurePath(xp.stack(sure, axis=-1), xp.stack(loss, axis=-1))
