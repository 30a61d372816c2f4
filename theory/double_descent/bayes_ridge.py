"""The ridge that is best for an isotropic prior, and how high the peak is with less of it."""

from __future__ import annotations

import numpy as np

from theory.deterministic_equivalent import degrees, fixed_point
from theory.domain import Counts, Floats, NonNegatives, Positives, checked
from theory.double_descent.ridge import SpectrumLike


@checked(broadcast=True)
def optimal_ridge(n: Counts, p: Counts, r2: Positives, sigma2: NonNegatives) -> Floats:
    r"""Return the ridge that minimises the average risk over targets beta ~ (0, (r2/p) I), for every covariance.

    .. math:: \lambda^* = \sigma^2 p / (n r^2)

    n, p: integers >= 1; r2 = E|beta|^2 > 0; sigma2 >= 0; all broadcast. Raises ValueError outside the domain.

    Source: Dobriban, Wager 2018, arXiv:1507.03003; Nakkiran et al. 2021, arXiv:2003.01897 (recalled): it is the linear
    Bayes rule.

    >>> float(optimal_ridge(120, 60, 1.0, 0.25))
    0.125
    """
    best: Floats = (sigma2 * p / (n * r2))[()]
    return best


@checked(broadcast=True)
def optimal_ridge_risk(n: Counts, spectrum: SpectrumLike, r2: Positives, sigma2: NonNegatives) -> Floats:
    r"""Return the deterministic equivalent of the average risk at the optimal ridge.

    .. math:: R^* = \sigma^2 (\kappa(\lambda^*)/\lambda^* - 1) = \tfrac{r^2}{p}\, \kappa\, \mathrm{df}_1(\kappa)

    n: integers >= 1; spectrum: eigenvalues (p,) or a tuple (values, multiplicities); r2 > 0; sigma2 >= 0; n, r2 and
    sigma2 broadcast. Raises ValueError outside the domain.

    Source: derived here, by inserting the optimal ridge into bias and variance of `ridge_risk`.

    >>> float(optimal_ridge_risk(120, ([4.0, 0.25], [15, 45]), 1.0, 0.25).round(5))
    0.12517
    """
    parsed = spectrum.parsed
    total = sigma2 * parsed.size / r2  # n lam*
    kappa = fixed_point(n, total, parsed)
    safe = np.where(kappa == 0, 1.0, kappa)
    return (r2 / parsed.size * kappa * degrees(safe, total, parsed).df1)[()]


@checked(broadcast=True)
def peak_variance(lam: NonNegatives, sigma2: NonNegatives) -> Floats:
    r"""Return the limiting variance of ridge regression at n = p on isotropic features: the height of the peak.

    .. math:: V = \sigma^2 / ((1+\kappa)^2 - 1), \quad \kappa = (\lambda + \sqrt{\lambda^2 + 4\lambda})/2,
        \qquad V \sim \sigma^2 / (2\sqrt\lambda) \text{ as } \lambda \to 0

    lam >= 0, sigma2 >= 0, broadcast; inf at lam = 0 (0 if sigma2 = 0). Raises ValueError outside the domain.

    Source: `ridge_risk` at gamma = 1; derived here.

    >>> round(float(peak_variance(0.01, 1.0)), 4), float(peak_variance(0.0, 1.0))
    (4.5187, inf)
    """
    kappa = (lam + np.sqrt(lam * (lam + 4))) / 2
    safe = np.where(lam == 0, 1.0, kappa)
    height = np.where(lam == 0, np.inf, 1 / (safe * (2 + safe)))
    return (sigma2 * np.where(sigma2 == 0, 0.0, height))[()]
