"""Rows whose norms do not concentrate: where the universal risk formulas of least squares fail, exactly."""

from __future__ import annotations

import numpy as np

from theory.domain import broadcast, integers, reals
from theory.double_descent.min_norm import MinNormRisk, min_norm_risk


def elliptical_min_norm_risk(
    n: object, p: object, r2: object = 1.0, sigma2: object = 1.0, scales: object = (1.0,)
) -> MinNormRisk:
    r"""Return bias and variance of minimum-norm least squares for rows sqrt(tau_i) z_i, z_i isotropic Gaussian, p > n.

    .. math:: B = E[\tau]\, r^2 (1 - n/p), \qquad V = \sigma^2\, E[\tau]\, E[1/\tau]\, \frac{n}{p-n-1}

    n >= 1, p > n: integers; r2 >= 0; sigma2 >= 0; these broadcast. scales: the equally likely values of tau > 0, (k,).
    The variance is inf at p = n + 1 (0 if sigma2 = 0). Raises ValueError outside the domain.

    Source: derived here: the row space does not feel the scales, and (DKD)^{-1} has the diagonal of K^{-1} over tau. By
    Jensen's inequality E[tau] E[1/tau] > 1 at every size, so universality fails in the limit too.

    >>> round(float(elliptical_min_norm_risk(60, 120, scales=(0.25, 1.75)).variance), 4)
    2.3245
    """
    tau = reals("scales", scales, 0.0, open_low=True, ndim=1)
    sizes, features = broadcast(n=integers("n", n), p=integers("p", p))
    if np.any(features <= sizes):
        raise ValueError(f"p = {p!r}: must be > n = {n!r}")
    risk = min_norm_risk(sizes, features, r2, sigma2)
    size, inverse = float(tau.mean()), float((1 / tau).mean())
    return MinNormRisk(size * risk.bias, size * inverse * risk.variance)
