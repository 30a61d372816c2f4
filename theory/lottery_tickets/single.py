"""One weight for one target: what over-parameterization costs where subsets of one only may be kept."""

from __future__ import annotations

import math

from theory.domain import Count, Positive, Real, checked

__all__ = ["pick_one_prob"]


@checked
def pick_one_prob(n: Count, eps: Positive, z: Real = 0.0) -> float:
    r"""Return the probability that one of n weights, uniform on [-1, 1], is within eps of z; exact.

    .. math:: 1 - (1-q)^n, \qquad q = \tfrac12\bigl[\min(z+\varepsilon, 1) - \max(z-\varepsilon, -1)\bigr]_+

    so that one half needs n of about ln 2/eps, where subsets need the logarithm of that.

    n >= 1; eps > 0; z: the target, also outside [-1, 1]. Raises ValueError outside these domains.

    Source: in the spirit of Malach et al. 2020, arXiv:2002.00585 (recalled); elementary.

    >>> round(pick_one_prob(200, 0.01), 4), round(pick_one_prob(50, 0.01, 0.995), 4)
    (0.866, 0.3137)
    """
    q = max(0.0, min(eps, 1 - z) + min(eps, 1 + z)) / 2
    return 1.0 if q >= 1 else -math.expm1(n * math.log1p(-q))
