"""How much the kernel of a network with one or two hidden layers varies from one initialisation to the next."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np

from theory.arc_cosine import J_of_supplement, kappa
from theory.domain import Counts, Floats, In, checked

Keep = Annotated[Floats, In(0.0, 1.0, open_low=True)]
_NODES = 48


@checked(broadcast=True)
def ntk_variance_two_layer(rho: Annotated[Floats, In(-1.0, 1.0)], width: Counts, alpha: Keep) -> Floats:
    r"""Return the variance of the tangent kernel with one hidden layer and a rescaled random mask on its outputs.

    .. math:: \frac4m\Bigl[\frac{T_2}{\alpha} - T_1^2\Bigr],\quad T_1 = s_1 + \rho s_0,\quad
        T_2 = s_2 + 2\rho s_1 + 3\rho^2 s_0,\quad s_q = \frac{J_q(t)}{2\pi},\ \rho = \cos t

    exact at every width, for unit inputs of inner product rho; the mean is that of the dense limit. At rho = 1 it is
    $\frac4m(\frac4\alpha - 1)$: the same accuracy needs $(4/\alpha-1)/3$ times the width. For the raw mask multiply by
    alpha^2, for other lengths by $(|x||x'|)^2$.

    rho: in [-1, 1]; width: m >= 1; alpha: share kept, in (0, 1]; all broadcast. Returns an array, 0 at rho = -1. Raises
    ValueError outside these domains.

    Source: derived here, from the arc-cosine moments; that the width grows like 1/alpha agrees with Yang, Wang 2022,
    arXiv:2203.14328 (abstract seen).

    >>> float(ntk_variance_two_layer(1.0, 256, 0.1).round(6))
    0.609375
    """
    supplement = 2 * np.arctan2(np.sqrt(1 + rho), np.sqrt(1 - rho))
    s0, s1, s2 = (J_of_supplement(q, supplement) / (2 * math.pi) for q in (0, 1, 2))
    first, second = s1 + rho * s0, s2 + 2 * rho * s1 + 3 * rho**2 * s0
    # At rho = -1 all s are 0.
    return np.asarray(4 / width * (second / alpha - first**2))[()]


def _linear_variance(t: float, square: float, cross: float, both: float) -> float:
    """Variance of square (u^2 + v^2) + cross u v + both 1(uv > 0), u and v the positive parts of Gaussians at angle t.

    The radius is integrated (E r^4 = 8, E r^2 = 2), the direction by Gauss and Legendre between its kinks.
    """
    x, w = np.polynomial.legendre.leggauss(_NODES)
    mean = second = 0.0
    for low, high in ((-math.pi / 2, t - math.pi / 2), (t - math.pi / 2, math.pi / 2), (math.pi / 2, t + math.pi / 2)):
        phi = (low + high) / 2 + (high - low) / 2 * x
        weight = (high - low) / 2 * w / (2 * math.pi)
        u, v = np.maximum(np.cos(phi), 0.0), np.maximum(np.cos(phi - t), 0.0)
        if low < t - math.pi / 2:
            v = 0.0 * v
        if high > math.pi / 2:
            u = 0.0 * u
        bent, flat = square * (u * u + v * v) + cross * u * v, both * ((u > 0) & (v > 0))
        mean += float(np.sum(weight * (2 * bent + flat)))
        second += float(np.sum(weight * (8 * bent**2 + 4 * bent * flat + flat**2)))
    return second - mean**2


def _three_layer(rho: float, alpha: float) -> float:
    t = 2 * math.atan2(math.sqrt(1 - rho), math.sqrt(1 + rho))
    c, active = float(kappa(1, rho)), float(kappa(0, rho))
    value, slope = float(kappa(1, c)), float(kappa(0, c))
    first = c + rho * active
    # How the limit moves with |h|^2, h.h' and the share of common active units of the first layer.
    bend = first / (math.pi * math.sqrt((1 - c) * (1 + c)))
    square = value / 2 - c * slope / 2 - c * bend / 2
    cross, both = 2 * slope + bend, rho * slope
    below = _linear_variance(t, 2 * square, 2 * cross, 2 * both)
    supplement = 2 * math.atan2(math.sqrt(1 + c), math.sqrt(1 - c))
    s0, s1, s2 = (float(J_of_supplement(q, supplement)) / (2 * math.pi) for q in (0, 1, 2))
    rows = 4 * ((s2 + 2 * first * s1 + 3 * first**2 * s0) / alpha - (s1 + first * s0) ** 2)
    # Pairs of units of the second layer, through the first: their mean is 0, their square is not.
    pairs = 8 * rho**2 * active * (0.25 + (slope / 2) ** 2)
    return below + rows + pairs


@checked(broadcast=True)
def ntk_variance_three_layer(
    rho: Annotated[Floats, In(-1.0, 1.0, open_low=True, open_high=True)], alpha: Keep
) -> Floats:
    r"""Return the limit of m times the variance of the tangent kernel with two hidden layers and rescaled masks.

    .. math:: \lim_{m\to\infty} m\,\mathrm{Var}\,\Theta =
        \mathrm{Var}\bigl[2\,\nabla\Theta\cdot(u^2, v^2, uv, 1_{uv>0})\bigr]
        + 4\Bigl[\frac{s_2 + 2\Theta_1 s_1 + 3\Theta_1^2 s_0}{\alpha} - (s_1 + \Theta_1 s_0)^2\Bigr]
        + 8\rho^2\kappa_0(\rho)\Bigl[\tfrac14 + \tfrac14\kappa_0(\kappa_1(\rho))^2\Bigr]

    the fluctuations of the first layer (u, v positive parts of Gaussians of correlation rho, $\Theta$ as a function of
    the first layer's means), of the second layer's units with $s_q$ at the angle of $\kappa_1(\rho)$ and $\Theta_1$ the
    kernel after one layer, and of pairs of them. alpha is the share of the output weights kept: the mask between the
    hidden layers costs nothing at this order, only at the next.

    rho: inner product of unit inputs, in (-1, 1); alpha: in (0, 1]; broadcast. Returns an array. Raises ValueError
    outside these domains.

    Source: rate $m^{-1/2}$ of the deviation Yang, Wang 2022, arXiv:2203.14328 (recalled); the constant derived here.

    >>> float(ntk_variance_three_layer(0.3, 1.0).round(4))
    10.8696
    """
    found = [_three_layer(float(r), float(a)) for r, a in zip(rho.ravel(), alpha.ravel(), strict=True)]
    return np.asarray(np.reshape(found, rho.shape))[()]
