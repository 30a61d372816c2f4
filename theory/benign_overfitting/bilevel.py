"""Survival and contamination: interpolated labels classify well where the same fit fails as a regression."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from theory.benign_overfitting.equivalent import plain
from theory.domain import Counts, Divisors, Floats, NonNegatives, checked, refusal


class BilevelClassification(NamedTuple):
    """0-1 error, survival (coefficient on the signal) and contamination (size of everything else)."""

    error: float | Floats
    survival: float | Floats
    contamination: float | Floats


@checked(broadcast=True)
def bilevel_classification(n: Counts, m: Counts, lam1: NonNegatives, c: Divisors) -> BilevelClassification:
    r"""Return the limiting 0-1 error, survival and contamination of interpolated sign labels in a bilevel model.

    $x=(\sqrt{\lambda_1}z,\sqrt c\,g_m)$, labels sign(z). With $\rho = n\lambda_1/(c(m-n))$:
    $$a=\sqrt{\tfrac2\pi}\frac{\rho}{1+\rho},\quad
    b^2=\frac{n}{m-n}\Bigl[1-\tfrac2\pi\frac{\rho}{1+\rho}-\tfrac2\pi\frac{\rho}{(1+\rho)^2}\Bigr],\quad
    \text{error}=\frac1\pi\arctan\frac ba .$$
    As rho tends to 0 the regression fails (a tends to 0); classification succeeds if rho sqrt(m/n) still diverges.

    n >= 1; m > n: number of tail features; lam1 >= 0, c > 0: variances of signal and tail features; arrays broadcast.
    Error O(1/n). Raises ValueError for m <= n.

    Source: Muthukumar, Narang, Subramanian, Belkin, Hsu, Sahai 2021 (arXiv:2005.08054) for survival, contamination and
    the arctan law (recalled); constants derived here.

    >>> error, survival, contamination = bilevel_classification(100, 1000, lam1=1.0, c=0.05)
    >>> print(f"{error:.4f} {survival:.4f}")
    0.1197 0.5503
    """
    if (m <= n).any():
        raise refusal("m", m, "greater than n")
    rho = n * lam1 / (c * (m - n))
    survival = np.sqrt(2 / np.pi) * rho / (1 + rho)
    lost = (2 / np.pi) * (rho / (1 + rho) + rho / (1 + rho) ** 2)
    contamination = np.sqrt(n / (m - n) * (1 - lost))
    error = np.arctan2(contamination, survival) / np.pi
    return BilevelClassification(plain(error), plain(survival), plain(contamination))
