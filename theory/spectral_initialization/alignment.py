"""The angle between the signal and what the power-method phase has found."""

from __future__ import annotations

import math
from typing import Annotated, Any

import scipy

from theory.domain import Count, In, Positive, checked

__all__ = ["alignment_law", "alignment_tan2"]

Dimension = Annotated[int, In(2)]
Steps = Annotated[int, In(0)]


def _left(sigma: float, eta: float, t: int) -> float:
    """(1 + eta sigma)^(-2t)."""
    return math.exp(-2 * t * math.log1p(eta * sigma))


@checked
def alignment_tan2(d: Dimension, r: Count, sigma: Positive, eta: Positive, t: Steps) -> float:
    r"""Return the mean of $\tan^2$ of the angle between the signal and the leading direction of U after t steps.

    $$\mathrm{E}\tan^2\theta_t = \frac{d-1}{r-2}(1+\eta\sigma)^{-2t}$$

    for $M = \sigma vv^\top$, v of norm 1, $U_0 = \alpha G$ with Gaussian G, alpha -> 0, and t so large that the mean is
    small (its relative error is of its own order). d >= 2; r >= 1; sigma, eta > 0; t: steps >= 0. Returns a number,
    inf for r <= 2; the variance is infinite for r <= 4. Raises ValueError outside these domains.

    Source: derived here.

    >>> round(alignment_tan2(60, 10, 1.0, 0.1, 0), 3)
    7.375
    """
    return math.inf if r <= 2 else (d - 1) / (r - 2) * _left(sigma, eta, t)


@checked
def alignment_law(d: Dimension, r: Count, sigma: Positive, eta: Positive, t: Steps) -> Any:
    r"""Return the law of $\tan^2\theta_t$: that of $(1+\eta\sigma)^{-2t}\chi^2_{d-1}/\chi^2_r$, independent.

    Arguments as `alignment_tan2`. Returns a frozen distribution of SciPy with cdf, ppf, mean. Raises ValueError
    outside these domains.

    Source: derived here.

    >>> round(float(alignment_law(60, 10, 1.0, 0.1, 0).mean()), 3)
    7.375
    """
    return scipy.stats.f(d - 1, r, scale=(d - 1) / r * _left(sigma, eta, t))
