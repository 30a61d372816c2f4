"""Reconstruction from noisy gradients: Bayes-optimal, spectral and plug-in."""

from __future__ import annotations

import math
from typing import Literal

from sims.arrays import (
    Array,
    Extended,
    Generator,
    NonNegative,
    asarray,
    eigh,
    eye,
    inv_trace,
    kernel,
    namespace,
    spd_solve,
    where_valid,
)


def _estimator(Delta: Array, noise_std: float, prior_std: Extended) -> Array:
    """The Bayes estimate's matrix K, x = K G: tau^2 Delta' (tau^2 Delta Delta' + s^2 I)^-1, least squares if flat."""
    if math.isinf(prior_std):
        return spd_solve(Delta.mT @ Delta, Delta.mT)
    rows, batch = Delta.shape[-2:]
    if batch < rows:  # the same matrix from the smaller system
        return spd_solve(Delta.mT @ Delta + (noise_std / prior_std) ** 2 * eye(Delta, batch), Delta.mT)
    covariance = prior_std**2 * (Delta @ Delta.mT) + noise_std**2 * eye(Delta, rows)
    return prior_std**2 * spd_solve(covariance, Delta).mT


@kernel(floats=lambda Delta, d=16, **_: 4 * d * (len(Delta) + len(Delta[0])))
def noise_mmse(
    Delta: object, noise_std: NonNegative, prior_std: Extended, *, d: int = 16, trials: int, rng: Generator
) -> Array:
    """Return the squared error per pixel of the posterior mean, pixels and noise really drawn, shape (trials,).

    Delta: residuals (m, B); noise_std >= 0; prior_std > 0, may be inf (no prior); d: pixels a sample.

    >>> from sims.arrays import strict_rng
    >>> noise_mmse([[1.0], [0.5]], 0.1, 1.0, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    xp = namespace(rng)
    residuals = 1.0 * asarray(rng, Delta)
    rows, batch = residuals.shape
    X = rng.standard_normal(size=(trials, batch, d))
    X *= 1.0 if math.isinf(prior_std) else prior_std
    G = residuals @ X + noise_std * rng.standard_normal(size=(trials, rows, d))
    error = _estimator(residuals, noise_std, prior_std) @ G - X
    return xp.mean(error * error, axis=(-2, -1))


@kernel(floats=lambda m, B, **_: 6 * m * B + 2 * m * m + B * B)
def noise_mmse_asymptotic(
    m: int, B: int, noise_std: NonNegative, prior_std: Extended, *, trials: int, rng: Generator
) -> Array:
    """Return the posterior mean's expected squared error per pixel for Gaussian residuals (m, B), shape (trials,).

    Pixels and noise are integrated: |I - K Delta|^2 tau^2/B + s^2 |K|^2/B of the estimator K really applied.

    m, B: neurons and samples, integers >= 1; noise_std >= 0; prior_std > 0, may be inf (no prior).

    >>> from sims.arrays import strict_rng
    >>> noise_mmse_asymptotic(20, 5, 0.1, 1.0, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    return posterior_error(rng.standard_normal(size=(trials, m, B)), noise_std, prior_std)


def posterior_error(Delta: Array, noise_std: float, prior_std: Extended) -> Array:
    """The posterior mean's squared error per pixel given residuals (..., m, B), pixels and noise integrated."""
    xp, B = namespace(Delta), Delta.shape[-1]
    if math.isinf(prior_std):
        return noise_std**2 / B * inv_trace(Delta.mT @ Delta)
    K = _estimator(Delta, noise_std, prior_std)
    miss = eye(Delta, B) - K @ Delta
    bias = prior_std**2 * xp.sum(miss * miss, axis=(-2, -1))
    return (bias + noise_std**2 * xp.sum(K * K, axis=(-2, -1))) / B


@kernel(floats=lambda m, d, **_: 2 * m * d + 4 * min(m, d) ** 2)
def spectral_overlap(
    m: int, d: int, delta_norm: NonNegative, x_norm: NonNegative, noise_std: NonNegative, *, trials: int, rng: Generator
) -> Array:
    """Return cos^2 between the sample and the top right singular vector of delta x' + s N, shape (trials,).

    Sample and residuals lie along the first axes without loss of generality.

    m, d: neurons and inputs, integers >= 1; delta_norm, x_norm, noise_std >= 0.

    >>> from sims.arrays import strict_rng
    >>> spectral_overlap(10, 12, 1.0, 1.0, 0.1, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    xp = namespace(rng)
    G = noise_std * rng.standard_normal(size=(trials, m, d))
    signal = asarray(rng, [[delta_norm * x_norm if i == j == 0 else 0.0 for j in range(d)] for i in range(m)])
    G += signal
    if d <= m:
        return eigh(G.mT @ G)[1][:, 0, -1] ** 2
    v = (G.mT @ eigh(G @ G.mT)[1][:, :, -1:])[..., 0]
    return v[:, 0] ** 2 / xp.sum(v * v, axis=-1)


@kernel(floats=lambda w, **_: 8 * len(w))
def reconstruction_crlb(
    w: object,
    x: object,
    y: float,
    noise_std: NonNegative,
    *,
    root: Literal["nearest", "plus"] = "nearest",
    trials: int,
    rng: Generator,
) -> Array:
    """Return the squared error of the plug-in inverse g/r of one noisy regression gradient g = r x + s N, (trials,).

    r solves r^2 + y r = w g. `root` says which of the two: 'nearest' the truth, or always 'plus'.

    w, x (d,): weights and sample; y: the label; noise_std >= 0.

    >>> from sims.arrays import strict_rng
    >>> reconstruction_crlb([1.0, 0.0], [1.0, 1.0], 0.5, 0.01, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    xp = namespace(rng)
    weights, sample = asarray(rng, w), asarray(rng, x)
    g = noise_std * rng.standard_normal(size=(trials, weights.shape[0]))
    activation = xp.sum(weights * sample)
    g += (activation - y) * sample
    discriminant = y * y + 4 * xp.sum(g * weights, axis=-1)
    split = xp.sqrt(where_valid(discriminant >= 0, discriminant))  # a gradient without a real root says nothing
    errors = []
    for sign in (1.0, -1.0):
        r = 0.5 * (sign * split - y)
        estimate = g / r[:, None]
        errors.append(xp.sum((estimate - sample) ** 2, axis=-1))
    if root == "plus":
        return errors[0]
    return xp.where(errors[0] < errors[1], errors[0], errors[1])
