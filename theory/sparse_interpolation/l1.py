"""The interpolator of least l1 norm, and the lasso, by state evolution."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np
import scipy

from theory.domain import In, checked, refusal
from theory.sparse_interpolation.domains import Counted, Samples, Size, Values, Variance, more_features, truth
from theory.sparse_interpolation.fixed_point import crossing, self_consistent
from theory.sparse_interpolation.soft import log_active, noise_share, squared_error, threshold_of

__all__ = ["LassoFit", "LassoRisk", "lasso_fit", "lasso_risk", "min_l1_noise_risk", "min_l1_risk"]


class LassoFit(NamedTuple):
    """Risk, training error |y - Xw|^2/n, active coordinates over n, and the threshold in effective noises."""

    risk: float
    residual: float
    active: float
    chi: float


class LassoRisk(NamedTuple):
    """Risk of the lasso and the penalty lam of |y - Xw|^2/2 + lam |w|_1."""

    risk: float
    lam: float


@checked
def min_l1_noise_risk(n: Samples, d: Size, sigma2: Variance) -> float:
    r"""Return the risk $|\hat w|^2$ of the interpolator of least l1 norm where there is nothing to learn.

    $$R = \sigma^2\frac{\rho}{1-\rho}, \qquad \rho = 1+\alpha^2-\frac{\alpha\varphi(\alpha)}{Q(\alpha)}, \qquad
    2Q(\alpha) = n/d,$$
    for n, d large at a fixed ratio, standard Gaussian rows and noise of variance sigma2. As d/n grows
    $R \sim \sigma^2/\log(d/n)$, and is 1 to 5 % above it up to d/n = 1e100.

    n: in [1e-75, 1e75], d: above n, up to 1e150, real numbers; sigma2: in [1e-30, 1e30]. Relative to 1e-13 at all
    ratios. Raises ValueError outside these domains.

    Source: Wang, Donhauser, Yang 2021, arXiv:2111.05987 (the rate); Li, Wei 2021, arXiv:2110.09502 (state evolution)
    (both recalled); zero-penalty limit derived here.

    >>> round(min_l1_noise_risk(60, 240, 1.0), 4), round(min_l1_noise_risk(1, 1e100, 1.0) * 100 * math.log(10), 3)
    (0.7509, 1.008)
    """
    more_features(n, d)
    rho, left = noise_share(threshold_of(math.log(n) - math.log(d), (d - n) / d))
    return sigma2 * rho / left


@checked
def min_l1_risk(n: Samples, d: Size, values: Values, counts: Counted, sigma2: Variance) -> float:
    r"""Return the risk $|\hat w - w^*|^2$ of the interpolator of least l1 norm for a truth of few distinct values.

    $$\tau^2 = \frac{\sigma^2+R}{n}, \qquad \sum_j P(|w^*_j+\tau Z| > \theta) = n, \qquad
    R = \sum_j E(\mathrm{soft}(w^*_j+\tau Z;\theta) - w^*_j)^2$$

    n: in [1e-75, 1e75]; d: above n, up to 1e150; values: the distinct coordinates of w*, in [-1e15, 1e15], counts: how
    many of each, >= 0, both (k,), zeros included, so that the counts make d; sigma2: in [1e-30, 1e30]. An asymptotic
    statement, for n and d large. Raises ValueError outside these domains and where the counts do not make d.

    Source: as `min_l1_noise_risk`.

    >>> round(min_l1_risk(80, 240, [2.0, 0.0], [3, 237], 1.0), 4)
    1.1543
    """
    more_features(n, d)
    values, counts = truth(d, values, counts)
    if not values.any():
        return min_l1_noise_risk(n, d, sigma2)
    log_counts, sizes = np.log(counts), np.abs(values)

    def risk_of(v: float) -> float:
        tau = math.sqrt(v / n)
        m = sizes / tau
        c = crossing(lambda t: log_active(m, log_counts, t) - math.log(n), 1.0)
        return tau * tau * squared_error(m, counts, c)

    return self_consistent(risk_of, sigma2, float(counts @ sizes**2))


@checked
def lasso_risk(
    n: Samples, d: Size, values: Values, counts: Counted, sigma2: Variance, chi: Annotated[float, In(0.0, 1e3)]
) -> LassoRisk:
    r"""Return the lasso's risk at the threshold chi tau, and the penalty that it belongs to.

    $$\tau^2 = \frac{\sigma^2+R}{n}, \quad R = \sum_j E(\mathrm{soft}(w^*_j+\tau Z;\chi\tau) - w^*_j)^2, \quad
    \lambda = \chi\tau n\Bigl(1-\frac1n\sum_j P(|w^*_j+\tau Z| > \chi\tau)\Bigr)$$

    n: in [1e-75, 1e75]; d: up to 1e150, also below n; values, counts: (k,), see `min_l1_risk`; sigma2: in
    [1e-30, 1e30]; chi: the threshold in units of the effective noise, in [0, 1e3]. Returns fields risk and lam, for the
    objective |y - Xw|^2/2 + lam |w|_1. Raises ValueError outside these domains, and for a chi at which as many
    coordinates as rows would be active, where no penalty belongs to it.

    Source: Bayati, Montanari 2010, arXiv:1008.2581 (recalled).

    >>> [round(part, 4) for part in lasso_risk(100, 400, [1.0, 0.0], [3, 397], 0.25, 1.8)]
    [0.0658, 6.9265]
    """
    values, counts = truth(d, values, counts)
    sizes, log_counts = np.abs(values), np.log(counts)
    allowed = f"large enough that fewer than n = {n:g} coordinates are active"
    # As tau grows every coordinate behaves like a zero.
    if math.log(d) + math.log(2) + float(scipy.special.log_ndtr(-chi)) >= math.log(n):
        raise refusal("chi", chi, allowed)

    def risk_of(v: float) -> float:
        return v / n * squared_error(sizes / math.sqrt(v / n), counts, chi)

    risk = self_consistent(risk_of, sigma2, float(counts @ sizes**2))
    tau = math.sqrt((sigma2 + risk) / n)
    active = math.exp(log_active(sizes / tau, log_counts, chi) - math.log(n))
    if active >= 1:
        raise refusal("chi", chi, allowed)
    return LassoRisk(risk, chi * tau * n * (1 - active))


@checked
def lasso_fit(
    n: Samples, d: Size, values: Values, counts: Counted, sigma2: Variance, lam: Annotated[float, In(1e-30, 1e30)]
) -> LassoFit:
    r"""Return what the lasso with the penalty lam leaves: its risk, its training error, what is active.

    The chi with lam = `lasso_risk`(..., chi).lam is found by Brent's method (lam grows with chi); with a the expected
    number of active coordinates over n,
    $$R = |\hat w-w^*|^2, \qquad \frac{|y-X\hat w|^2}{n} = (\sigma^2+R)(1-a)^2.$$

    Arguments as for `lasso_risk`; lam: in [1e-30, 1e30], at most what chi = 1e3 gives. Returns fields risk, residual,
    active (a), chi. Raises ValueError outside these domains.

    Source: Bayati, Montanari 2010, arXiv:1008.2581 (recalled); the residual derived here from its iteration.

    >>> [round(part, 4) for part in lasso_fit(100, 400, [1.0, 0.0], [3, 397], 0.25, 6.9265)]
    [0.0658, 0.1481, 0.3153, 1.8]
    """

    def short(chi: float) -> float:
        """How much of lam the threshold chi lacks; all, where none belongs to it."""
        try:
            return lam - lasso_risk(n, d, values, counts, sigma2, chi).lam
        except ValueError as error:
            if not str(error).startswith("chi"):
                raise
            return lam

    if short(1e3) > 0:
        raise refusal("lam", lam, "at most what chi = 1000 gives")
    chi = float(scipy.optimize.brentq(short, 0.0, 1e3, xtol=1e-14, rtol=1e-14))
    risk = lasso_risk(n, d, values, counts, sigma2, chi).risk
    values, counts = truth(d, values, counts)
    tau = math.sqrt((sigma2 + risk) / n)
    active = math.exp(log_active(np.abs(values) / tau, np.log(counts), chi) - math.log(n))
    return LassoFit(risk, (sigma2 + risk) * (1 - active) ** 2, active, chi)
