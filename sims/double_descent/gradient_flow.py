"""Gradient flow on least squares, followed exactly through the eigenvectors of the sample covariance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, kernel
from sims.double_descent.min_norm import small_gram
from sims.double_descent.ridge import eigenvalues, is_pair, spectrum_size

Times = Sequence[float]


class FlowRisk(NamedTuple):
    """Risk of the signal not yet learned, of the noise fitted, and their sum, shape (trials, times)."""

    bias: Array
    variance: Array
    total: Array


def _fitted_noise(exponents: Array, s: Array) -> Array:
    """(1 - e^{-ts})^2/s for s > 0, shape (trials, times, k)."""
    grown = arrays.namespace(s).expm1(-exponents)
    return grown * grown / s[:, None, :]


@kernel(floats=lambda n, p, t, **_: n * p + min(n, p) * (3 * min(n, p) + 3 * len(t)))
def gf_risk_isotropic(
    t: Times, n: int, p: int, r2: NonNegative = 1.0, sigma2: NonNegative = 1.0, *, trials: int, rng: Generator
) -> FlowRisk:
    """Risk at times t > 0 on standard Gaussian features, averaged over label noise and the target's direction.

    t: times > 0; n, p: samples and features, integers >= 1; r2, sigma2 >= 0. Returns the fields of `FlowRisk`, each
    (trials, times).

    >>> from sims.arrays import strict_rng
    >>> gf_risk_isotropic([0.5, 2.0], 20, 10, trials=3, rng=strict_rng(0))[0].shape
    (3, 2)
    """
    x = rng.standard_normal(size=(trials, n, p))
    xp = arrays.namespace(x)
    s = arrays.eigvalsh(small_gram(x) / n)
    exponents = s[:, None, :] * arrays.asarray(rng, list(t))[:, None]
    unseen = max(p - n, 0)
    bias = r2 / p * (unseen + xp.sum(xp.exp(-2 * exponents), axis=-1))
    variance = sigma2 / n * xp.sum(_fitted_noise(exponents, s), axis=-1)
    return FlowRisk(bias, variance, bias + variance)


@kernel(floats=lambda n, spectrum, t, **_: spectrum_size(spectrum) * (n + 4 * spectrum_size(spectrum) + 4 * len(t)))
def gf_risk(
    t: Times, n: int, spectrum: Any, beta_sq: Any, sigma2: NonNegative = 1.0, *, trials: int, rng: Generator
) -> FlowRisk:
    """Risk at times t > 0 on Gaussian rows, averaged over label noise and independent signs of the coefficients.

    spectrum: eigenvalues, or a tuple (values, multiplicities); beta_sq as in the theory.

    t: times > 0; n: samples, >= 1; spectrum: eigenvalues of the covariance, or (values, multiplicities); beta_sq:
    squared coefficients, one for each value; sigma2 >= 0. Returns the fields of `FlowRisk`, each (trials, times).

    >>> from sims.arrays import strict_rng
    >>> gf_risk([0.5, 2.0], 20, [2.0, 1.0], [1.0, 0.0], trials=3, rng=strict_rng(0))[0].shape
    (3, 2)
    """
    values = eigenvalues(rng, spectrum)
    squares = eigenvalues(rng, (beta_sq, spectrum[1]) if is_pair(spectrum) else beta_sq)
    xp = arrays.namespace(values)
    x = arrays.gaussian_rows(rng, trials, n, xp.sqrt(values))
    times = arrays.asarray(rng, list(t))
    s, u = arrays.eigh(x.mT @ x / n)
    # The flow starts from the p eigenvectors of S: null directions have s = 0 up to rounding and never move.
    s = xp.maximum(s, 1e-300 + xp.zeros_like(s))
    metric = u.mT @ (values[:, None] * u)
    prior = u.mT @ (squares[:, None] * u)
    exponents = s[:, None, :] * times[:, None]
    left = xp.exp(-exponents)
    bias = xp.sum((left @ (metric * prior)) * left, axis=-1)
    diagonal = xp.linalg.diagonal(metric)
    variance = sigma2 / n * (_fitted_noise(exponents, s) @ diagonal[..., None])[..., 0]
    return FlowRisk(bias, variance, bias + variance)
