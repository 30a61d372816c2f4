"""Interpolators of least l_p norm, 1 < p <= 2: their risk by state evolution, and the price of noise far out."""

from __future__ import annotations

import math

import numpy as np

from theory.domain import Floats, checked
from theory.quadrature import normal_rule
from theory.shrinkage import log_power_prox
from theory.sparse_interpolation.domains import Counted, Power, Samples, Size, Values, Variance, more_features, truth
from theory.sparse_interpolation.fixed_point import crossing, self_consistent

__all__ = ["lp_noise_constant", "min_lp_risk"]

_ORDER, _SMOOTH = 40, 1.2


@checked
def lp_noise_constant(p: Power) -> float:
    r"""Return $C_p$, the price of noise: $R\,(d/n)/\sigma^2 \to C_p$ as d/n grows, for the l_p interpolator of noise.

    $$C_p = \frac{m_{2q-2}}{m_q^2}, \qquad m_k = E|Z|^k = \frac{2^{k/2}\Gamma((k+1)/2)}{\sqrt\pi}, \qquad
    q = \frac{p}{p-1}$$

    p: in [1.001, 2]. 1 at p = 2, without end as p falls to 1. Raises ValueError outside the domain.

    Source: derived here, from `min_lp_risk`.

    >>> [round(lp_noise_constant(p), 4) for p in (2, 1.5, 1.25)]
    [1.0, 1.1781, 2.5771]
    """
    q = p / (p - 1)

    def log_moment(k: float) -> float:
        return 0.5 * k * math.log(2) + math.lgamma(0.5 * (k + 1)) - 0.5 * math.log(math.pi)

    return math.exp(log_moment(2 * q - 2) - 2 * log_moment(q))


@checked
def min_lp_risk(n: Samples, d: Size, p: Power, values: Values, counts: Counted, sigma2: Variance) -> float:
    r"""Return the risk $|\hat w - w^*|^2$ of the interpolator of least l_p norm for a truth of few distinct values.

    $$\tau^2 = \frac{\sigma^2+R}{n}, \qquad \sum_j E[Z\eta(w^*_j/\tau+Z)] = n, \qquad
    R = \tau^2\sum_j E\bigl(\eta(w^*_j/\tau+Z) - w^*_j/\tau\bigr)^2$$
    with $\eta(x) = \mathrm{argmin}_u (x-u)^2/2 + \theta|u|^p/p$; theta solves the middle one. Without a truth
    $R = \sigma^2\rho/(1-\rho)$, $\rho = (d/n)E\eta(Z)^2$; at p = 2 $R = \sigma^2 n/(d-n) + (1-n/d)|w^*|^2$.

    n: in [1e-75, 1e75]; d: above n, up to 1e150; p: in [1.001, 2]; values, counts: (k,), see `min_l1_risk`; sigma2: in
    [1e-30, 1e30]. An asymptotic statement, for n and d large. Raises ValueError outside these domains.

    Source: derived here, as for p = 1; rates for this estimator: Donhauser, Ruggeri, Stojanovic, Yang 2022,
    arXiv:2203.03597 (abstract seen).

    >>> round(min_lp_risk(80, 400, 1.2, [1.0, 0.0], [1, 399], 0.25), 4)
    0.1476
    """
    more_features(n, d)
    values, counts = truth(d, values, counts)
    sizes = np.abs(values)
    energy = float(counts @ sizes**2)
    if p == 2:
        return sigma2 * n / (d - n) + energy * ((d - n) / d)
    if energy == 0:
        return sigma2 * _noise_ratio(_strength(sizes, counts, n, p), p)

    def risk_of(v: float) -> float:
        tau = math.sqrt(v / n)
        m = sizes / tau
        return tau * tau * _squared_error(m, counts, _strength(m, counts, n, p), p)

    return self_consistent(risk_of, sigma2, energy)


def _rule(m: float, log_theta: float, p: float) -> tuple[Floats, Floats]:
    """Nodes that know where eta(m + z) bends: at m + z = 0 and, for p near 1, where u^(p-1) leaves 1, near theta."""
    if p > _SMOOTH:
        return normal_rule(_ORDER, [-m])
    bends = math.exp(min(log_theta, 80.0)) * np.exp(-(p - 1) * np.array([-1.0, 0.0, 1.0, 3.0, 8.0, 20.0]))
    return normal_rule(_ORDER, np.clip(np.concatenate([[0.0], bends, -bends]) - m, -1e30, 1e30))


def _strength(sizes: Floats, counts: Floats, n: float, p: float) -> float:
    """log theta, where as many coordinates as rows are spent: E[Z eta] adds up to n, E[Z(x - eta)] to d - n."""
    wanted = math.log(n) - math.log(float(counts.sum()) - n)

    def too_many(log_theta: float) -> float:
        spent = kept = 0.0
        for m, count in zip(sizes, counts, strict=True):
            z, weight = _rule(float(m), log_theta, p)
            eta, rest = _shrunk(m + z, log_theta, p)
            spent += count * float((weight * z) @ eta)
            kept += count * float((weight * z) @ rest)
        return math.log(max(spent, 1e-300)) - math.log(max(kept, 1e-300)) - wanted

    return crossing(too_many, 0.0, 2.0)


def _noise_ratio(log_theta: float, p: float) -> float:
    """rho/(1 - rho): as (d/n) E[Z eta] = 1, 1 - rho is (d/n) E[eta (Z - eta)], without a difference."""
    z, weight = _rule(0.0, log_theta, p)
    eta, rest = _shrunk(z, log_theta, p)
    return float(weight @ eta**2) / float(weight @ (eta * rest))


def _squared_error(sizes: Floats, counts: Floats, log_theta: float, p: float) -> float:
    total = 0.0
    for m, count in zip(sizes, counts, strict=True):
        z, weight = _rule(float(m), log_theta, p)
        total += count * float(weight @ (_shrunk(m + z, log_theta, p)[0] - m) ** 2)
    return total


def _shrunk(x: Floats, log_theta: float, p: float) -> tuple[Floats, Floats]:
    """eta(x), and x - eta(x) = theta |eta|^(p-1) sign x."""
    with np.errstate(divide="ignore"):
        log_u = log_power_prox(np.log(np.abs(x)), log_theta, p)
    sign = np.sign(x)
    return sign * np.exp(log_u), np.where(x == 0, 0.0, sign * np.exp(log_theta + (p - 1) * log_u))
