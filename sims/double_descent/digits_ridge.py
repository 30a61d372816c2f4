"""Ridge regression on real images: random ReLU features of the digits, odd against even, drawn with replacement."""

from __future__ import annotations

import functools
from typing import NamedTuple

from sims import arrays, digits
from sims.arrays import Array, Generator, kernel
from sims.double_descent.measures import gcv


class Moments(NamedTuple):
    """Population moments: eigenvalues of the covariance, squared coefficients in its eigenbasis, residual variance."""

    spectrum: Array
    beta_sq: Array
    sigma2: float


class DigitsRidge(NamedTuple):
    """Per-trial population test error (residual variance included) and GCV of the same sample."""

    test_error: Array
    gcv: Array


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
    """Return the population moments of the random ReLU features of the digits: what the theory needs to know."""
    return _population(width)[0]


@kernel(floats=lambda n, width=200, **_: 3 * n * width + 3 * min(n, width) ** 2)
def digits_ridge(n: int, lam: float, width: int = 200, *, trials: int, rng: Generator) -> DigitsRidge:
    """Test error over the whole population of ridge regression fitted to n images drawn with replacement."""
    moments, covariance, beta = _population(width)
    pool = digits.relu_features(width)
    rows = rng.integers(0, len(pool.targets), size=(trials * n,))
    xp = arrays.namespace(rows)
    x = xp.reshape(xp.take(arrays.asarray(rng, pool.features), rows, axis=0), (trials, n, width))
    y = xp.reshape(xp.take(arrays.asarray(rng, pool.targets), rows, axis=0), (trials, n, 1))
    if width <= n:
        estimate = arrays.spd_solve(x.mT @ x + n * lam * arrays.eye(x, width), x.mT @ y)
    else:
        estimate = x.mT @ arrays.spd_solve(x @ x.mT + n * lam * arrays.eye(x, n), y)
    error = estimate - arrays.asarray(rng, beta)[:, None]
    excess = xp.sum(error * (arrays.asarray(rng, covariance) @ error), axis=(-2, -1))
    return DigitsRidge(excess + moments.sigma2, gcv(x, y[..., 0], lam))
