"""Minimum-norm least squares on isotropic Gaussian features: exact at every n and p."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import scipy

from theory.domain import (
    Count,
    Counts,
    Floats,
    Integers,
    NonNegatives,
    Positive,
    broadcast,
    checked,
    default,
    refusal,
)


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


@checked(broadcast=True)
def min_norm_risk(
    n: Counts, p: Counts, r2: NonNegatives = default(1.0), sigma2: NonNegatives = default(1.0)
) -> MinNormRisk:
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
    bias = r2 * np.maximum(p - n, 0) / p
    return MinNormRisk(bias[()], _times(sigma2, _noise_factor(n, p))[()])


@checked(broadcast=True)
def variance_of_variance(n: Counts, p: Counts) -> Floats:
    r"""Return the variance over designs of V/sigma2, the trace of the pseudo-inverse of X'X.

    .. math:: \frac{2 b (a-1)}{v (v-1)^2 (v-3)}, \qquad a = \max(n,p),\ b = \min(n,p),\ v = a - b

    n, p: integers >= 1, broadcast. Infinite where v <= 3. Raises ValueError outside the domain.

    Source: second moments of the inverse Wishart matrix; derived here.

    >>> round(float(variance_of_variance(40, 10)), 8), float(variance_of_variance(40, 43))
    (0.00114502, inf)
    """
    a, b = np.maximum(n, p).astype(float), np.minimum(n, p).astype(float)
    v = a - b
    safe = np.maximum(v, 4.0)
    return np.where(v <= 3, np.inf, 2 * b * (a - 1) / (safe * (safe - 1) ** 2 * (safe - 3)))[()]


@checked
def bias_law(n: Count, p: Count, r2: Positive = 1.0) -> Any:
    r"""Return the law over designs of the bias of minimum-norm least squares, a frozen scipy.stats distribution.

    .. math:: 1 - B/r^2 \sim \mathrm{Beta}(n/2, (p-n)/2)

    n >= 1, p > n: integers; r2 = |beta|^2 > 0. Raises ValueError outside the domain.

    Source: the row space of a Gaussian matrix is a uniform n-dimensional subspace; derived here.

    >>> round(float(bias_law(20, 50).mean()), 12)
    0.6
    """
    if p <= n:
        raise ValueError(f"p = {p}: must be an integer > n = {n}")
    return scipy.stats.beta((p - n) / 2, n / 2, scale=r2)


@checked
def subset_risk(n: Counts, p: Counts, D: Count, beta_sq: NonNegatives, sigma2: NonNegatives) -> Floats:
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
    if beta_sq.shape not in ((), (D,)):
        raise ValueError(f"beta_sq has shape {beta_sq.shape}: must be |beta|^2 or the D = {D} squared coefficients")
    if (p > D).any():
        raise refusal("p", p.tolist(), f"integers from 1 to {D}")
    n, p, sigma2 = broadcast(n=n, p=p, sigma2=sigma2)
    inside = p / D * beta_sq.sum()
    seen = sigma2 + (D - p) / D * beta_sq.sum()
    risk = min_norm_risk(n, p, inside, seen)
    error: Floats = (risk.bias + risk.variance + seen)[()]
    return error
