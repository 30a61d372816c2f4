"""Minimum-norm least squares on isotropic Gaussian features: exact mean risks at every n and p."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from theory.domain import Count, Counts, Floats, Integers, NonNegatives, broadcast, checked, default, refusal

__all__ = ["MinNormRisk", "inverse_wishart_mean", "min_norm_risk", "subset_risk"]


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


@checked(broadcast=True)
def inverse_wishart_mean(n: Counts, p: Counts) -> Floats:
    r"""Return the mean of each diagonal entry of the pseudo-inverse of X'X, X (n, p) with iid N(0, 1) entries.

    .. math:: E (X^\top X)^+ = c\, I, \qquad c = \frac{1}{n-p-1}\ (n > p+1), \quad \frac{n}{p\,(p-n-1)}\ (p > n+1)

    n, p: integers >= 1, broadcast. Returns c, infinite where |n - p| <= 1. Raises ValueError outside the domain.

    Source: mean of the inverse Wishart law (classical); p > n by rotation invariance and the trace.

    >>> inverse_wishart_mean([10, 4, 5], 4).round(4)
    array([0.2, inf, inf])
    """
    mean: Floats = (_noise_factor(n, p) / p)[()]
    return mean
