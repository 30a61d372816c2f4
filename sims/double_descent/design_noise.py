"""The noise part of the ridgeless risk for rows of many laws: Gaussian, spherical, discrete, heavy-tailed, features."""

from __future__ import annotations

import functools
import math

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, kernel

ROWS = ("gaussian", "sphere", "uniform", "rademacher", "jitter", "t5", "relu", "two_scales")
"""Laws of a row: the first six have spherical rows or independent entries of variance 1; relu are random features of
Gaussian inputs of half their number; two_scales has covariance eigenvalues 4 and 0.1 in equal parts."""


def _base_rows(rng: Generator, shape: tuple[int, ...], rows: str) -> Array:
    if rows == "uniform":
        return math.sqrt(12.0) * (rng.random(size=shape) - 0.5)
    if rows == "rademacher":
        return arrays.random_signs(rng, shape)
    if rows == "jitter":  # signs, made continuous so that designs have full rank almost surely
        return math.sqrt(0.9) * arrays.random_signs(rng, shape) + math.sqrt(0.1) * rng.standard_normal(size=shape)
    z = rng.standard_normal(size=shape)
    xp = arrays.namespace(z)
    if rows == "t5":
        # t with 5 degrees of freedom has variance 5/3.
        return z * xp.sqrt(3.0 / rng.chisquare(5.0, size=shape))
    if rows == "sphere":
        return z * xp.sqrt(shape[-1] / xp.sum(z * z, axis=-1, keepdims=True))
    return z


@functools.cache
def _relu_weights(p: int) -> tuple[Array, Array]:
    """Fixed random unit weights (p, p/2) and the exact second moment (p, p) of max(Wz, 0) for Gaussian z."""
    weights = arrays.host_normals(0, p, max(p // 2, 1))
    weights = weights / ((weights * weights).sum(axis=1, keepdims=True)) ** 0.5
    xp = arrays.namespace(weights)
    cosine = xp.clip(weights @ weights.T, -1.0, 1.0)
    angle = xp.acos(cosine)
    return weights, (xp.sin(angle) + (math.pi - angle) * cosine) / (2 * math.pi)


def _rows(rng: Generator, trials: int, n: int, p: int, rows: str) -> tuple[Array, Array | None]:
    """Rows (trials, n, p) and their second moment (p, p), None for the identity."""
    if rows not in ROWS:
        raise ValueError(f"rows = {rows!r}: must be one of {', '.join(map(repr, ROWS))}")
    if rows == "relu":
        weights, moment = _relu_weights(p)
        z = rng.standard_normal(size=(trials, n, weights.shape[1]))
        x = z @ arrays.asarray(rng, weights.T)
        return arrays.namespace(x).where(x > 0, x, 0.0 * x), arrays.asarray(rng, moment)
    if rows == "two_scales":
        scales = arrays.asarray(rng, [2.0 if j < p // 2 else math.sqrt(0.1) for j in range(p)])
        return arrays.gaussian_rows(rng, trials, n, scales), arrays.eye(scales, p) * scales * scales
    return _base_rows(rng, (trials, n, p), rows), None


@kernel(floats=lambda n, p, **_: 3 * n * p + 4 * min(n, p) ** 2)
def ridgeless_noise(
    n: int,
    p: int,
    sigma2: NonNegative = 1.0,
    rows: str = "gaussian",
    scales: tuple[float, ...] = (1.0,),
    *,
    trials: int,
    rng: Generator,
) -> Array:
    """Noise part sigma2 tr(Sigma X^+ X^+') of the risk of minimum-norm least squares for each design, shape (trials,).

    rows: the law of a row, one of ROWS; scales: each row is multiplied by the square root of one of these numbers,
    drawn at random (elliptical rows). Sigma is the exact second moment of the rows.

    n, p: samples and features, integers >= 1; sigma2 >= 0; rows: a law of `ROWS`. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> ridgeless_noise(20, 30, rows='t5', trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    x, moment = _rows(rng, trials, n, p, rows)
    xp = arrays.namespace(x)
    if len(scales) > 1:
        chosen = rng.integers(0, len(scales), size=(trials * n,))
        roots = arrays.asarray(rng, [math.sqrt(s) for s in scales])
        x = x * xp.reshape(xp.take(roots, chosen, axis=0), (trials, n, 1))
    elif scales[0] != 1.0:
        x = math.sqrt(scales[0]) * x
    size = sigma2 * sum(scales) / len(scales)
    if moment is None:
        return size * arrays.inv_trace(x.mT @ x if p <= n else x @ x.mT)
    if p <= n:
        return size * xp.sum(arrays.spd_inverse(x.mT @ x) * moment, axis=(-2, -1))
    inverse = arrays.spd_inverse(x @ x.mT)
    return size * xp.sum((inverse @ (x @ moment @ x.mT)) * inverse, axis=(-2, -1))
