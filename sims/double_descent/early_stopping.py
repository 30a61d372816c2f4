"""Early stopping against ridge on drawn designs, ordinary ones and the one made to be worst."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, kernel


class EarlyStoppingRatio(NamedTuple):
    """Largest ratio over the times of three risks of gradient flow to those of ridge, shape (trials,)."""

    prediction: Array
    in_sample: Array
    estimation: Array


@kernel(floats=lambda n, p, t, **_: n * p + p * (4 * p + 6 * len(t)))
def gf_ridge_ratio(
    n: int,
    p: int,
    spread: float,
    t: Sequence[float],
    r2: NonNegative = 1.0,
    sigma2: NonNegative = 1.0,
    design: Literal["gaussian", "orthonormal"] = "gaussian",
    *,
    trials: int,
    rng: Generator,
) -> EarlyStoppingRatio:
    """Risk of gradient flow at t > 0 over that of ridge at lam = 1/t, the largest over the times t.

    design 'gaussian': Gaussian rows whose covariance has eigenvalues exp(spread N(0, 1)), drawn anew for each trial;
    'orthonormal' (p <= n): X'X = n I. Averaged over label noise and beta ~ (0, (r2/p) I).

    n, p: samples and features, integers >= 1; spread: standard deviation of the log-eigenvalues; t > 0, several times;
    r2, sigma2 >= 0. Returns the fields of `EarlyStoppingRatio`, each (trials,).

    >>> from sims.arrays import strict_rng
    >>> gf_ridge_ratio(20, 10, 0.5, [1.0, 3.0], trials=3, rng=strict_rng(0))[0].shape
    (3,)
    """
    scales = arrays.namespace(rng).exp(0.5 * spread * rng.standard_normal(size=(trials, 1, p)))
    if design == "orthonormal":
        x = math.sqrt(n) * arrays.haar_frames(rng, trials, n, p)
    else:
        x = rng.standard_normal(size=(trials, n, p))
        x *= scales
    xp = arrays.namespace(x)
    s, u = arrays.eigh(x.mT @ x / n)
    s = xp.maximum(s, 1e-300 + xp.zeros_like(s))  # null directions, up to rounding
    metric = xp.sum((scales.mT * u) ** 2, axis=-2)  # u_j' Sigma u_j
    times = arrays.asarray(rng, list(t))[:, None]
    progress = s[:, None, :] * times
    grown, shrunk = -xp.expm1(-progress), 1 / (1 + progress)
    signal, noise = r2 / p, sigma2 / n
    flow = signal * (1 - grown) ** 2 + noise * grown * grown / s[:, None, :]
    ridge = signal * shrunk * shrunk + noise * times * progress * shrunk * shrunk

    def worst(weights: Array) -> Array:
        return xp.max((flow @ weights[..., None])[..., 0] / (ridge @ weights[..., None])[..., 0], axis=-1)

    return EarlyStoppingRatio(worst(metric), worst(s), worst(xp.ones_like(s)))


@kernel(floats=lambda n, eigs, **_: 4 * len(eigs) * (n + len(eigs) + 1))
def designed_gf_ridge_ratio(
    n: int,
    eigs: Sequence[float],
    t: float,
    r2: NonNegative = 1.0,
    sigma2: NonNegative = 1.0,
    *,
    trials: int,
    rng: Generator,
) -> Array:
    """Ratio of the estimation risks on X = sqrt(n) Q diag(eigs)^(1/2) V', Q and V random frames, shape (trials,).

    No eigenvector is computed: the flow is a matrix exponential, ridge a linear system. eigs > 0, at most n of them.

    n: samples, at least len(eigs); t > 0; r2, sigma2 >= 0, not both 0.

    >>> from sims.arrays import strict_rng
    >>> designed_gf_ridge_ratio(8, [1.0, 2.0], 0.5, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    p = len(eigs)
    roots = arrays.asarray(rng, [math.sqrt(n * s) for s in eigs])
    x = (arrays.haar_frames(rng, trials, n, p) * roots) @ arrays.haar_frames(rng, trials, p, p).mT
    xp = arrays.namespace(x)
    s, eye = x.mT @ x / n, arrays.eye(x, p)
    left = matrix_exponential(-t * s, t * max(eigs))
    flow = arrays.spd_solve(s, (eye - left) @ x.mT) / n  # the estimator is flow y
    inverse = arrays.spd_inverse(s + eye / t)
    signal = xp.sum(left * left, axis=(-2, -1)), xp.sum(inverse * inverse, axis=(-2, -1)) / t**2
    noise = xp.sum(flow * flow, axis=(-2, -1)), xp.sum((inverse @ x.mT / n) ** 2, axis=(-2, -1))
    flow_risk, ridge_risk = (r2 / p * b + sigma2 * v for b, v in zip(signal, noise, strict=True))
    return flow_risk / ridge_risk


def matrix_exponential(a: Array, norm: float) -> Array:
    """exp(A) of a stack of square matrices of spectral norm at most `norm`, by Taylor series and squaring."""
    squarings = max(0, math.ceil(math.log2(max(norm, 1e-300))) + 2)
    eye = arrays.eye(a, a.shape[-1])
    small = a / 2**squarings
    result = eye + small / 14
    for k in range(13, 0, -1):
        result = eye + small @ result / k
    for _ in range(squarings):
        result = result @ result
    return result
