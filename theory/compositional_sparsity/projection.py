"""Risk of projection estimators that know, or do not know, that a function is a sum over coordinates."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np

from theory import fourier_risk
from theory.domain import Count, In, NonNegative, NonNegativeVector, Positive, checked

Dimension = Annotated[int, In(1, 50)]
Radius = Annotated[int, In(0, 500)]


@checked
def lattice_count(D: Dimension, M: Radius) -> int:
    r"""Return the number of integer points $|k|_2 \le M$ in D dimensions, counted by convolution.

    D: from 1 to 50; M: from 0 to 500, with $(2M+1)^D < 9\cdot10^{18}$. Returns an int. Raises ValueError outside these
    domains.

    Source: classical.

    >>> lattice_count(2, 4), lattice_count(3, 1)
    (49, 7)
    """
    if (2 * M + 1) ** D >= 9 * 10**18:
        raise ValueError(f"M = {M}: must be smaller in D = {D} dimensions, so that (2M + 1)^D < 9e18")
    found = np.zeros(M * M + 1, dtype=np.int64)
    found[0] = 1
    for _ in range(D):
        old, found = found, found.copy()  # the coordinate 0
        for j in range(1, M + 1):
            found[j * j :] += 2 * old[: M * M + 1 - j * j]
    return int(found.sum())


@checked
def projection_risk(
    g2: NonNegativeVector, D: Dimension, M: Radius, n: Count, sigma2: NonNegative, modes: Literal["ball", "axes"]
) -> float:
    r"""Return the mean squared error of the projection estimator of $f(x) = \sum_{i\le D} g(x_i)$ on the torus.

    .. math:: E\|\hat f-f\|^2 = \sum_{k\notin K}|f_k|^2 + \frac{|K|(\|f\|^2+\sigma^2) - \sum_{k\in K}|f_k|^2}{n}

    with empirical Fourier coefficients on K: the ball $|k|_2 \le M$, blind to the structure, or the axes, 1 + 2DM modes
    for an estimator that knows it. $\|f\|^2 = 2D\sum g2$.

    g2: $|g_j|^2 = |g_{-j}|^2$ for j = 1, 2, ..., of the zero-mean g; D: from 1 to 50; M: from 0 to 500, may exceed the
    length of g2; n >= 1 samples; sigma2 >= 0; modes: "ball" or "axes". Returns a float. Raises ValueError outside these
    domains.

    Source: derived here; exact in expectation.

    >>> round(projection_risk([0.125], 2, 1, 100, 0.5, "axes"), 4)
    0.045
    """
    inside = g2[: min(M, g2.size)]
    energy, caught = 2 * D * float(np.sum(g2)), 2 * D * float(np.sum(inside))
    count = lattice_count(D, M) if modes == "ball" else 1 + 2 * D * M
    return energy - caught + (count * (energy + sigma2) - caught) / n


@checked
def rate_exponent(s: Positive, d: Count) -> float:
    r"""Return $-2s/(2s+d)$, the exponent of n in the best risk: d = D for the blind estimator, 1 for the additive one.

    s > 0: $|g_k|^2 \sim k^{-2s-1}$; d >= 1. Raises ValueError outside these domains.

    Source: Stone 1985 (recalled).

    >>> rate_exponent(1.0, 2)
    -0.5
    """
    return float(fourier_risk.rate(s, d))
