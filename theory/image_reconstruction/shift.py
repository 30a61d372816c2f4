"""A shrinkage tuned on one distribution of images and used on another."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from theory.domain import Counts, Floats, In, NonNegative, NonNegatives, NonNegativeVector, Real, Reals, checked
from theory.image_reconstruction.model import check_variances, shrinkage


@checked(broadcast=True)
def shift_risk(d: Counts, alpha: Reals, tau2: NonNegatives, sigma2: NonNegatives) -> Floats:
    r"""Return the risk of the denoiser $\alpha\,UU^\top$ on images of variance tau2 and noise sigma2.

    .. math:: d\,[(1-\alpha)^2\tau^2 + \alpha^2\sigma^2]

    d: dimension of the subspace, integers >= 1; alpha: the shrinkage, real, tuned anywhere; tau2, sigma2 >= 0, of the
    test distribution, not both 0; all broadcast. Returns an array. Raises ValueError outside these domains.

    Source: setting Darestani, Chaudhari, Heckel 2021, arXiv:2102.06103 (recalled); elementary.

    >>> round(float(shift_risk(10, 3 / 3.5, 1.0, 0.5)), 5)
    3.87755
    """
    check_variances(tau2, sigma2)
    return np.asarray(d * ((1 - alpha) ** 2 * tau2 + alpha**2 * sigma2))[()]


@checked(broadcast=True)
def shift_gap(d: Counts, alpha: Reals, tau2: NonNegatives, sigma2: NonNegatives) -> Floats:
    r"""Return what `shift_risk` has above the floor of the test distribution.

    .. math:: d\,(\tau^2+\sigma^2)\,\Bigl(\alpha - \frac{\tau^2}{\tau^2+\sigma^2}\Bigr)^2

    Parameters, Raises and source: as `shift_risk`; exact for every real alpha.

    >>> round(float(shift_gap(10, 3 / 3.5, 1.0, 0.5)), 5)
    0.54422
    """
    check_variances(tau2, sigma2)
    return np.asarray(d * (tau2 + sigma2) * (alpha - shrinkage(tau2, sigma2)) ** 2)[()]


@checked
def mixture_shrinkage(tau2: NonNegativeVector, sigma2: Annotated[Floats, In(0.0, ndim=1, like="tau2")]) -> float:
    r"""Return the best single shrinkage for equal shares of several distributions.

    .. math:: \alpha = \frac{\sum_j\tau_j^2}{\sum_j(\tau_j^2+\sigma_j^2)}

    tau2, sigma2: variances of images and noise, one a distribution, >= 0, not all 0. Returns alpha in [0, 1]. Raises
    ValueError outside these domains.

    Source: least squares on the mixture; derived here.

    >>> round(mixture_shrinkage([3.0, 1.0], [0.5, 0.5]), 4)
    0.8
    """
    signal, noise = tau2.sum(), sigma2.sum()
    check_variances(np.asarray(signal), np.asarray(noise))
    return float(signal / (signal + noise))


@checked
def shift_trend(
    alpha: Real, tau2: NonNegative, sigma2: NonNegative, tau2_test: NonNegative, sigma2_test: NonNegative
) -> float:
    r"""Return by how much the risk on Q changes for each unit of risk on P, along shrinkages alpha.

    .. math:: \frac{dR_Q}{dR_P} =
        \frac{(\tau_Q^2+\sigma_Q^2)(\alpha-\alpha_Q)}{(\tau_P^2+\sigma_P^2)(\alpha-\alpha_P)},\qquad
        \alpha_\cdot = \frac{\tau_\cdot^2}{\tau_\cdot^2+\sigma_\cdot^2}

    Both risks are quadratic in alpha, so the points (R_P, R_Q) trace an arc of a parabola: the trend has the sign of
    robustness plots outside the two optima and the opposite sign between them.

    alpha: real; tau2, sigma2 of P and tau2_test, sigma2_test of Q, >= 0, not both 0. Returns the slope. Raises
    ValueError outside these domains and at alpha = alpha_P, where the risk on P does not change.

    Source: derived here; robustness plots, Darestani, Chaudhari, Heckel 2021, arXiv:2102.06103 (recalled).

    >>> round(shift_trend(0.5, 3.0, 0.5, 1.0, 0.5), 4), round(shift_trend(0.75, 3.0, 0.5, 1.0, 0.5), 4)
    (0.2, -0.3333)
    """
    check_variances(np.asarray(tau2), np.asarray(sigma2))
    if tau2_test == 0 and sigma2_test == 0:
        raise ValueError(f"tau2_test = {tau2_test}, sigma2_test = {sigma2_test}: must not both be 0")
    # (tau2 + sigma2)(alpha - alpha_P), without the quotient.
    own = (alpha - 1) * tau2 + alpha * sigma2
    other = (alpha - 1) * tau2_test + alpha * sigma2_test
    if own == 0:
        raise ValueError(
            f"alpha = {alpha}: must differ from {alpha}, the best shrinkage at tau2 = {tau2}, sigma2 = {sigma2}"
        )
    return float(other / own)
