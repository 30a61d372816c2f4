"""The law of the price over Gaussian designs, and the energy in the weights that magnitude pruning removes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy

from theory.domain import Count, Floats, NonNegative, Positive, Reals, Shares, checked, refusal
from theory.normal_tails import energy_below

__all__ = [
    "magnitude_energy_fraction", "removal_loss_cdf", "removal_loss_law", "removal_loss_mean", "removal_loss_var",
]  # fmt: skip

_FAR = 40.0
"""Normal weights beyond it have no energy in double precision."""


def _freedom(n: int, p: int, k: int) -> int:
    if n < p:
        raise refusal("n", n, f"an integer >= p = {p}")
    if k > p:
        raise refusal("k", k, f"an integer from 1 to p = {p}")
    return n - p + k


@checked
def removal_loss_mean(n: Count, p: Count, k: Count, q: NonNegative) -> float:
    r"""Return the mean of the joint loss of removing k of p weights over Gaussian designs, $q\,(n-p+k)/(2n)$.

    Rows of X (n, p) are independent $N(0, \Sigma)$, w and S are fixed, $H = X^\top X/n$ and $q = w_S^\top
    \Sigma_{S|R} w_S$ with $\Sigma_{S|R} = \Sigma_{SS} - \Sigma_{SR}\Sigma_{RR}^{-1}\Sigma_{RS}$ (twice
    `obs_joint_loss` of $\Sigma$ itself). Then $2n\,\Delta L_S/q \sim \chi^2_{n-p+k}$. The mask alone: put k = p and
    $q = w_S^\top\Sigma_{SS}w_S$.

    n >= p, 1 <= k <= p: integers; q >= 0. Returns the mean. Raises ValueError outside these domains.

    Source: derived here: $([H^{-1}]_{SS})^{-1}$ is a Schur complement of a Wishart matrix.

    >>> removal_loss_mean(60, 40, 10, 2.0)
    0.5
    """
    return q * _freedom(n, p, k) / (2 * n)


@checked
def removal_loss_var(n: Count, p: Count, k: Count, q: NonNegative) -> float:
    r"""Return the variance of the joint loss over Gaussian designs, $q^2(n-p+k)/(2n^2)$.

    n >= p, 1 <= k <= p: integers; q >= 0 as in `removal_loss_mean`. Raises ValueError outside these domains.

    Source: `removal_loss_mean`.

    >>> round(removal_loss_var(60, 40, 10, 2.0), 6)
    0.016667
    """
    return (q / n) ** 2 * _freedom(n, p, k) / 2


@checked
def removal_loss_cdf(x: Reals, n: Count, p: Count, k: Count, q: NonNegative) -> Floats:
    r"""Return the probability that the joint loss is at most x: $\chi^2_{n-p+k}$ at $2nx/q$.

    x: real numbers, any shape; n >= p, 1 <= k <= p: integers; q >= 0 as in `removal_loss_mean`, q = 0 a point mass at
    0. Returns an array of the shape of x. Raises ValueError outside these domains.

    Source: `removal_loss_mean`.

    >>> removal_loss_cdf([-1.0, 0.5], 60, 40, 10, 2.0).round(4)
    array([0.    , 0.5343])
    """
    freedom = _freedom(n, p, k)
    if q == 0:
        return np.where(x < 0, 0.0, 1.0)[()]
    with np.errstate(over="ignore"):
        scaled = np.maximum(x, 0) / q * n
    return np.asarray(scipy.special.gammainc(freedom / 2, np.minimum(scaled, 1e300)))[()]


@checked
def removal_loss_law(n: Count, p: Count, k: Count, q: Positive) -> Any:
    r"""Return the law of the joint loss over Gaussian designs, a frozen scipy.stats distribution: $q\chi^2_{n-p+k}/2n$.

    n >= p, 1 <= k <= p: integers; q > 0 as in `removal_loss_mean`. Raises ValueError outside these domains.

    Source: `removal_loss_mean`.

    >>> round(float(removal_loss_law(60, 40, 10, 2.0).mean()), 12)
    0.5
    """
    return scipy.stats.gamma(_freedom(n, p, k) / 2, scale=q / n)


@checked
def magnitude_energy_fraction(s: Shares) -> Floats:
    r"""Return the share of the energy of many Gaussian weights in the smallest ones, s of their number.

    $G(s) = s - 2u\varphi(u)$ with $u = \Phi^{-1}((1+s)/2)$, the distribution function of $\chi^2_3$ at $u^2$; weights
    removed at random hold the share s.

    s in [0, 1], any shape. Returns an array of its shape, about $\pi s^3/6$ for small s. Raises ValueError outside.

    Source: elementary; derived here.

    >>> magnitude_energy_fraction([0.0, 0.5, 1.0]).round(4)
    array([0.    , 0.0713, 1.    ])
    """
    return energy_below(np.minimum(math.sqrt(2) * scipy.special.erfinv(s), _FAR))
