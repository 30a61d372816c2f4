"""More data can hurt: where the minimum-norm risk turns up again as samples are added."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from theory.domain import In, NonNegative, Positive, checked


class SampleWiseOptimum(NamedTuple):
    """The stationary point of the risk in n, the best integer n in 0..p-2, and the risk there."""

    n_star: float
    n_int: int
    risk: float


@checked
def sample_wise_optimum(p: Annotated[int, In(2)], r2: Positive, sigma2: NonNegative) -> SampleWiseOptimum:
    r"""Return the sample size before the peak beyond which more samples raise the minimum-norm risk.

    .. math:: R(n) = r^2 (1 - n/p) + \sigma^2 n/(p-n-1), \qquad n^* = p - 1 - \sqrt{(\sigma^2/r^2)\, p (p-1)}

    p: integer >= 2; r2 = |beta|^2 > 0; sigma2 >= 0. R falls before n_star and rises on (n_star, p-1); n_star is not
    clipped: if it is negative, even the first samples hurt (R(0) = r2). Raises ValueError outside the domain.

    Source: Nakkiran 2019, arXiv:1912.07242 (abstract seen); this n_star from the exact risk, derived here.

    >>> best = sample_wise_optimum(100, 4.0, 1.0)
    >>> round(best.n_star, 2), best.n_int, round(best.risk, 2)
    (49.25, 49, 3.02)
    """
    n_star = p - 1 - math.sqrt(sigma2 / r2 * p * (p - 1))
    # R is convex on [0, p-1): the best integer is beside the stationary point, or the nearest end.
    near = np.clip([math.floor(n_star), math.floor(n_star) + 1], 0, p - 2)
    risk = r2 * (1 - near / p) + sigma2 * near / (p - near - 1)
    best = int(np.argmin(risk))
    return SampleWiseOptimum(n_star, int(near[best]), float(risk[best]))
