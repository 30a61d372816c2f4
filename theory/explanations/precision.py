"""Finite precision and accuracy: inputs that no digits separate, and the price of recovering what is nearly erased."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from theory.domain import Divisors, Floats, In, Integers, NonNegatives, Positives, Reals, checked

__all__ = ["lipschitz_lower_bound", "tikhonov_gain", "unseen_radius"]


@checked(broadcast=True)
def unseen_radius(n: Annotated[Integers, In(2)], y: Reals, eps: NonNegatives) -> Floats:
    r"""Return the least worst error of an algorithm that cannot tell n inputs of basis pursuit apart.

    .. math:: r = \frac{|y|}{1+\epsilon}\sqrt{1-\frac1n}

    The inputs are the rows $A_i = (1, \dots, 1+\epsilon, \dots, 1)$, with the unique solutions $y/(1+\epsilon)\,e_i$ of
    $\min\|w\|_1$ subject to $A_iw = y$; r is the radius of the smallest ball around them, attained by its centre
    $y/(n(1+\epsilon))\,(1,\dots,1)$. The error averaged over the n inputs is at least r as well.

    n: integers >= 2; y: real; eps >= 0 (0: the limit), broadcast. Raises ValueError outside these domains.

    Source: mechanism of Colbrook, Antun and Hansen 2022, arXiv:2101.08286, and of Boche, Fono and Kutyniok 2023
    (recalled; their Turing-machine theorems are not claimed); radius derived here.

    >>> round(float(unseen_radius(2, 1.0, 0.001)), 7)
    0.7064004
    """
    return np.asarray(np.abs(y) / (1 + eps) * np.sqrt(1 - 1 / n))[()]


@checked(broadcast=True)
def lipschitz_lower_bound(gap: NonNegatives, data_gap: Divisors, err1: NonNegatives, err2: NonNegatives) -> Floats:
    r"""Return how steep a reconstruction must be that is accurate at two points whose data are close.

    .. math:: \max\Bigl(0, \frac{|x-x'| - e - e'}{|A(x-x')|}\Bigr)

    for any map with errors at most e at Ax and e' at Ax'.

    gap: |x - x'| >= 0; data_gap: |A(x - x')| > 0; err1, err2: e, e' >= 0, broadcast. Raises ValueError outside these
    domains.

    Source: cf. Gottschling, Antun, Hansen and Adcock 2020, arXiv:2001.01258 (recalled, up to constants); derived here.

    >>> float(lipschitz_lower_bound(2.0, 0.5, 0.25, 0.25))
    3.0
    """
    return np.asarray(np.maximum(gap - err1 - err2, 0.0) / data_gap)[()]


@checked(broadcast=True)
def tikhonov_gain(sigma: NonNegatives, lam: Positives) -> Floats:
    r"""Return how much Tikhonov's reconstruction amplifies data along a left singular vector of A.

    .. math:: \frac{\sigma}{\sigma^2+\lambda}

    for $\Psi = A^\top(AA^\top+\lambda)^{-1}$; it attains `lipschitz_lower_bound` along the right singular vector.

    sigma >= 0: singular values of A; lam > 0, broadcast. Raises ValueError outside these domains.

    Source: classical; that the bound is attained is derived here.

    >>> float(tikhonov_gain(0.5, 0.25))
    1.0
    """
    return np.asarray(sigma / (sigma**2 + lam))[()]
