"""Sparse coding in an orthonormal dictionary: Stein's estimate of the risk, how far it errs, and the best threshold."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np
import scipy

from theory.domain import Floats, In, NonNegative, NonNegatives, Share, Shares, Vector, checked
from theory.shrinkage import soft_moments

__all__ = [
    "SparseCodingThreshold", "sparse_coding_risk", "sparse_coding_threshold", "sure_error_second_moment", "sure_soft",
]  # fmt: skip


class SparseCodingThreshold(NamedTuple):
    """The best threshold and its risk a coordinate."""

    t: float
    risk: float


@checked
def sure_soft(y: Vector, t: NonNegative) -> float:
    r"""Return Stein's unbiased estimate of the soft threshold's risk from the data alone, unit noise.

    $$\mathrm{SURE}(t) = \sum_i \bigl[1 - 2\cdot 1\{|y_i| \le t\} + \min(y_i^2, t^2)\bigr]$$

    y: (n,); t >= 0. Its mean is $E\|\eta_t(y)-\mu\|^2$ for every mu. Raises ValueError outside these domains.

    Source: Stein 1981; Donoho, Johnstone 1995 (recalled).

    >>> sure_soft([0.5, -3.0], 1.0)
    1.25
    """
    size = np.abs(y)
    return float(np.sum(1 - 2.0 * (size <= t) + np.minimum(size, t) ** 2))


@checked
def sure_error_second_moment(
    mu: Annotated[Floats, In(-1e30, 1e30, ndim=1)], t: Annotated[float, In(0.0, 1e30)]
) -> float:
    r"""Return $E(\mathrm{SURE}(t) - \|\eta_t(y)-\mu\|^2)^2$ for y = mu + z, exactly.

    $$\sum_i [2 + 4h_i - 4p_i], \qquad h_i = E\min(y_i^2, t^2), \quad p_i = P(|y_i| \le t)$$

    Of order n: the relative error of SURE falls like n^{-1/2}. By $E\min(y^2,t^2) = E(\eta-\mu)^2 - 1 + 2p$ it is
    $\sum_i [4 r_i - 2 + 4 p_i]$, r_i the risk.

    mu: (n,), from -1e30 to 1e30; t in [0, 1e30]. Raises ValueError outside these domains.

    Source: the second-order Stein formula, Bellec, Zhang 2021 (recalled); this sum derived here.

    >>> round(sure_error_second_moment([0.0] * 40 + [3.0] * 5 + [1.2] * 5, 1.5), 4)
    142.6837
    """
    found = soft_moments(mu, 1.0, t)
    return float(np.sum(4 * found.risk + 2 - 4 * found.active))


@checked(broadcast=True)
def sparse_coding_risk(fraction: Shares, tau: NonNegatives, t: NonNegatives) -> Floats:
    r"""Return the soft threshold's risk a coordinate under the sparse prior: 0 with 1 - f, N(0, tau^2) with f.

    $$r(t) = (1-f)\rho(1) + f\rho(s), \quad s^2 = 1+\tau^2, \quad
    \rho(s) = 1 - 2(1-2Q) + s^2\bigl[1-2Q-2\tfrac ts\varphi\bigr] + 2t^2Q$$
    with Q and phi at t/s: the mean of SURE under y ~ N(0, s^2).

    fraction: f in [0, 1]; tau, t >= 0; they broadcast. Returns an array of their shape. Raises ValueError outside.

    Source: derived here.

    >>> round(float(sparse_coding_risk(0.1, 3.0, 1.38251)), 6)
    0.235225
    """
    spike = _rho(np.sqrt(1 + tau * tau), t)
    # Without a signal: the exact form, free of cancellation for large t.
    return np.asarray((1 - fraction) * soft_moments(0.0, 1.0, np.minimum(t, 1e30)).risk + fraction * spike)[()]


def _rho(s: Floats, t: Floats) -> Floats:
    u = t / s
    q = scipy.special.ndtr(-u)
    inside = scipy.special.gammainc(1.5, 0.5 * u * u)  # 1 - 2Q - 2 u phi
    # u^2 Q as (u sqrt Q)^2: 0 times infinity does not arise.
    return np.asarray(np.maximum(-1 + 4 * q + s * s * inside + 2 * (s * (u * np.sqrt(q))) ** 2, 0.0))


@checked
def sparse_coding_threshold(fraction: Share, tau: NonNegative) -> SparseCodingThreshold:
    r"""Return the threshold of least risk under the sparse prior, and that risk.

    $$(1-f)[tQ(t)-\varphi(t)] + f\,[tQ(t/s)-\varphi(t/s)/s] = 0, \qquad s^2 = 1+\tau^2$$

    fraction: f in [0, 1]; tau >= 0. (inf, 0) without a signal, f = 0 or tau = 0; a signal so weak that t would exceed
    37 is none (its risk is f tau^2 to rounding). Raises ValueError outside these domains.

    Source: derived here.

    >>> best = sparse_coding_threshold(0.1, 3.0)
    >>> round(best.t, 5), round(best.risk, 6)
    (1.38251, 0.235225)
    """
    if fraction == 0 or tau == 0:
        return SparseCodingThreshold(math.inf, 0.0)
    s = math.sqrt(1 + tau * tau)

    def slope(t: float) -> float:
        """The condition over phi(t/s): no underflow; negative at 0, positive in the end."""
        none = (t * _mills(t) - 1) * math.exp(-0.5 * (t * tau / s) ** 2)
        return (1 - fraction) * none + fraction * (t * _mills(t / s) - 1 / s)

    high = 37.0
    if slope(high) <= 0:
        return SparseCodingThreshold(math.inf, fraction * tau * tau)
    t = float(scipy.optimize.brentq(slope, 0.0, high, xtol=1e-14))
    return SparseCodingThreshold(t, float(sparse_coding_risk(fraction, tau, t)))


def _mills(u: float) -> float:
    return math.sqrt(math.pi / 2) * float(scipy.special.erfcx(u / math.sqrt(2)))
