"""Coding rates of features without structure, in proportion: what "nothing learned" looks like."""

from __future__ import annotations

import numpy as np

from theory.domain import Counts, Divisors, Floats, checked

__all__ = ["coding_rate_limit", "null_rate_reduction"]


@checked(broadcast=True)
def coding_rate_limit(beta: Divisors, eps: Divisors) -> Floats:
    r"""Return the limit of R/d for m features with independent N(0, 1/d) entries, d/m -> beta.

    $$\lim R/d = \tfrac12V(\epsilon^{-2}, \beta), \quad V(s, b) = \log(1+s-\tfrac F4) + \tfrac1b\log(1+sb-\tfrac F4)
    - \tfrac F{4bs}$$
    $$F(s, b) = \bigl(\sqrt{s(1+\sqrt b)^2+1} - \sqrt{s(1-\sqrt b)^2+1}\bigr)^2$$

    beta, eps >= 1e-75, broadcast. Returns an array. Raises ValueError outside these domains.

    Source: Shannon transform of the Marchenko-Pastur law, Tulino, Verdu 2004 (recalled); application derived here.

    >>> round(float(coding_rate_limit(1 / 3, 0.5)), 6)
    0.74967
    """
    s, root = 1 / eps**2, np.sqrt(beta)
    sides = np.sqrt(s * (1 + root) ** 2 + 1) + np.sqrt(s * (1 - root) ** 2 + 1)
    quarter = (2 * s * root / sides) ** 2
    # p = s - F/4 and q = s beta - F/4 have p q = F/4: the larger by a root, the smaller by division.
    gap = s * np.abs(1 - beta)
    large = 0.5 * (gap + np.hypot(gap, 2 * np.sqrt(quarter)))
    small = quarter / large
    p, q = np.where(beta <= 1, large, small), np.where(beta <= 1, small, large)
    return np.asarray(0.5 * (np.log1p(p) + np.log1p(q) / beta - quarter / beta / s))[()]


@checked(broadcast=True)
def null_rate_reduction(beta: Divisors, k: Counts, eps: Divisors) -> Floats:
    r"""Return the limit of the rate reduction over d of features without structure, k equal classes.

    $$\lim\Delta R/d = \tfrac12[V(\epsilon^{-2}, \beta) - V(\epsilon^{-2}, k\beta)]$$

    with V as in `coding_rate_limit`: above 0, as k small samples are cheaper to code than one large one.

    beta >= 1e-75: d/m of all samples together; k >= 1: classes; eps >= 1e-75; broadcast. Returns an array, exact to
    1e-15 in absolute terms. Raises ValueError outside these domains.

    Source: derived here.

    >>> round(float(null_rate_reduction(1 / 3, 4, 0.5)), 5)
    0.16667
    """
    difference = coding_rate_limit(beta, eps) - coding_rate_limit(k * beta, eps)
    return np.asarray(np.maximum(difference, 0.0))[()]
