"""Minimum-norm least squares on isotropic Gaussian features: the laws behind the means of `theory.least_squares`."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy

from theory.domain import Count, Counts, Floats, Positive, checked
from theory.least_squares import MinNormRisk, min_norm_risk, subset_risk

__all__ = ["MinNormRisk", "bias_law", "min_norm_risk", "subset_risk", "variance_of_variance"]


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
