"""Early stopping against ridge: gradient flow stopped at t is never much worse than ridge with penalty 1/t."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np

from theory.domain import Count, Floats, In, NonNegative, NonNegatives, NonNegativeVector, checked


def worst_progress() -> float:
    r"""Return the x = t s = 1.7933 at which `early_stopping_constant` is attained, the root of $x = \log(1+x+x^2)$.

    Source: derived here.

    >>> round(worst_progress(), 6)
    1.793282
    """
    x = 2.0
    for _ in range(8):  # Newton's method, which needs five
        x -= (x - math.log1p(x + x * x)) / (1 - (1 + 2 * x) / (1 + x + x * x))
    return x


def early_stopping_constant() -> float:
    r"""Return $C = \sup_x [(1-e^{-x})(1+x)/x]^2$, which bounds the risk of gradient flow by that of ridge.

    For every design, covariance and t > 0, with beta of covariance (r2/p) I: risk of gradient flow at time t
    $\le C \cdot$ risk of ridge at lam = 1/t. Attained where all eigenvalues of X'X/n equal `worst_progress()`/t and
    r2 = 0.

    Source: Ali, Kolter, Tibshirani 2019, arXiv:1810.10082 (recalled; printed there as 1.6862); constant derived here.

    >>> round(early_stopping_constant(), 7)
    1.6859091
    """
    x = worst_progress()
    return ((1 + x) * math.expm1(-x) / x) ** 2


@checked
def gf_ridge_ratio(
    eigs: NonNegativeVector,
    weights: Annotated[Floats, In(0.0, ndim=1, like="eigs")],
    t: NonNegatives,
    r2: NonNegative = 1.0,
    sigma2: NonNegative = 1.0,
    n: Count = 1,
) -> Floats:
    r"""Return the risk of gradient flow at time t over that of ridge at lam = 1/t, for one design.

    $$\frac{\sum_j w_j [\frac{r^2}{p} e^{-2ts_j} + \frac{\sigma^2}{n}\frac{(1-e^{-ts_j})^2}{s_j}]}
           {\sum_j w_j [\frac{r^2}{p}\frac{1}{(1+ts_j)^2} + \frac{\sigma^2}{n}\frac{t^2 s_j}{(1+ts_j)^2}]}$$

    Parameters: eigs, all p eigenvalues s_j >= 0 of S = X'X/n, zeros included; weights >= 0, w_j = u_j' Sigma u_j of
    its eigenvectors (ones for the estimation risk, s_j for the in-sample risk), not all 0; t >= 0, number or array;
    r2 >= 0 and sigma2 >= 0, the variances of beta (its covariance is (r2/p) I) and of the labels, not both 0; n >= 1.
    Returns: the ratio, shaped as t; 1 at t = 0. Raises: ValueError outside the domain.

    Source: Ali, Kolter, Tibshirani 2019, arXiv:1810.10082 (recalled).

    >>> round(float(gf_ridge_ratio([1.0, 1.0], [1.0, 1.0], worst_progress(), r2=0.0)), 7)
    1.6859091
    """
    signal, noise = r2 / eigs.size, sigma2 / n
    if signal == 0 and noise == 0:
        raise ValueError("r2 = 0.0: must be > 0 when sigma2 is 0 (both risks would be 0)")
    if not weights.any():
        raise ValueError(f"weights = {weights.tolist()}: must not all be 0 (both risks would be 0)")
    if signal == 0 and not (weights * eigs).any():
        raise ValueError(f"eigs = {eigs.tolist()}: must be positive somewhere in the support of weights when r2 is 0")
    x = np.multiply.outer(t, eigs)
    # e^{-x} - 1 and x/(1 + x) over x: the noise parts are t times their squares times x.
    fitted = np.expm1(-x) / np.where(x > 0, x, 1.0)
    shrunk = 1 / (1 + x)
    # Divided by r2/p + t sigma2/n, so that neither t = 0 nor a large t over- or underflows.
    share = np.ones((*t.shape, 1))
    if signal > 0:
        with np.errstate(divide="ignore", over="ignore"):
            share[..., 0] = 1 / (1 + np.divide(signal / noise if noise > 0 else math.inf, t))
    flow = ((1 - share) * np.exp(-2 * x) + share * (x * fitted) * fitted) @ weights
    ridge = ((1 - share) * shrunk**2 + share * (x * shrunk) * shrunk) @ weights
    # Where the ridge risk underflows the flow's did so long before.
    start = np.where(t > 0, 0.0, 1.0)
    ratio: Floats = np.divide(flow, ridge, out=start, where=ridge > 0)
    return ratio[()]
