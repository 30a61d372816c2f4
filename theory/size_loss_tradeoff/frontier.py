"""The exact frontier for features of Marchenko-Pastur spectrum, reached by an oracle that knows truth and noise."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np
import scipy

from theory.domain import Floats, In, NonNegatives, checked, default, refusal
from theory.marchenko_pastur import companion

__all__ = ["Frontier", "mp_frontier", "mp_frontier_at"]

Aspects = Annotated[Floats, In(1e-30, 1e30)]


class Frontier(NamedTuple):
    """A point of the frontier: training loss tau^2 and excess risk."""

    train: Floats
    excess: Floats


class _Unit(NamedTuple):
    """Losses at sigma2 = 1: train, below = 1 - train, excess."""

    train: Floats
    below: Floats
    excess: Floats


_LEAST = 1e-300
"""Smaller l count as 0."""


def _unit(g: Floats, l: Floats) -> _Unit:
    """Both losses, free of differences: l v (1 + v) = 1 + v - g v, G = g/(1+v)^2."""
    above, l = l > _LEAST, np.maximum(l, _LEAST)
    v = np.asarray(companion(l, g).v)
    share = v / (1 + v)
    curve = g / (1 + v) / (1 + v)
    total = l + curve
    found = _Unit(l / total * (l * v), (l * g * share + curve) / total, g * share / (1 + v) / total)
    return _Unit(*(np.where(above, part, end) for part, end in zip(found, _ends(g), strict=True)))


def _ends(g: Floats) -> _Unit:
    """The limits as l -> 0: no training loss and 1/(g-1), or least squares."""
    gap = np.abs(g - 1)
    excess = np.where(gap > 0, np.minimum(g, 1.0) / np.where(gap > 0, gap, 1.0), math.inf)
    return _Unit(np.maximum(1 - g, 0.0), np.minimum(g, 1.0), excess)


@checked(broadcast=True)
def mp_frontier(g: Aspects, l: NonNegatives, sigma2: NonNegatives = default(1.0)) -> Frontier:
    r"""Return the point of the frontier at the oracle's ridge l: limits for whitened rows with independent entries.

    $$\tau^2 = -\sigma^2 l^2 v'(l), \quad \text{excess} = \sigma^2\,(v + l v'), \qquad
    v = \text{companion}(l, g),\; v' = -\frac{v}{l + g/(1+v)^2}$$

    No estimator has less excess risk at this training loss, for these features as n, p -> infinity; the estimator
    $\theta^* + Z^\top(ZZ^\top + nl)^{-1}\varepsilon$ has it. It needs the truth and the noise: a frontier, no recipe.

    g = p/n, from 1e-30 to 1e30; l >= 0 (below 1e-300 taken as 0); sigma2 >= 0; they broadcast. Returns fields train and
    excess. l = 0: (0, sigma2/(g-1)) for g > 1, least squares for g < 1, excess inf at g = 1. Raises ValueError outside
    these domains.

    Source: Ghosh, Belkin 2023, arXiv:2207.11621, on the Marchenko-Pastur law (abstract seen); formulas derived here.

    >>> point = mp_frontier(2.0, 1.0)
    >>> round(float(point.train), 6), round(float(point.excess), 6)
    (0.207107, 0.207107)
    """
    found = _unit(g, l)
    with np.errstate(invalid="ignore"):
        excess = np.where(sigma2 == 0, 0.0, sigma2 * found.excess)
    return Frontier(np.asarray(sigma2 * found.train)[()], excess[()])


@checked(broadcast=True)
def mp_frontier_at(g: Aspects, train: NonNegatives, sigma2: NonNegatives = default(1.0)) -> Floats:
    r"""Return the excess risk of the frontier `mp_frontier` at a training loss tau^2.

    g = p/n, from 1e-30 to 1e30; train >= sigma2 max(0, 1-g), below which no predictor gets; sigma2 >= 0; they
    broadcast. Returns an array of their shape: 0 where train >= sigma2, the value at l = 0 at the least training loss
    (inf for g = 1). Raises ValueError outside these domains.

    Source: as `mp_frontier`, solved for l by Brent's method in log l.

    >>> mp_frontier_at([4.0, 16.0], 0.25).round(5)
    array([0.07161, 0.01613])
    """
    floor = sigma2 * np.maximum(0.0, 1 - g)
    if (train < floor).any():
        raise refusal("train", train, f"at least sigma2 max(0, 1-g), here {floor.tolist()}")
    found = np.zeros(np.shape(train))
    for i in np.ndindex(found.shape):
        if train[i] < sigma2[i]:
            found[i] = sigma2[i] * _excess_at(float(g[i]), float(train[i] / sigma2[i]), train[i] == floor[i])
    return found[()]


def _excess_at(g: float, train: float, at_the_end: bool) -> float:
    ratio = np.asarray(g)
    if at_the_end:
        return float(_ends(ratio).excess)

    def error(log_l: float) -> float:
        """The logarithmic error of the smaller of train and 1 - train, increasing in l."""
        point = _unit(ratio, np.asarray(math.exp(log_l)))
        if train < 0.5:
            return math.log(max(float(point.train), _LEAST) / train)
        return math.log((1 - train) / float(point.below))

    low, high = -690.0, 170.0
    if error(low) >= 0:  # closer to the end than rounding tells
        return float(_unit(ratio, np.asarray(math.exp(low))).excess)
    log_l = scipy.optimize.brentq(error, low, high, xtol=1e-13, rtol=1e-15)
    return float(_unit(ratio, np.asarray(math.exp(log_l))).excess)
