"""Minimum-norm least squares on isotropic Gaussian features: exact at every n and p."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import scipy.stats

from theory.domain import Floats, Integers, broadcast, integer, integers, real, reals


class MinNormRisk(NamedTuple):
    """Expected squared bias and variance of the excess risk."""

    bias: Floats
    variance: Floats


def _noise_factor(n: Integers, p: Integers) -> Floats:
    """E tr of the pseudo-inverse of X'X: min(n,p) / (|n-p| - 1), infinite where |n - p| <= 1."""
    gap = np.abs(n - p)
    return np.where(gap <= 1, np.inf, np.minimum(n, p) / np.maximum(gap - 1, 1))


def _times(noise: Floats, factor: Floats) -> Floats:
    """noise * factor with 0 * inf = 0: without noise there is no variance, even at the peak."""
    return noise * np.where(noise == 0, 0.0, factor)


def min_norm_risk(n: object, p: object, r2: object = 1.0, sigma2: object = 1.0) -> MinNormRisk:
    r"""Return the expected bias and variance of minimum-norm least squares on isotropic Gaussian features.

    .. math:: B = r^2 (1 - n/p)_+, \qquad V = \sigma^2 \min(n,p) / (|n-p|-1)

    n, p: sample size and number of features, integers >= 1; r2 = |beta|^2 >= 0 and sigma2 >= 0, the noise variance; all
    broadcast. Returns fields `bias` and `variance`; the variance is inf where |n-p| <= 1 (0 if sigma2 = 0). Raises
    ValueError outside these domains.

    Source: Belkin, Hsu, Xu 2020, arXiv:1903.07571, Theorem 1, and Hastie, Montanari, Rosset, Tibshirani 2022,
    arXiv:1903.08560 (both recalled).

    >>> risk = min_norm_risk(40, [30, 40, 60], r2=2.0, sigma2=0.5)
    >>> risk.bias.round(4).tolist(), risk.variance.round(4).tolist()
    ([0.0, 0.0, 0.6667], [1.6667, inf, 1.0526])
    """
    sizes, features, signal, noise = broadcast(
        n=integers("n", n), p=integers("p", p), r2=reals("r2", r2, 0.0), sigma2=reals("sigma2", sigma2, 0.0)
    )
    bias = signal * np.maximum(features - sizes, 0) / features
    return MinNormRisk(bias[()], _times(noise, _noise_factor(sizes, features))[()])


def variance_of_variance(n: object, p: object) -> Floats:
    r"""Return the variance over designs of V/sigma2, the trace of the pseudo-inverse of X'X.

    .. math:: \frac{2 b (a-1)}{v (v-1)^2 (v-3)}, \qquad a = \max(n,p),\ b = \min(n,p),\ v = a - b

    n, p: integers >= 1, broadcast. Infinite where v <= 3. Raises ValueError outside the domain.

    Source: second moments of the inverse Wishart matrix; derived here.

    >>> round(float(variance_of_variance(40, 10)), 8), float(variance_of_variance(40, 43))
    (0.00114502, inf)
    """
    sizes, features = broadcast(n=integers("n", n), p=integers("p", p))
    a, b = np.maximum(sizes, features).astype(float), np.minimum(sizes, features).astype(float)
    v = a - b
    safe = np.maximum(v, 4.0)
    return np.where(v <= 3, np.inf, 2 * b * (a - 1) / (safe * (safe - 1) ** 2 * (safe - 3)))[()]


def bias_law(n: object, p: object, r2: object = 1.0) -> Any:
    r"""Return the law over designs of the bias of minimum-norm least squares, a frozen scipy.stats distribution.

    .. math:: 1 - B/r^2 \sim \mathrm{Beta}(n/2, (p-n)/2)

    n >= 1, p > n: integers; r2 = |beta|^2 > 0. Raises ValueError outside the domain.

    Source: the row space of a Gaussian matrix is a uniform n-dimensional subspace; derived here.

    >>> round(float(bias_law(20, 50).mean()), 12)
    0.6
    """
    sizes = integer("n", n)
    features = integer("p", p)
    if features <= sizes:
        raise ValueError(f"p = {features}: must be an integer > n = {sizes}")
    signal = real("r2", r2, 0.0, open_low=True)
    return scipy.stats.beta((features - sizes) / 2, sizes / 2, scale=signal)


def subset_risk(n: object, p: object, D: object, beta_sq: object, sigma2: object) -> Floats:
    r"""Return the expected test error of minimum-norm least squares on a random subset T of p of the D features.

    .. math:: \tfrac pD |\beta|^2 (1 - n/p)_+ + (\sigma^2 + (1-\tfrac pD)|\beta|^2) \bigl(1 + \min(n,p)/(|n-p|-1)\bigr)

    n, p, D: integers with 1 <= p <= D; beta_sq: |beta|^2, or its D squared coefficients; sigma2 >= 0; n, p and sigma2
    broadcast. The features left out act as noise; sigma2 is included. Infinite where |n-p| <= 1 unless the noise seen
    is exactly 0. Raises ValueError outside the domain.

    Source: Belkin, Hsu, Xu 2020, arXiv:1903.07571, Theorem 1 and its corollary for a random subset (recalled).

    >>> coefficients = 1 / np.arange(1, 101.0) ** 2
    >>> subset_risk(40, [25, 70, 100], 100, coefficients, 0.04).round(4).tolist()
    [3.5274, 1.7527, 1.0481]
    """
    total = integer("D", D)
    squares = reals("beta_sq", beta_sq, 0.0)
    if squares.shape not in ((), (total,)):
        raise ValueError(f"beta_sq has shape {squares.shape}: must be |beta|^2 or the D = {total} squared coefficients")
    sizes, features, noise = broadcast(
        n=integers("n", n), p=integers("p", p, 1, total), sigma2=reals("sigma2", sigma2, 0.0)
    )
    inside = features / total * squares.sum()
    seen = noise + (total - features) / total * squares.sum()
    risk = min_norm_risk(sizes, features, inside, seen)
    error: Floats = (risk.bias + risk.variance + seen)[()]
    return error
