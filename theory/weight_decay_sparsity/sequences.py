"""Many means, few of them large: linear minimax risk, soft thresholds at equal spikes, and what depth adds."""

from __future__ import annotations

import functools
from typing import Annotated, NamedTuple

import numpy as np
import scipy

from theory.domain import Count, Counts, Floats, In, NonNegatives, checked, refusal
from theory.quadrature import normal_rule
from theory.shrinkage import soft_threshold_risk
from theory.weight_decay_sparsity.factors import depth_shrinkage, jump_point

__all__ = [
    "BestDepth", "WorstSpikes", "best_depth_risk", "depth_risk", "linear_minimax_lq", "soft_threshold_risk",
    "spike_risk", "worst_spike_risk",
]  # fmt: skip

_ORDER = 24
_Mean = Annotated[float, In(-1e3, 1e3)]
_Decay = Annotated[float, In(0.0, 1e6)]
_Size = Annotated[float, In(1e-6, 1e6)]
_Many = Annotated[int, In(2, 10_000_000)]


class WorstSpikes(NamedTuple):
    """Largest risk over equal spikes, and the number of spikes that has it."""

    risk: float
    k: int


class BestDepth(NamedTuple):
    """The weight decay of least risk, and that risk a coordinate."""

    lam: float
    risk: float


@checked(broadcast=True)
def linear_minimax_lq(n: Counts, radius: NonNegatives, sigma2: NonNegatives) -> Floats:
    r"""Return the minimax risk of linear estimators over the l_q ball of n means, whatever q in (0, 2] is.

    $$\frac{n\sigma^2C^2}{n\sigma^2+C^2}$$

    The quadratic hull of each of these balls is the l_2 ball, and a matrix cannot tell them apart; shrinkage of all
    coordinates by $C^2/(n\sigma^2+C^2)$ attains it.

    n: integers >= 1; radius: C >= 0; sigma2 >= 0: variance of the noise in each coordinate; they broadcast. Returns an
    array of their shape. Raises ValueError outside these domains.

    Source: Donoho, Liu, MacGibbon 1990 (recalled).

    >>> linear_minimax_lq([100, 10_000], 1.0, [0.01, 0.0001])
    array([0.5, 0.5])
    """
    noise, signal = n * sigma2, radius * radius
    both = noise + signal
    return np.asarray(noise * (signal / np.where(both > 0, both, 1.0)))[()]


@checked(broadcast=True)
def spike_risk(n: _Many, radius: NonNegatives, sigma: _Size, k: Counts) -> Floats:
    r"""Return the risk of the soft threshold at $\sigma\sqrt{2\log n}$ where k of n means are C/k and the others 0.

    $$\sigma^2\bigl[k\,r(C/(k\sigma), t) + (n-k)\,r(0,t)\bigr],\qquad t = \sqrt{2\log n}$$

    n: integer from 2 to 10^7; radius: C >= 0, the l_1 norm; sigma: standard deviation of the noise, from 1e-6 to 1e6;
    k: integers from 1 to n; radius and k broadcast. Returns an array of their shape. Raises ValueError outside these
    domains.

    Source: Donoho, Johnstone 1994 (recalled); `soft_threshold_risk`.

    >>> round(float(spike_risk(100, 1.0, 0.1, 3)), 4)
    0.2441
    """
    if (k > n).any():
        raise refusal("k", k, f"integers from 1 to n = {n}")
    t = np.sqrt(2 * np.log(n))
    size = np.minimum(radius / (k * sigma), 1e30)
    spikes, silent = soft_threshold_risk(size, t), soft_threshold_risk(0.0, t)
    return np.asarray(sigma**2 * (k * spikes + (n - k) * silent))[()]


@checked
def worst_spike_risk(n: _Many, radius: Annotated[float, In(0.0)], sigma: _Size) -> WorstSpikes:
    r"""Return the largest `spike_risk` over the number k of equal spikes in the l_1 ball, and that k.

    n: integer from 2 to 10^7; radius: C >= 0; sigma: from 1e-6 to 1e6. Returns fields risk, k. Raises ValueError
    outside these domains.

    Source: derived here; about $C\sigma\sqrt{2\log(n\sigma/C)}$ for large n (Donoho, Johnstone 1994, recalled).

    >>> found = worst_spike_risk(10_000, 1.0, 0.01)
    >>> round(found.risk, 5), found.k
    (0.03631, 22)
    """
    risks = spike_risk(n, radius, sigma, np.arange(1, n + 1))
    k = int(np.argmax(risks))
    return WorstSpikes(float(risks[k]), k + 1)


def _risk(mu: float, fraction: float, lam: float, depth: int) -> float:
    edge = 0.0 if depth == 1 else lam if depth == 2 else float(jump_point(lam, depth).y_star)

    def error(mean: float) -> float:
        # Panels end at the jumps: a rule across them is several per cent wrong.
        nodes, weights = normal_rule(_ORDER, [edge - mean, -edge - mean])
        return float(weights @ (depth_shrinkage(mean + nodes, lam, depth) - mean) ** 2)

    return (1 - fraction) * error(0.0) + fraction * error(mu)


@checked
def depth_risk(mu: _Mean, fraction: Annotated[float, In(0.0, 1.0)], lam: _Decay, depth: Count) -> float:
    r"""Return the risk a coordinate of `depth_shrinkage` where a fraction of the means is mu and the others are 0.

    $$(1-\epsilon)\,E\,\eta(Z)^2 + \epsilon\,E(\eta(\mu+Z)-\mu)^2$$

    at unit noise, by Gauss-Legendre panels that end at the jumps.

    mu in [-1000, 1000]; fraction in [0, 1]; lam in [0, 1e6]; depth: integer >= 1. Returns a number. Raises ValueError
    outside these domains.

    Source: derived here.

    >>> round(depth_risk(5.0, 0.01, 1.6, 4), 6)
    0.031688
    """
    return _risk(mu, fraction, lam, depth)


@functools.lru_cache(maxsize=4096)
def _best(mu: float, fraction: float, depth: int) -> BestDepth:
    def at(level: float) -> float:
        return _risk(mu, fraction, float(np.exp(level)), depth)

    levels = np.linspace(-7.0, 13.0, 81)
    first = int(np.argmin([at(float(level)) for level in levels]))
    around = (levels[max(first - 1, 0)], levels[min(first + 1, levels.size - 1)])
    found = scipy.optimize.minimize_scalar(at, bounds=around, method="bounded", options={"xatol": 1e-8})
    return BestDepth(float(np.exp(found.x)), float(found.fun))


@checked
def best_depth_risk(
    mu: _Mean, fraction: Annotated[float, In(0.0, 1.0, open_low=True, open_high=True)], depth: Count
) -> BestDepth:
    r"""Return the least of `depth_risk` over the weight decay, and where it is.

    mu in [-1000, 1000]; fraction in (0, 1); depth: integer >= 1. lam is searched for between e^-7 and e^13. Returns
    fields lam, risk. Raises ValueError outside these domains.

    Source: derived here.

    >>> found = best_depth_risk(5.0, 0.01, 3)
    >>> round(found.lam, 3), round(found.risk, 4)
    (1.788, 0.0366)
    """
    return _best(mu, fraction, depth)
