"""A new task on a representation that is given, and from scratch: exact mean risks at every sample size."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np

from theory.domain import (
    Count,
    Counts,
    Floats,
    In,
    Integers,
    NonNegative,
    NonNegatives,
    checked,
    default,
    refusal,
)
from theory.least_squares import inverse_wishart_mean, min_norm_risk

__all__ = ["crossover", "scratch_risk", "transfer_risk"]


@checked(broadcast=True)
def transfer_risk(rho2: NonNegatives, k: Counts, n2: Counts, sigma2: NonNegatives) -> Floats:
    r"""Return the expected excess risk of least squares on a fixed k-dimensional representation.

    .. math:: \rho^2 + (\sigma^2 + \rho^2)\, \frac{k}{n_2 - k - 1}, \qquad
        \rho^2 = \|(I - \hat B \hat B^\top)\theta\|^2

    What of the target lies outside the representation acts as further noise.

    rho2 >= 0: that part, squared (0: the oracle's representation); k, n2: dimensions and target samples, integers with
    n2 >= k >= 1; sigma2 >= 0: noise; all broadcast. Infinite for n2 = k and k + 1, unless rho2 = sigma2 = 0. Raises
    ValueError outside these domains.

    Source: derived here; the target term of Du, Hu, Kakade, Lee, Lei 2021, arXiv:2002.09434 (rate recalled), exactly.

    >>> transfer_risk([0.0, 0.5], 3, 12, 0.25).round(5).tolist()
    [0.09375, 0.78125]
    """
    if (n2 < k).any():
        raise refusal("n2", n2.tolist(), f"at least k = {k.tolist()}")
    seen = sigma2 + rho2
    with np.errstate(invalid="ignore"):
        fitted = np.where(seen == 0, 0.0, seen * k * inverse_wishart_mean(n2, k))
    total: Floats = (rho2 + fitted)[()]
    return total


@checked(broadcast=True)
def scratch_risk(
    d: Counts, n2: Annotated[Integers, In(0)], sigma2: NonNegatives, theta_norm2: NonNegatives = default(1.0)
) -> Floats:
    r"""Return the expected excess risk of (minimum-norm) least squares on all d inputs, without a representation.

    .. math:: \frac{\sigma^2 d}{n_2-d-1}\ (n_2 \ge d+2), \qquad
        \|\theta\|^2 \Bigl(1-\frac{n_2}{d}\Bigr) + \frac{\sigma^2 n_2}{d-n_2-1}\ (n_2 \le d-2)

    d >= 1, n2 >= 0: dimensions and target samples; sigma2 >= 0; theta_norm2 = |theta|^2 >= 0; all broadcast. Infinite
    for |n2 - d| <= 1 with noise; |theta|^2 for n2 = 0. Raises ValueError outside these domains.

    Source: `theory.least_squares.min_norm_risk` (Belkin, Hsu, Xu 2020, arXiv:1903.07571, recalled).

    >>> scratch_risk(30, [0, 12, 30, 60], 0.25, 1.0).round(4).tolist()
    [1.0, 0.7765, inf, 0.2586]
    """
    bias, variance = min_norm_risk(np.maximum(n2, 1), d, theta_norm2, sigma2)
    total: Floats = np.where(n2 == 0, theta_norm2, bias + variance)[()]
    return total


@checked
def crossover(rho2: NonNegative, k: Count, d: Count, sigma2: NonNegative) -> float:
    r"""Return the number of target samples beyond which learning from scratch beats the representation.

    .. math:: n_2^* = d + 1 + \sigma^2 (d-k)/\rho^2

    is where `transfer_risk` and `scratch_risk` are equal, exactly: both are $d \rho^2/(d-k)$ there.

    rho2 >= 0; k < d: dimensions; sigma2 >= 0. Returns a real number, inf for rho2 = 0. Raises ValueError outside these
    domains.

    Source: derived here.

    >>> crossover(0.5, 3, 12, 1.0)
    31.0
    >>> float(transfer_risk(0.5, 3, 31, 1.0)), float(scratch_risk(12, 31, 1.0))
    (0.6666666666666666, 0.6666666666666666)
    """
    if k >= d:
        raise refusal("k", k, f"an integer from 1 to d - 1 = {d - 1}")
    return d + 1 + sigma2 * (d - k) / rho2 if rho2 > 0 else math.inf
