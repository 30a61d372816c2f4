"""Ridge regression on real images: random ReLU features of the digits, odd against even."""

from __future__ import annotations

import functools
from typing import NamedTuple

from sims import arrays, digits
from sims.arrays import Array, Generator, NonNegative, kernel
from sims.double_descent.cross_validation import cross_validation


class Moments(NamedTuple):
    """Population moments: eigenvalues of the covariance, squared coefficients in its eigenbasis, residual variance."""

    spectrum: Array
    beta_sq: Array
    sigma2: float


class DigitsCrossValidation(NamedTuple):
    """Per trial: leave-one-out and GCV of n images, the error on all others of the fit to n - 1 of them, and
    calibrations 1 + (estimate - test_error) / (variance of the targets)."""

    leave_one_out: Array
    gcv: Array
    test_error: Array
    calibration: Array
    gcv_calibration: Array


@functools.cache
def _population(width: int) -> tuple[Moments, Array, Array]:
    pool = digits.relu_features(width)
    covariance = pool.features.T @ pool.features / len(pool.targets)
    values, vectors = arrays.eigh(covariance)
    # Directions below rounding carry neither features nor target.
    values = values * (values > 1e-12 * values[-1])
    moment = vectors.T @ (pool.features.T @ pool.targets) / len(pool.targets)
    coefficients = moment / (values + (values == 0)) * (values > 0)
    beta = vectors @ coefficients
    residual = pool.targets - pool.features @ beta
    return Moments(values, coefficients**2, float((residual**2).mean())), covariance, beta


def digits_moments(width: int = 200) -> Moments:
    """Return the population moments of the random ReLU features of the digits: what the theory needs to know.

    width: number of random features, >= 1. Returns fields spectrum and beta_sq, each (width,), and sigma2.

    >>> digits_moments(20).spectrum.shape
    (20,)
    """
    return _population(width)[0]


def _draw(rows: Array, rng: Generator, width: int) -> tuple[Array, Array]:
    """Features (trials, n, width) and targets (trials, n, 1) of the images at `rows` (trials, n)."""
    pool, xp = digits.relu_features(width), arrays.namespace(rows)
    flat = xp.reshape(rows, (-1,))
    x = xp.take(arrays.asarray(rng, pool.features), flat, axis=0)
    y = xp.take(arrays.asarray(rng, pool.targets), flat, axis=0)
    return xp.reshape(x, (*rows.shape, width)), xp.reshape(y, (*rows.shape, 1))


def _fit(x: Array, y: Array, lam: float) -> Array:
    """Ridge coefficients (..., p, 1); at lam = 0 the minimum-norm solution, also where rows repeat."""
    n, p = x.shape[-2:]
    if lam == 0:
        inverse = _pseudo_inverse(x.mT @ x if p <= n else x @ x.mT)
        return inverse @ (x.mT @ y) if p <= n else x.mT @ (inverse @ y)
    if p <= n:
        return arrays.spd_solve(x.mT @ x + n * lam * arrays.eye(x, p), x.mT @ y)
    return x.mT @ arrays.spd_solve(x @ x.mT + n * lam * arrays.eye(x, n), y)


def _pseudo_inverse(gram: Array) -> Array:
    values, vectors = arrays.eigh(gram)
    xp = arrays.namespace(values)
    kept = values > 1e-9 * values[..., -1:]
    inverse = xp.where(kept, 1 / xp.where(kept, values, xp.ones_like(values)), xp.zeros_like(values))
    return (vectors * inverse[..., None, :]) @ vectors.mT


@kernel(floats=lambda n, width=200, **_: 3 * n * width + 3 * min(n, width) ** 2)
def digits_ridge(n: int, lam: NonNegative, width: int = 200, *, trials: int, rng: Generator) -> Array:
    """Test error over all images of ridge regression fitted to n images drawn with replacement, shape (trials,).

    n: images, >= 1; lam >= 0, the penalty n lam on |beta|^2; width: number of random features.

    >>> from sims.arrays import strict_rng
    >>> digits_ridge(30, 0.01, 20, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    moments, covariance, beta = _population(width)
    x, y = _draw(rng.integers(0, 1797, size=(trials, n)), rng, width)
    error = _fit(x, y, lam) - arrays.asarray(rng, beta)[:, None]
    excess = arrays.namespace(x).sum(error * (arrays.asarray(rng, covariance) @ error), axis=(-2, -1))
    return excess + moments.sigma2


@kernel(floats=lambda n, width=200, **_: 4 * n * width + 4 * min(n, width) ** 2 + 8000)
def digits_cross_validation(
    n: int, lam: NonNegative, width: int = 200, *, trials: int, rng: Generator
) -> DigitsCrossValidation:
    """Leave-one-out and GCV of n distinct images, and the error of the fit to the first n - 1 on all other images.

    n: images, from 2 to 1796; lam >= 0, the penalty n lam on |beta|^2; width: number of random features. Returns the
    fields of `DigitsCrossValidation`, each (trials,).

    >>> from sims.arrays import strict_rng
    >>> digits_cross_validation(30, 0.01, 20, trials=3, rng=strict_rng(0)).gcv.shape
    (3,)
    """
    pool = digits.relu_features(width)
    x, y = _draw(arrays.permutations(rng, trials, len(pool.targets))[:, :n], rng, width)
    xp = arrays.namespace(x)
    judged = cross_validation(x, y[..., 0], [lam])
    # The penalty on |beta|^2 is that of the whole sample, n lam.
    inside, outside = x[:, : n - 1, :], y[:, : n - 1, :]
    beta = _fit(inside, outside, n * lam / (n - 1))
    everywhere = arrays.asarray(rng, pool.features) @ beta - arrays.asarray(rng, pool.targets)[:, None]
    seen = inside @ beta - outside
    total = xp.sum(everywhere * everywhere, axis=(-2, -1)) - xp.sum(seen * seen, axis=(-2, -1))
    held_out = total / (len(pool.targets) - n + 1)
    loo, general = xp.mean(judged.squares, axis=-2)[..., 0], judged.gcv[..., 0]
    unit = float((pool.targets**2).mean())
    return DigitsCrossValidation(loo, general, held_out, 1 + (loo - held_out) / unit, 1 + (general - held_out) / unit)
