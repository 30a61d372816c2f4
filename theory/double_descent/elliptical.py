"""Rows whose norms do not concentrate: where the universal risk formulas of least squares fail, exactly."""

from __future__ import annotations

import numpy as np
import scipy

from theory.domain import Counts, Floats, NonNegatives, Positives, PositiveVector, checked, default
from theory.least_squares import MinNormRisk, min_norm_risk


@checked(broadcast=True)
def elliptical_min_norm_risk(
    n: Counts,
    p: Counts,
    r2: NonNegatives = default(1.0),
    sigma2: NonNegatives = default(1.0),
    scales: PositiveVector = default((1.0,)),
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
    if np.any(p <= n):
        raise ValueError(f"p = {p.tolist()}: must be > n = {n.tolist()}")
    risk = min_norm_risk(n, p, r2, sigma2)
    size, inverse = float(scales.mean()), float((1 / scales).mean())
    return MinNormRisk(size * risk.bias, size * inverse * risk.variance)


@checked(broadcast=True)
def elliptical_noise_limit(
    gamma: Positives, sigma2: NonNegatives = default(1.0), scales: PositiveVector = default((1.0,))
) -> Floats:
    r"""Return the proportional limit of the noise part for rows sqrt(tau_i) z_i, on both sides of the peak.

    .. math:: \gamma < 1:\ V = \sigma^2\, E[\tau]\, \gamma/\xi, \quad E\Bigl[\frac{\tau}{\xi + \gamma\tau}\Bigr] = 1;
        \qquad \gamma > 1:\ V = \sigma^2\, E[\tau]\, E[1/\tau] / (\gamma - 1)

    gamma = p/n > 0; sigma2 >= 0; these broadcast. scales: the equally likely values of tau > 0, (k,). Infinite at
    gamma = 1 (0 if sigma2 = 0). Raises ValueError outside the domain.

    Source: derived here: (X'X/n)^{-1} is equivalent to I/xi, and leaving one row out gives xi.

    >>> elliptical_noise_limit([0.5, 2.0]), elliptical_noise_limit([0.5, 2.0], scales=(0.25, 1.75)).round(4)
    (array([1., 1.]), array([1.5119, 2.2857]))
    """
    factor = np.asarray([_amplification(float(g), scales) for g in gamma.ravel()]).reshape(gamma.shape)
    limit: Floats = (sigma2 * np.where(sigma2 == 0, 0.0, float(scales.mean()) * factor))[()]
    return limit


def _amplification(gamma: float, tau: Floats) -> float:
    """gamma/xi below the peak, E[1/tau]/(gamma - 1) above it."""
    if gamma == 1:
        return float("inf")
    if gamma > 1:
        return float((1 / tau).mean()) / (gamma - 1)
    # E[tau/(xi + gamma tau)] falls from 1/gamma > 1 at xi = 0, and is below E[tau]/xi.
    xi = scipy.optimize.brentq(
        lambda x: float(np.mean(tau / (x + gamma * tau))) - 1, 0.0, float(tau.mean()), xtol=1e-300, rtol=1e-14
    )
    return gamma / float(xi)
