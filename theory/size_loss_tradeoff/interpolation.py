"""What interpolating pure noise costs at least: for any features, for independent rows, and two exact laws."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from theory.domain import Counts, Floats, Integers, NonNegatives, checked, default, refusal
from theory.least_squares import min_norm_risk

__all__ = ["InterpolationExcess", "interpolation_excess", "sphere_interpolation_excess"]


class InterpolationExcess(NamedTuple):
    """Two lower bounds on the excess risk at training loss 0, and its value for Gaussian rows."""

    universal_bound: Floats
    full_rank_bound: Floats
    gaussian: Floats


def _enough(n: Integers, p: Integers) -> None:
    if (p < n).any():
        raise refusal("p", p, f"an integer >= n = {n.tolist()}")


@checked(broadcast=True)
def interpolation_excess(n: Counts, p: Counts, sigma2: NonNegatives = default(1.0)) -> InterpolationExcess:
    r"""Return what zero training loss costs: bounds for any and for independent rows, the value for Gaussian rows.

    $$\frac{n\sigma^2}{p} \;\le\; \frac{n\sigma^2}{p+1-n} \;\le\; \frac{n\sigma^2}{p-n-1}$$

    Whitened rows Z with $E ZZ^\top = pI$ have the first, independent rows of full rank the second; the third is the
    exact minimum for Gaussian rows.

    n, p: integers, 1 <= n <= p; sigma2 >= 0; they broadcast. Returns fields universal_bound, full_rank_bound, gaussian
    (inf for p <= n + 1). Raises ValueError outside these domains.

    Source: `excess_lower_bound` at 0; Holzmueller 2021, arXiv:2010.01851 (recalled); `theory.least_squares`.

    >>> [round(float(value), 4) for value in interpolation_excess(10, 20)]
    [0.5, 0.9091, 1.1111]
    """
    _enough(n, p)
    gaussian = min_norm_risk(n, p, 0.0, sigma2).variance
    return InterpolationExcess((sigma2 * n / p)[()], (sigma2 * n / (p + 1 - n))[()], gaussian)


@checked(broadcast=True)
def sphere_interpolation_excess(n: Counts, p: Counts, sigma2: NonNegatives = default(1.0)) -> Floats:
    r"""Return the least excess risk at training loss 0 for rows uniform on the sphere of radius sqrt(p), exactly.

    $$\frac{n(p-2)}{p(p-n-1)}\,\sigma^2$$

    The squared distance of a row to the span of the others is p times a Beta((p-n+1)/2, (n-1)/2) variable.

    n, p: integers, 1 <= n <= p; sigma2 >= 0; they broadcast. Returns an array of their shape, sigma2/p for n = 1, inf
    for 1 < n, p <= n + 1. Raises ValueError outside these domains.

    Source: derived here.

    >>> float(sphere_interpolation_excess(10, 20))
    1.0
    """
    _enough(n, p)
    gap = np.maximum(p - n - 1, 1)
    factor = np.where(p > n + 1, n * (p - 2.0) / (p * (1.0 * gap)), np.inf)
    factor = np.where(n == 1, 1.0 / p, factor)
    return np.asarray(sigma2 * np.where(sigma2 == 0, 0.0, factor))[()]
