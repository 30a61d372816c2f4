"""Whole distributions: of the distance to the nearest neighbour, and of ratios of distances, which tell d."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import scipy

from theory.domain import Count, Divisor, Floats, In, checked
from theory.manifold_learning.distances import log_survival
from theory.manifold_learning.volumes import Dimension, log_ball

__all__ = ["SphereDistance", "log_ratio_law", "nn_distance_law", "nn_distance_limit_law"]


@dataclass(frozen=True)
class SphereDistance:
    """The law of the distance to the nearest of n points on S^d."""

    n: int
    d: int

    def cdf(self, t: Any) -> Floats:
        """P(D <= t)."""
        t = np.asarray(t, dtype=float)
        inside = np.clip(t, 1e-300, math.pi)
        below = -np.expm1(log_survival(inside, self.n, self.d))
        return np.where(t <= 0, 0.0, np.where(t >= math.pi, 1.0, below))[()]


@checked
def nn_distance_law(n: Count, d: Dimension) -> SphereDistance:
    r"""Return the law of the geodesic distance from a query to the nearest of n points on the unit sphere S^d.

    $P(D>t) = (1-A(t))^n$, $A(t) = \tfrac12 I_{\sin^2 t}(d/2,1/2)$ for $t\le\pi/2$, one minus that beyond.

    n >= 1, d from 1 to 10^6. Returns an object with `cdf`. Raises ValueError outside these domains.

    Source: classical.

    >>> round(float(nn_distance_law(1, 1).cdf(math.pi / 4)), 12)  # uniform on [0, pi]
    0.25
    """
    return SphereDistance(n, d)


@checked
def nn_distance_limit_law(n: Count, d: Dimension, volume: Divisor) -> Any:
    r"""Return the law of that distance for many points on any smooth manifold: $P(D>t) = \exp(-nV_dt^d/|M|)$.

    n >= 1, d from 1 to 10^6, volume |M| >= 1e-75. Returns a frozen SciPy distribution (Weibull). Raises ValueError
    outside these domains.

    Source: classical.

    >>> law = nn_distance_limit_law(100, 1, 2 * math.pi)
    >>> round(float(law.mean()) * 100 / math.pi, 12)
    1.0
    """
    return scipy.stats.weibull_min(d, scale=math.exp((math.log(volume) - math.log(n) - float(log_ball(d))) / d))


@checked
def log_ratio_law(d: Annotated[float, In(0.0, open_low=True)], k: Annotated[int, In(2)]) -> Any:
    r"""Return the law of the mean logarithm of the distance of neighbour k over those of neighbours 1 to k - 1.

    .. math:: \frac1{k-1}\sum_{j<k}\log\frac{T_k}{T_j} \sim \mathrm{Gamma}\bigl(k-1,\ \tfrac1{(k-1)d}\bigr)

    whatever n, as long as the ball of radius T_k is flat and its points uniform: then (T_j/T_k)^d are, given T_k,
    ordered uniform numbers. Its mean is 1/d, from which a dimension is told.

    d > 0 (it need not be whole), k >= 2. Returns a frozen SciPy distribution. Raises ValueError outside these domains.

    Source: Levina, Bickel 2005 (recalled); k = 2 Facco et al. 2017 (recalled); derived here.

    >>> [round(float(x), 12) for x in (log_ratio_law(3, 10).mean(), log_ratio_law(2, 2).cdf(math.log(2)))]
    [0.333333333333, 0.75]
    """
    return scipy.stats.gamma(k - 1, scale=1 / ((k - 1) * d))
