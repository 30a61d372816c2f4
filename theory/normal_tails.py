"""Tails of a standard normal and the energy in them: what magnitude pruning keeps, what a margin costs."""

from __future__ import annotations

import math

import numpy as np
import scipy

from theory.domain import Floats, NonNegatives, Reals, Shares, checked

__all__ = ["energy_above", "energy_below", "energy_of_top", "mills"]


@checked
def energy_above(u: NonNegatives) -> Floats:
    r"""Return $E[G^2; |G| > u] = 2(u\varphi(u) + Q(u))$, the share of the energy of normal entries beyond size u.

    u >= 0, any shape. Returns an array of its shape, from 1 to 0. Raises ValueError outside the domain.

    Source: elementary.

    >>> energy_above([0.0, 1.0]).round(6)
    array([1.      , 0.801252])
    """
    density = np.exp(-0.5 * u * u) / math.sqrt(2 * math.pi)
    return np.asarray(2 * (u * density + scipy.special.ndtr(-u)))[()]


@checked
def energy_below(u: NonNegatives) -> Floats:
    r"""Return $E[G^2; |G| \le u]$, the distribution function of chi-square with 3 degrees of freedom at $u^2$.

    u >= 0, any shape. Returns an array of its shape, about $\sqrt{2/\pi}\,u^3/3$ for small u, without cancellation.
    Raises ValueError outside the domain.

    Source: elementary.

    >>> energy_below(1.0).round(6)
    np.float64(0.198748)
    """
    return np.asarray(scipy.special.gammainc(1.5, 0.5 * u * u))[()]


@checked
def energy_of_top(share: Shares) -> Floats:
    r"""Return the share of the energy that the largest entries (a given share of their number) hold, $A(q)$.

    $A(q) = 2(u\varphi(u) + q/2)$ with $u = Q^{-1}(q/2)$; A(1) = 1.

    share: q in [0, 1], any shape. Returns an array of its shape. Raises ValueError outside the domain.

    Source: elementary.

    >>> energy_of_top([0.0, 0.1, 0.5, 1.0]).round(4)
    array([0.    , 0.4393, 0.9287, 1.    ])
    """
    u = np.abs(scipy.special.ndtri(share / 2))
    return np.where(np.isinf(u), 0.0, energy_above(np.where(np.isinf(u), 0.0, u)))[()]


@checked
def mills(u: Reals) -> Floats:
    r"""Return the Mills ratio $Q(u)/\varphi(u)$ of the upper tail to the density.

    u: real numbers, any shape. Returns an array of its shape, about 1/u for large u and inf where it overflows, below
    u = -37. Raises ValueError for what is no real number.

    Source: classical.

    >>> mills([0.0, 1e8]) * [1.0, 1e8]
    array([1.25331414, 1.        ])
    """
    return np.asarray(math.sqrt(math.pi / 2) * scipy.special.erfcx(u / math.sqrt(2)))[()]
