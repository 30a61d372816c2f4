"""Least squares on drawn designs with weights removed: training loss and test risk of the update and the mask alone."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, kernel, namespace
from sims.pruning.problems import Data, regression


class PrunedRisks(NamedTuple):
    """Training loss added by the update's fit, excess test risks of update and mask alone, each (trials,)."""

    train: Array
    update: Array
    mask: Array


class Harm(NamedTuple):
    """Test risk of the update minus that of the mask alone, and the training loss that the update saves, (trials,)."""

    raised: Array
    saved: Array


def _check(n: int, p: int, k: int) -> None:
    if n <= p + 1:
        raise ValueError(f"n = {n!r}: must be an integer > p + 1 = {p + 1}")
    if k >= p:
        raise ValueError(f"k = {k!r}: must be an integer from 1 to p - 1 = {p - 1}")


def _diagonal_sum(a: Array) -> Array:
    return namespace(a).linalg.trace(a)


def _integrated(x: Array, z: Array, k: int, sigma2: float) -> tuple[Array, Array, Array, Array]:
    """Means over the noise: training loss added by update and by mask, and what they add to the test risk."""
    xp, n = namespace(x), x.shape[-2]
    kept = x[..., k:]
    whole, small = arrays.spd_inverse(x.mT @ x), arrays.spd_inverse(kept.mT @ kept)
    pull = kept.mT @ z
    bias = (small @ pull)[..., 0]
    z2, explained = xp.sum(z * z, axis=(-2, -1)), xp.sum(bias * pull[..., 0], axis=-1)
    update = xp.sum(bias * bias, axis=-1) + sigma2 * _diagonal_sum(small)
    mask = sigma2 * _diagonal_sum(whole[..., k:, k:])
    # The mask alone moves the fitted values by X_S times the estimates there, whose noise has covariance whole_SS.
    noise = xp.sum(whole[..., :k, :k] * (x[..., :k].mT @ x[..., :k]), axis=(-2, -1))
    train = (z2 - explained + k * sigma2) / (2 * n)
    return train, (z2 + sigma2 * noise) / (2 * n), update, mask


@kernel(floats=lambda n, p, **_: 2 * n * p + 5 * p * p)
def pruned_risks(
    n: int,
    p: int,
    k: int,
    sigma2: NonNegative,
    ws_norm2: NonNegative,
    noise: Literal["integrated", "drawn"] = "integrated",
    *,
    trials: int,
    rng: Generator,
) -> PrunedRisks:
    """Remove the first k of p weights of a least-squares fit, refit or leave the others.

    Rows are isotropic Gaussian; the removed weights have the squared norm ws_norm2 in equal parts, the others are 1,
    which changes nothing. noise: "integrated" (its mean in closed form, given the design) or "drawn" (fits of noisy
    targets, nothing integrated but the test point). Returns `PrunedRisks`. Raises ValueError for n <= p + 1 or k >= p.

    >>> from sims.arrays import strict_rng
    >>> pruned_risks(8, 4, 2, 0.5, 1.0, trials=3, rng=strict_rng(0)).update.shape
    (3,)
    """
    _check(n, p, k)
    x = rng.standard_normal(size=(trials, n, p))
    xp, size = namespace(x), (ws_norm2 / k) ** 0.5
    if noise == "integrated":
        z = size * xp.sum(x[..., :k], axis=-1, keepdims=True)
        train, _, update, mask = _integrated(x, z, k, sigma2)
        return PrunedRisks(train, ws_norm2 + update, ws_norm2 + mask)
    w = arrays.asarray(rng, [size] * k + [1.0] * (p - k))[:, None]
    y = x @ w + sigma2**0.5 * rng.standard_normal(size=(trials, n, 1))
    kept = x[..., k:]
    fit, small = arrays.spd_solve(x.mT @ x, x.mT @ y), arrays.spd_solve(kept.mT @ kept, kept.mT @ y)

    def squares(a: Array) -> Array:
        return xp.sum(a * a, axis=(-2, -1))

    train = (squares(y - kept @ small) - squares(y - x @ fit)) / (2 * n)
    return PrunedRisks(train, ws_norm2 + squares(small - w[k:, :]), ws_norm2 + squares(fit[:, k:, :] - w[k:, :]))


@kernel(floats=lambda n, p, **_: 2 * n * p + 5 * p * p)
def update_harm(
    n: int, p: int, k: int, sigma2: NonNegative, ws_norm2: NonNegative, *, trials: int, rng: Generator
) -> Harm:
    """What the update does after removing the first k weights: test risk raised, training loss saved; see above.

    Means over the noise given the design. Returns `Harm`. Raises ValueError for n <= p + 1 or k >= p.

    >>> from sims.arrays import strict_rng
    >>> update_harm(8, 4, 2, 0.5, 1.0, trials=3, rng=strict_rng(0)).raised.shape
    (3,)
    """
    _check(n, p, k)
    x = rng.standard_normal(size=(trials, n, p))
    z = (ws_norm2 / k) ** 0.5 * namespace(x).sum(x[..., :k], axis=-1, keepdims=True)
    refitted, masked, update, mask = _integrated(x, z, k, sigma2)
    return Harm(update - mask, masked - refitted)


class RealRisks(NamedTuple):
    """Excess test risks of update and mask alone over the noise floor of the data, and their difference, (trials,)."""

    update: Array
    mask: Array
    raised: Array


class Whitened(NamedTuple):
    """Features (n, p) of covariance I, targets over the residual's deviation, the best fit w (p,)."""

    features: Array
    targets: Array
    w: Array


def whitened(data: Data) -> Whitened:
    """A real regression along its principal directions, the widest first, each scaled to variance 1 (host).

    >>> x, y, w = whitened("diabetes")
    >>> bool(abs(x.T @ x / len(x) - arrays.host_array([[float(i == j) for j in range(10)] for i in range(10)])).max()
    ...     < 1e-10)
    True
    """
    x, y = regression(data)
    values, vectors = arrays.eigh(x.T @ x / len(x))
    white = (x @ vectors / values**0.5)[:, ::-1].copy()
    w = white.T @ y / len(x)
    sigma = float(((y - white @ w) ** 2).mean()) ** 0.5
    return Whitened(white, y / sigma, w / sigma)


@kernel(floats=lambda data, n, k: 6 * n * 64 + 2000)
def real_risks(data: Data, n: int, k: int, *, trials: int, rng: Generator) -> RealRisks:
    """Fit n random rows of a real regression, remove the k leading directions of its features, refit or leave the rest.

    Features are rotated and scaled to covariance I over all rows, which are the population: its best fit is w, its
    residual variance 1. Rows are drawn with replacement, noise and design are the data's own. Returns `RealRisks`.

    >>> from sims.arrays import strict_rng
    >>> real_risks("diabetes", 30, 3, trials=2, rng=strict_rng(0)).update.shape
    (2,)
    """
    features, targets, best = whitened(data)
    p, total = features.shape[1], len(targets)
    _check(n, p, k)
    x, y, w = (arrays.asarray(rng, part) for part in (features, targets, best[:, None]))
    xp = namespace(x)
    rows = xp.reshape(xp.astype(rng.random(size=(trials * n,)) * total, xp.int64), (-1,))
    x = xp.reshape(xp.take(x, rows, axis=0), (trials, n, p))
    y = xp.reshape(xp.take(y, rows, axis=0), (trials, n, 1))
    kept = x[..., k:]
    fit, small = arrays.spd_solve(x.mT @ x, x.mT @ y), arrays.spd_solve(kept.mT @ kept, kept.mT @ y)
    away, refit = fit[:, k:, :] - w[k:, :], small - w[k:, :]
    floor = xp.sum(w[:k, :] ** 2)
    update, mask = (floor + xp.sum(part * part, axis=(-2, -1)) for part in (refit, away))
    return RealRisks(update, mask, update - mask)
