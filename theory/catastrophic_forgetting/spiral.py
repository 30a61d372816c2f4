"""The numerical range of products of orthogonal projections: the structure behind the cyclic bounds."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
import scipy

from theory.catastrophic_forgetting.two_tasks import Value, scalar
from theory.domain import Floats, In, Integers, Reals, checked

_MOST = 10**6  # beyond it the grid of arguments is too coarse for certain digits


@checked(broadcast=True)
def spiral_radius(phi: Reals, T: Annotated[Integers, In(2)]) -> Value:
    r"""Return the largest modulus, at argument phi, of $x^* P_T \cdots P_1 x$ over projections and unit vectors x.

    $r(\phi) = \cos(\frac\pi{T+1})^{T+1}/\cos(\frac{\phi - \pi}{T+1})^{T+1}$, phi modulo $2\pi$: a sinusoidal spiral.
    Equivalently $\mathrm{Re}\,(-z)^{1/(T+1)} \le \cos(\pi/(T+1))$ for every value z.

    phi: angles (real); T: number of projections >= 2; they broadcast. Returns the radius in (0, 1]. Raises ValueError
    outside the domain.

    Source: Swartworth, Needell, Ward, Kong, Jeong 2023, arXiv:2306.01916, characterise the union of the numerical
    ranges as a sinusoidal spiral for every T (abstract seen); this form is derived here for T = 2 and matched
    numerically for T = 3, 4.

    >>> round(spiral_radius(math.pi, T=2), 12)
    0.125
    """
    roots = T + 1
    turned = np.mod(phi, 2 * math.pi) - math.pi
    return scalar((np.cos(math.pi / roots) / np.cos(turned / roots)) ** roots)


def _on_spiral(phi: Floats, T: int, n: int) -> Floats:
    """log |z^n (1 - z)| at the point of the spiral with argument phi in (0, pi]."""
    a = math.pi / (T + 1)
    log_r = (T + 1) * (math.log(math.cos(a)) - np.log(np.cos(phi / (T + 1) - a)))
    away = np.expm1(log_r) ** 2 + 4 * np.exp(log_r) * np.sin(phi / 2) ** 2  # |1 - z|^2 without cancellation
    return np.asarray(n * log_r + np.log(away) / 2)


@checked
def spiral_power_sup(T: Annotated[int, In(2, _MOST)], n: Annotated[int, In(1, _MOST)]) -> float:
    r"""Return $\sup|z^n(1-z)|$ over the spiral that holds the numerical ranges of products of T projections.

    About $1/(en\sin(\pi/(T+1)))$ for large n.

    T: number of projections >= 2; n: power >= 1. Returns the supremum. Raises ValueError outside the domain.

    Source: derived here, on the spiral of Swartworth, Needell, Ward, Kong, Jeong 2023, arXiv:2306.01916.

    >>> round(spiral_power_sup(T=2, n=1), 6)
    0.300283
    """
    phi = np.geomspace(1e-4 / n, math.pi, 4001)
    values = _on_spiral(phi, T, n)
    best = int(np.argmax(values))
    low, high = phi[max(best - 1, 0)], phi[min(best + 1, len(phi) - 1)]
    refined = scipy.optimize.minimize_scalar(
        lambda x: -float(_on_spiral(np.asarray(x), T, n)), bounds=(low, high), method="bounded"
    )
    return math.exp(max(float(values[best]), -float(refined.fun)))


@checked
def cyclic_spiral_bound(T: Annotated[int, In(2, _MOST)], n: Annotated[int, In(2, _MOST)]) -> float:
    r"""Return a bound on the forgetting of T tasks after n cycles, for all tasks in all dimensions, teacher of norm 1.

    $F(nT) \le (T-1)\|M^{n-1}(1-M)\| \le (T-1)(1+\sqrt2)\sup|z^{n-1}(1-z)|$, M the product of the projections and z on
    its spiral: about $0.28\,T^2/n$.

    T: number of tasks >= 2; n: number of cycles >= 2. Returns the bound. Raises ValueError outside the domain.

    Source: Swartworth, Needell, Ward, Kong, Jeong 2023, arXiv:2306.01916, give O(T^2/n) without dimension (abstract
    seen); the constant is derived here with that of Crouzeix and Palencia 2017 (recalled).

    >>> round(cyclic_spiral_bound(T=2, n=2), 6)
    0.724948
    """
    return (T - 1) * (1 + math.sqrt(2)) * spiral_power_sup(T, n - 1)
