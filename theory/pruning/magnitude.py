"""Risk of magnitude pruning against the density kept, below and above interpolation.

Isotropic Gaussian design, weights w_j = b_j/sqrt(p), b from a mixture of centred normal laws; the largest entries of
the least-squares (n > p) or minimum-norm (n < p) estimator are kept.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np
import scipy

from theory.domain import Count, Floats, In, NonNegative, NonNegativeVector, checked, refusal
from theory.normal_tails import energy_below

__all__ = ["magnitude_risk", "magnitude_threshold"]

_FAR = 40.0
"""Deviations beyond which nothing of a normal law is left in double precision."""

Keep = Annotated[Floats, In(0.0, 1.0, open_low=True)]


class _Channel(NamedTuple):
    """sqrt(p) w_hat = a b + tau Z seen by each component: its variance v, regression kappa of b on it, rest c."""

    pis: Floats
    v: Floats
    kappa: Floats
    c: Floats


def _channel(n: int, p: int, sigma2: float, pis: Floats, betas: Floats) -> _Channel:
    if abs(n - p) <= 1:
        raise refusal("n", n, f"an integer that differs from p = {p} by more than 1")
    if pis.shape != betas.shape:
        raise refusal("betas", betas, f"as many numbers as pis, {pis.size}")
    if abs(float(np.sum(pis)) - 1) > 1e-9:
        raise refusal("pis", pis, "numbers >= 0 of sum 1")
    if n > p:
        a, tau2 = 1.0, p * sigma2 / (n - p - 1)
    else:
        a = n / p
        tau2 = float(np.sum(pis * betas)) * a * (1 - a) + n * sigma2 / (p - n - 1)
    v = a * a * betas + tau2
    kappa = np.divide(a * betas, v, out=np.zeros_like(v), where=v > 0)
    return _Channel(pis, v, kappa, betas * (tau2 / np.where(v > 0, v, 1.0)))


def _kept(t: float, seen: _Channel) -> float:
    """Share kept above t; a component without variance is never above."""
    alive = seen.v > 0
    return float(np.sum(seen.pis[alive] * scipy.special.erfc(t / np.sqrt(2 * seen.v[alive]))))


def _threshold(keep: float, seen: _Channel) -> float:
    if keep >= _kept(0.0, seen):
        return 0.0
    top = _FAR * math.sqrt(float(seen.v.max()))
    return float(scipy.optimize.brentq(lambda t: _kept(t, seen) - keep, 0.0, top, xtol=1e-15 * top, rtol=1e-14))


def _risk(keep: float, seen: _Channel) -> float:
    t = _threshold(keep, seen)
    seen_from = np.minimum(t / np.sqrt(np.where(seen.v > 0, seen.v, 1.0)), _FAR)
    below = np.where(seen.v > 0, energy_below(seen_from), 1.0 if t > 0 else 0.0)
    parts = (1 - seen.kappa) ** 2 * seen.v * (1 - below) + seen.kappa**2 * seen.v * below + seen.c
    return float(np.sum(seen.pis * parts))


def _each(function: object, keep: Floats, seen: _Channel) -> Floats:
    values = [function(float(one), seen) for one in keep.ravel()]  # type: ignore[operator]
    return np.reshape(values, keep.shape)[()]


@checked
def magnitude_threshold(
    n: Count, p: Count, sigma2: NonNegative, pis: NonNegativeVector, betas: NonNegativeVector, keep: Keep
) -> Floats:
    r"""Return the size of $\sqrt p\,|\hat w_j|$ above which a given share of the entries lies, n and p large.

    t solves $\sum_i \pi_i\,2Q(t/\sqrt{v_i}) = \rho$ with the $v_i$ of `magnitude_risk`; 0 for a share of 1, and where
    the components that are seen at all have no larger share.

    n, p: integers >= 1, |n - p| > 1; sigma2 >= 0; pis: shares of the components, of sum 1; betas >= 0: their variances,
    as many; keep: the density in (0, 1], any shape. Returns an array of its shape. Raises ValueError outside.

    Source: derived here.

    >>> round(float(magnitude_threshold(400, 200, 0.5, [0.9, 0.1], [0.0, 10.0], 0.1)), 4)
    1.4651
    """
    return _each(_threshold, keep, _channel(n, p, sigma2, pis, betas))


@checked
def magnitude_risk(
    n: Count, p: Count, sigma2: NonNegative, pis: NonNegativeVector, betas: NonNegativeVector, keep: Keep
) -> Floats:
    r"""Return the excess risk when the largest entries of the least-squares estimator are kept, n and p large.

    .. math:: \sum_i \pi_i \bigl[(1-\kappa_i)^2 v_i A_i + \kappa_i^2 v_i (1-A_i) + c_i\bigr]

    $w_j = b_j/\sqrt p$, $b_j$ from $\sum_i\pi_iN(0,\beta_i)$, $B = \sum_i\pi_i\beta_i$;
    $\sqrt p\,\hat w \approx a b + \tau Z$ with $a = 1$, $\tau^2 = p\sigma^2/(n-p-1)$ for n > p, and $a = n/p$,
    $\tau^2 = B a(1-a) + n\sigma^2/(p-n-1)$ for n < p; $v_i = a^2\beta_i+\tau^2$, $\kappa_i = a\beta_i/v_i$,
    $c_i = \beta_i - \kappa_i^2v_i$, $A_i = A(t/\sqrt{v_i})$, $A(u) = 2(u\varphi(u)+Q(u))$ and t of
    `magnitude_threshold`. At a density of 1 it is the exact risk.

    n, p: integers >= 1, |n - p| > 1; sigma2 >= 0: variance of the noise; pis: shares of the components, of sum 1;
    betas >= 0: their variances, as many; keep: the density in (0, 1], any shape. Returns an array of its shape. Raises
    ValueError outside these domains.

    Source: setting of Chang, Li, Oymak, Thrampoulidis 2021, arXiv:2012.08749 (abstract seen); derived here.

    >>> magnitude_risk(400, 200, 0.5, [0.9, 0.1], [0.0, 10.0], [0.1, 0.5, 1.0]).round(4)
    array([0.1779, 0.462 , 0.5025])
    """
    return _each(_risk, keep, _channel(n, p, sigma2, pis, betas))
