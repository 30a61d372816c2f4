"""Regression on fixed features of targets drawn at random, and on polynomials of directions that are known."""

from __future__ import annotations

import math
from typing import Literal

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, kernel
from sims.feature_learning.hermite import hermite_features
from sims.subspaces import orthonormal


def _normalised(u: Array) -> Array:
    xp = arrays.namespace(u)
    return u / xp.sqrt(xp.sum(u * u, axis=-1, keepdims=True))


@kernel(floats=lambda d, n, p=2, **_: 3 * n * math.comb(d + p - 1, p) + 4 * n * n)
def fixed_feature_risk(d: int, n: int, p: int = 2, *, trials: int, rng: Generator) -> Array:
    """Risk of minimum-norm regression on all degree-p Hermite features, for a random unit target; shape (trials,).

    d: dimension; n: samples, without noise, at most the number of features.

    >>> from sims.arrays import strict_rng
    >>> fixed_feature_risk(4, 5, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    features = hermite_features(rng.standard_normal(size=(trials, n, d)), [p])
    target = _normalised(rng.standard_normal(size=(trials, features.shape[-1])))
    y = features @ target[..., None]
    fitted = (features.mT @ arrays.spd_solve(features @ features.mT, y))[..., 0]
    return arrays.namespace(y).sum((target - fitted) ** 2, axis=-1)


def _quadratic_form(u: Array) -> Array:
    """Coefficients of h_2(u.x) in the degree-2 features, u (trials, d): in their order."""
    d, columns = u.shape[-1], []
    for i in range(d):
        columns += [(1.0 if i == j else math.sqrt(2)) * u[..., i] * u[..., j] for j in range(i, d)]
    return arrays.namespace(u).stack(columns, axis=-1)


@kernel(floats=lambda d, n, **_: 6 * n * d * (d + 1) // 2)
def rank_one_lower_bound(d: int, n: int, *, trials: int, rng: Generator) -> Array:
    """Risk of the best predictor in a span of n functions of degree 2, for the target h_2(u.x); shape (trials,).

    The functions are |x|^2 - d and n - 1 random ones, u is uniform on the sphere.

    >>> from sims.arrays import strict_rng
    >>> rank_one_lower_bound(4, 5, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    target = _quadratic_form(_normalised(rng.standard_normal(size=(trials, d))))
    xp, D = arrays.namespace(target), d * (d + 1) // 2
    diagonal = [float(i == j) for i in range(d) for j in range(i, d)]
    first = arrays.zeros(rng, (trials, D, 1)) + arrays.asarray(rng, diagonal)[:, None]
    others = rng.standard_normal(size=(trials, D, n - 1))
    span = orthonormal(xp.concat([first, others], axis=-1))
    return 1 - xp.sum((span.mT @ target[..., None]) ** 2, axis=(-2, -1))


@kernel(floats=lambda d, n, tests=32, **_: 4 * (n + tests) * (d + n))
def kernel_risk(
    d: int, n: int, kernel: Literal["quadratic", "polynomial"], tests: int = 32, *, trials: int, rng: Generator
) -> Array:
    """Risk of ridgeless kernel regression from n samples without noise, for the target h_2(u.x); shape (trials,).

    kernel: that of the degree-2 Hermite features, or (1 + x.x'/d)^2. The error is the mean over `tests` fresh
    points, u is uniform.

    >>> from sims.arrays import strict_rng
    >>> kernel_risk(4, 5, "quadratic", trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    x = rng.standard_normal(size=(trials, n + tests, d))
    xp = arrays.namespace(x)
    z = (x @ _normalised(rng.standard_normal(size=(trials, d)))[..., None])[..., 0]
    y = (z * z - 1) / math.sqrt(2)
    products = x @ x[:, :n, :].mT
    if kernel == "polynomial":
        gram = (1 + products / d) ** 2
    else:
        size = xp.sum(x * x, axis=-1)
        gram = 0.5 * (products**2 - size[..., None] - size[:, None, :n] + d)
    fitted = gram[:, n:, :] @ arrays.spd_solve(gram[:, :n, :], y[:, :n, None])
    return xp.mean((y[:, n:] - fitted[..., 0]) ** 2, axis=-1)


@kernel(floats=lambda r, p, n, d, **_: n * (d + 3 * math.comb(r + p, p)))
def transfer_in_sample_risk(
    r: int, p: int, n: int, sigma2: NonNegative, *, d: int, trials: int, rng: Generator
) -> Array:
    """In-sample excess risk of least squares on all polynomials of degree <= p in r known directions of d.

    The directions are a random frame, the target a random polynomial in them. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> transfer_in_sample_risk(2, 2, 20, 0.5, d=5, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    z = rng.standard_normal(size=(trials, n, d)) @ arrays.haar_frames(rng, trials, d, r)
    features = hermite_features(z, range(p + 1))
    target = rng.standard_normal(size=(trials, features.shape[-1], 1))
    clean = features @ target
    y = clean + math.sqrt(sigma2) * rng.standard_normal(size=(trials, n, 1))
    fitted = features @ arrays.spd_solve(features.mT @ features, features.mT @ y)
    return arrays.namespace(z).mean((fitted - clean) ** 2, axis=(-2, -1))
