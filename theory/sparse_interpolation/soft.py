"""The soft threshold in unit noise at any threshold, without cancellation: what is active, and its squared error."""

from __future__ import annotations

import math

import numpy as np
import scipy

from theory.domain import Floats
from theory.normal_tails import mills
from theory.shrinkage import soft_moments

_TERMS = 200


def noise_share(alpha: float) -> tuple[float, float]:
    r"""Return $\rho = E\,\mathrm{soft}(Z;\alpha)^2/P(|Z|>\alpha)$ and $1 - \rho$.

    $\rho = 1 + \alpha^2 - \alpha\varphi/Q = 2 r_1 r_2$ with $r_{k-1} = 1/(\alpha + k r_k)$, the ratios of neighbours
    among $\int t^k e^{-\alpha t - t^2/2}dt/k!$: run backwards it is a sum of positive terms.
    """
    if alpha < 1:
        left = alpha * (1 / float(mills(alpha)) - alpha)
        return 1 - left, left
    ratio = 2 / (alpha + math.sqrt(alpha**2 + 4 * _TERMS))
    second = 0.0
    for k in range(_TERMS, 1, -1):
        second, ratio = ratio, 1 / (alpha + k * ratio)
    return 2 * ratio * second, 1 - 2 * ratio * second


def threshold_of(log_share: float, left: float) -> float:
    """The alpha with log P(|Z| > alpha) = log_share; `left` is 1 minus the share, exact where the share is nearly 1."""
    if left < 0.5:
        return float(math.sqrt(2) * scipy.special.erfinv(left))
    return -float(scipy.special.ndtri_exp(log_share - math.log(2)))


def log_active(sizes: Floats, log_counts: Floats, c: float) -> float:
    r"""Return $\log \sum_j n_j P(|m_j + Z| > c)$ for sizes m_j >= 0."""
    both = np.logaddexp(scipy.special.log_ndtr(sizes - c), scipy.special.log_ndtr(-sizes - c))
    return float(scipy.special.logsumexp(log_counts + both))


def squared_error(sizes: Floats, counts: Floats, c: float) -> float:
    r"""Return $\sum_j n_j E(\mathrm{soft}(m_j + Z; c) - m_j)^2$."""
    zero = sizes == 0
    rest = soft_moments(np.minimum(sizes[~zero], 1e30), 1.0, c).risk @ counts[~zero] if (~zero).any() else 0.0
    if not zero.any():
        return float(rest)
    tail = math.log(2) + float(scipy.special.log_ndtr(-c)) + math.log(float(counts[zero].sum()))
    return float(rest) + math.exp(tail) * noise_share(c)[0]
