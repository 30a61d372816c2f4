"""The numerical range of products of orthogonal projections: the structure behind the cyclic bounds."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np

from theory.catastrophic_forgetting.two_tasks import Value, scalar
from theory.domain import In, Integers, Reals, checked


@checked(broadcast=True)
def spiral_radius(phi: Reals, T: Annotated[Integers, In(2)]) -> Value:
    r"""Return the largest modulus, at argument phi, of $x^* P_T \cdots P_1 x$ over projections and unit vectors x.

    $r(\phi) = \cos(\frac\pi{T+1})^{T+1}/\cos(\frac{\phi - \pi}{T+1})^{T+1}$, phi modulo $2\pi$: a sinusoidal spiral.
    Equivalently $\mathrm{Re}\,(-z)^{1/(T+1)} \le \cos(\pi/(T+1))$ for every value z.

    phi: angles (real); T: number of projections >= 2; they broadcast. Returns the radius in (0, 1]. Raises ValueError
    outside the domain.

    Source: derived here for T = 2, matched numerically for T = 3, 4 (unproved for general T); existence of such a
    description: Swartworth, Needell, Ward, Kong, Jeong 2023, arXiv:2306.01916 (recalled).

    >>> round(spiral_radius(math.pi, T=2), 12)
    0.125
    """
    roots = T + 1
    turned = np.mod(phi, 2 * math.pi) - math.pi
    return scalar((np.cos(math.pi / roots) / np.cos(turned / roots)) ** roots)
