"""Online gradient descent of one neuron on the sphere: the ordinary differential equation of its overlap."""

from __future__ import annotations

import itertools
import math
from typing import Annotated

import numpy as np
import scipy

from theory.domain import Counts, Floats, In, NonNegatives, Shares, checked, default

__all__ = ["max_step", "sgd_drift", "sgd_noise", "sgd_overlap", "sgd_time"]

Order = Annotated[int, In(1, 30)]
Overlaps = Annotated[Floats, In(-1.0, 1.0)]
Step = Annotated[float, In(0.0, 100.0)]
Noise = Annotated[float, In(0.0, 1e6)]


def _coefficients(k: int) -> list[int]:
    """C(k,l) C(k-1,l) C(2l,l): what m^(2l) has in E h_k(Y)^2 h_{k-1}(Z)^2."""
    return [math.comb(k, l) * math.comb(k - 1, l) * math.comb(2 * l, l) for l in range(k)]


def _noise(k: int, m: Floats, sigma2: float) -> Floats:
    return np.asarray(k * (np.polynomial.polynomial.polyval(m * m, _coefficients(k)) + sigma2))


def _drift(k: int, delta: float, m: Floats, sigma2: float) -> Floats:
    gain = delta * k * m ** (k - 1) * (1 - m * m)
    return np.asarray(gain - delta**2 / 2 * m * _noise(k, m, sigma2))


@checked
def sgd_noise(k: Order, m: Overlaps, sigma2: Noise = 0.0) -> Floats:
    r"""Return the second moment of the step's size at overlap m, $k\,E[(h_k(Y)^2+\sigma^2)h_{k-1}(Z)^2]$.

    $$v_k(m) = k\Bigl[\sigma^2 + \sum_{l<k}\binom kl\binom{k-1}l\binom{2l}lm^{2l}\Bigr], \quad \mathrm{corr}(Y,Z) = m$$

    k: order of the teacher $h_k$, from 1 to 30; m: in [-1, 1], any shape; sigma2 from 0 to 1e6. Returns an array of the
    shape of m. Raises ValueError outside these domains.

    Source: derived here, by $h_k^2 = \sum_l\binom kl\binom{2l}l^{1/2}h_{2l}$ and Mehler's formula.

    >>> sgd_noise(3, [0.0, 0.5, 1.0])
    array([ 3.   , 15.375, 93.   ])
    """
    return _noise(k, m, sigma2)[()]


@checked
def sgd_drift(k: Order, delta: Step, m: Overlaps, sigma2: Noise = 0.0) -> Floats:
    r"""Return $dm/ds$, the mean change of the overlap in a step times d, as d grows.

    $$\delta k\,m^{k-1}(1-m^2) - \frac{\delta^2}2\,m\,v_k(m)$$
    for $w \leftarrow (w + \frac\delta d\,y\sqrt k\,h_{k-1}(w\cdot x)\,x)/\|\cdot\|$, $y = h_k(u\cdot x)$ + noise.

    k: from 1 to 30; delta from 0 to 100; m: in [-1, 1], any shape; sigma2 from 0 to 1e6. Returns an array of the shape
    of m. Raises ValueError outside these domains.

    Source: derived here; the setting is that of Ben Arous, Gheissari, Jagannath 2021, arXiv:2003.10409 (recalled).

    >>> float(sgd_drift(2, 0.5, 0.1).round(6))
    0.073
    """
    return _drift(k, delta, m, sigma2)[()]


@checked
def sgd_overlap(
    k: Order,
    delta: Step,
    m0: Annotated[float, In(-1.0, 1.0)],
    s: Annotated[Floats, In(0.0, 1e6)],
    sigma2: Noise = 0.0,
) -> Floats:
    r"""Return the overlap m(s) of online descent after s d steps, as d grows with m(0) fixed.

    The solution of $dm/ds$ = `sgd_drift`; at finite d it is off by O(1/d) in the mean and $O(d^{-1/2})$ in a run.

    k: from 1 to 30; delta from 0 to 100; m0 in [-1, 1]; s: times in [0, 1e6], any shape; sigma2 from 0 to 1e6. Returns
    an array of the shape of s. Raises ValueError outside these domains.

    Source: derived here; the setting is that of Ben Arous, Gheissari, Jagannath 2021, arXiv:2003.10409 (recalled).

    >>> sgd_overlap(1, 0.5, 0.1, [0.0, 1.0, 2.0], sigma2=0.5).round(4)
    array([0.1   , 0.4876, 0.6913])
    """
    times, place = np.unique(s, return_inverse=True)
    grid = times if times[0] == 0 else np.concatenate([[0.0], times])
    if grid.size == 1 or delta == 0:
        return np.full(s.shape, m0)[()]
    path = scipy.integrate.solve_ivp(
        lambda _, m: _drift(k, delta, m, sigma2), (0.0, grid[-1]), [m0], "LSODA", grid, rtol=1e-11, atol=1e-14
    )
    if not path.success:
        raise ValueError(f"delta = {delta}: must be so that the equation can be solved ({path.message})")
    values = path.y[0][-times.size :]
    return np.asarray(values[place].reshape(s.shape))[()]


@checked
def sgd_time(
    k: Order,
    delta: Step,
    m0: Annotated[float, In(0.0, 1.0)],
    level: Annotated[float, In(0.0, 1.0)],
    sigma2: Noise = 0.0,
) -> float:
    r"""Return the time s at which the overlap of `sgd_overlap` reaches a level, $\int_{m_0}^{level}dm/(dm/ds)$.

    k: from 1 to 30; delta from 0 to 100; m0, level in [0, 1]; sigma2 from 0 to 1e6. Returns 0 for a level not above m0,
    inf where the drift vanishes or points back before the level. Raises ValueError outside these domains.

    Source: derived here.

    >>> round(sgd_time(1, 0.5, 0.1, 0.6912963, sigma2=0.5), 6), sgd_time(2, 2.5, 0.1, 0.5)
    (2.0, inf)
    """
    if level <= m0:
        return 0.0
    # Even steps of the log of m where it is small, of m where it is not; roots of the drift in between are seen.
    start = m0 if m0 > 0 else min(level, 1e-12) / 2
    grid = np.unique(np.concatenate([np.geomspace(start, level, 4001), np.linspace(m0, level, 4001)]))
    if not (_drift(k, delta, grid, sigma2) > 0).all():
        return math.inf
    breaks = np.unique(np.concatenate([[m0], np.geomspace(start, level, 41)]))
    pieces = [
        scipy.integrate.quad(lambda m: 1 / _drift(k, delta, m, sigma2), a, b, epsabs=0, epsrel=1e-11)[0]
        for a, b in itertools.pairwise(breaks)
    ]
    return float(np.sum(pieces))


@checked(broadcast=True)
def max_step(k: Counts, m0: Shares, sigma2: NonNegatives = default(0.0)) -> Floats:
    r"""Return the step below which online descent leaves a small overlap, $2m_0^{k-2}/(1+\sigma^2)$.

    There the gain $\delta k\,m_0^{k-1}$ and the loss by noise $\frac{\delta^2}2m_0v_k(0)$ balance; from
    $m_0\sim d^{-1/2}$ it takes of the order of d steps for k = 1, $d\log d$ for k = 2 and $d^{k-1}$ for k >= 3.

    k >= 1 (no barrier at k = 1: inf); m0 in [0, 1]; sigma2 >= 0; they broadcast. Raises ValueError outside these
    domains.

    Source: exponents of Ben Arous, Gheissari, Jagannath 2021, arXiv:2003.10409 (recalled); constant derived here.

    >>> max_step([1, 2, 3], 0.1, 1.0)
    array([inf, 1. , 0.1])
    """
    with np.errstate(divide="ignore"):
        found = 2 * m0 ** np.maximum(k - 2.0, 0.0) / (1 + sigma2)
    return np.where(k == 1, np.inf, found)[()]
