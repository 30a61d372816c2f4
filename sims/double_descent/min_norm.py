"""Minimum-norm least squares on isotropic Gaussian features: label noise is integrated, the design is drawn."""

from __future__ import annotations

from typing import Any, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, kernel


class MinNormRisk(NamedTuple):
    """Squared bias and variance of each drawn design, shape (trials,)."""

    bias: Array
    variance: Array


def small_gram(x: Array) -> Array:
    """X'X or XX', whichever is smaller, of a stack of designs (..., n, p)."""
    return x.mT @ x if x.shape[-1] <= x.shape[-2] else x @ x.mT


@kernel(floats=lambda n, p, **_: n * p + 3 * min(n, p) ** 2)
def min_norm_risk(
    n: int, p: int, r2: NonNegative = 1.0, sigma2: NonNegative = 1.0, *, trials: int, rng: Generator
) -> MinNormRisk:
    """Bias |beta|^2 - |projection on the rows|^2 and variance sigma2 tr (X'X)^+ of minimum-norm least squares.

    The target is beta = sqrt(r2/p) (1, ..., 1).

    n, p: samples and features, integers >= 1; r2 = |beta|^2 and sigma2, the noise variance, >= 0. Returns fields bias
    and variance, each (trials,); bias is 0 for p <= n.

    >>> from sims.arrays import strict_rng
    >>> min_norm_risk(20, 30, trials=3, rng=strict_rng(0)).variance.shape
    (3,)
    """
    x = rng.standard_normal(size=(trials, n, p))
    xp = arrays.namespace(x)
    gram = small_gram(x)
    if p <= n:
        variance = sigma2 * arrays.inv_trace(gram)
        return MinNormRisk(xp.zeros_like(variance), variance)
    trace, inside = arrays.inv_forms(gram, xp.sum(x, axis=-1, keepdims=True))
    return MinNormRisk(r2 - r2 / p * inside[..., 0], sigma2 * trace)


@kernel(floats=lambda n, p, copies=16, **_: copies * (n * p + 4 * min(n, p) ** 2))
def variance_of_variance(n: int, p: int, copies: int = 16, *, trials: int, rng: Generator) -> Array:
    """Unbiased sample variance of tr (X'X)^+ over `copies` independent designs, shape (trials,).

    n, p: samples and features, integers >= 1; copies: designs a trial, at least 2. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> variance_of_variance(20, 30, copies=4, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    x = rng.standard_normal(size=(trials, copies, n, p))
    xp = arrays.namespace(x)
    return xp.var(arrays.inv_trace(small_gram(x)), axis=-1, correction=1.0)


@kernel(floats=lambda n, p, D, **_: n * (D + p) + 3 * min(n, p) ** 2)
def subset_risk(n: int, p: int, D: int, beta_sq: Any, sigma2: NonNegative, *, trials: int, rng: Generator) -> Array:
    """Test error when p of the D features, drawn at random for each trial, are used; only label noise is integrated.

    beta_sq: |beta|^2, or its D squared coefficients. The features left out enter the labels literally.

    n, p, D: samples, features used and features, integers >= 1, p <= D; sigma2 >= 0, the noise variance. The error
    includes sigma2. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> subset_risk(20, 5, 30, 1.0, 0.5, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    x = rng.standard_normal(size=(trials, n, D))
    xp = arrays.namespace(x)
    order = arrays.permutations(rng, trials, D)
    coefficients = beta_sq if hasattr(beta_sq, "__len__") else [beta_sq / D] * D
    squares = arrays.asarray(rng, [float(square) for square in coefficients])
    beta = xp.reshape(xp.take(xp.sqrt(squares), xp.reshape(order, (-1,)), axis=0), (trials, D, 1))
    used, unseen = x[:, :, :p], x[:, :, p:] @ beta[:, p:, :]
    floor = sigma2 + xp.sum(beta[:, p:, 0] ** 2, axis=-1)
    gram = small_gram(used)
    if p <= n:
        inverse = arrays.spd_inverse(gram)
        error = inverse @ (used.mT @ unseen)
        trace = xp.linalg.trace(inverse)
        return floor + xp.sum(error * error, axis=(-2, -1)) + sigma2 * trace
    trace, forms = arrays.inv_forms(gram, xp.concat([used @ beta[:, :p, :], unseen], axis=-1))
    bias = xp.sum(beta[:, :p, 0] ** 2, axis=-1) - forms[..., 0]
    return floor + bias + forms[..., 1] + sigma2 * trace
