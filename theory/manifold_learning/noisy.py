"""Neighbours of points off the manifold: Gaussian noise about a flat torus, at every size."""

from __future__ import annotations

import functools
import math
from typing import Annotated

import numpy as np
from scipy.special import ive, roots_genlaguerre

from theory.domain import Count, Floats, In, checked, refusal
from theory.manifold_learning.volumes import log_ball
from theory.quadrature import panels

__all__ = ["nn_distance_noisy"]

_QUERIES, _INNER, _ORDER = 16, 48, 8
_RANGE = 9.0  # of a chi variable about its centre
_PANELS = 16

Inner = Annotated[int, In(1, 20)]
Outer = Annotated[int, In(2, 100)]
Noise = Annotated[float, In(1e-6, 1.0)]


@functools.lru_cache(maxsize=64)
def _queries(m: int) -> tuple[Floats, Floats]:
    """Nodes and weights for q ~ chi-square with m degrees of freedom."""
    x, weights = roots_genlaguerre(_QUERIES, 0.5 * m - 1)
    return 2 * x, weights / weights.sum()


def _log_hit(logs: Floats, q: Floats, d: int, m: int) -> Floats:
    """log P(|x - query| < t) + d log(1/tau) for log(t/tau) (k,) and squared offsets q (l,): shape (k, l).

    V_d T^d E(1 - w/T^2)_+^(d/2), w noncentral chi-square: sqrt(w) = T sin(theta) makes both ends smooth.
    """
    T = np.exp(logs)[:, None, None]
    offset = np.sqrt(q)[None, :, None]
    low = np.arcsin(np.clip((offset - _RANGE) / T, 0.0, 1.0))
    high = np.arcsin(np.minimum(1.0, (offset + math.sqrt(m) + _RANGE) / T))
    x, weights = panels([-1.0, 1.0], _INNER)
    theta = low + 0.5 * (high - low) * (x + 1)
    root = T * np.sin(theta)
    order = 0.5 * m - 1
    with np.errstate(divide="ignore", invalid="ignore", under="ignore"):
        log = -0.5 * (root - offset) ** 2 + (order + 1) * np.log(root) - order * np.log(offset)
        log += np.log(ive(order, root * offset)) + (d + 1) * np.log(np.cos(theta)) + np.log(T)
        log = np.where(np.isnan(log), -np.inf, log)
        inside = np.log(0.5 * (high - low)[..., 0] * (np.exp(log - _peak(log)) @ weights)) + _peak(log)[..., 0]
    log_hit: Floats = log_ball(d) + d * logs[:, None] + inside
    return log_hit


def _peak(log: Floats) -> Floats:
    peak: Floats = np.maximum(np.max(log, axis=-1, keepdims=True), -700.0)
    return peak


@functools.lru_cache(maxsize=1024)
def _mean(n: int, d: int, D: int, tau: float, r: float) -> float:
    m = D - d
    q, weights = _queries(m)
    size, noise = math.log(n), math.log(tau)
    # Where n P(hit) passes from nothing to certainty, over all queries that matter.
    grid = np.linspace(noise - 25, math.log(0.5), 400)
    hits = size + d * noise + _log_hit(grid - noise, q[weights > 1e-13][[0, -1]], d, m)
    first = np.flatnonzero(np.max(hits, axis=1) > math.log(1e-14))[0]
    last = np.flatnonzero(np.min(hits, axis=1) < math.log(40.0))[-1]
    low, high = grid[max(first - 1, 0)], grid[min(last + 1, grid.size - 1)]
    s, w = panels(np.linspace(low, high, _PANELS + 1), _ORDER)
    hit = np.minimum(np.exp(d * noise + _log_hit(s - noise, q, d, m)), 1.0)
    with np.errstate(divide="ignore"):
        survival = np.exp(n * np.log1p(-hit)) @ weights
    return math.exp(r * low) + float(w @ (r * np.exp(r * s) * survival))


@checked
def nn_distance_noisy(
    n: Count, d: Inner, D: Outer, tau: Noise, r: Annotated[float, In(0.0, 10.0, open_low=True)] = 1.0
) -> float:
    r"""Return E D^r between a query and the nearest of n points, all uniform on a flat torus with noise off it.

    .. math:: P(D>t) = E_q\bigl(1 - V_d\,E[(t^2-\tau^2 w)_+^{d/2} \mid q]\bigr)^n, \qquad q \sim \chi^2_{D-d},\
        w \sim \chi^2_{D-d}(q)

    Points are (x, tau g), x on the flat torus [0, 1)^d, g standard normal in D - d directions (noise along the torus
    changes nothing). Far above tau sqrt(2 (D-d)) distances fall as n^(-1/d), far below as n^(-1/D). Exact up to the
    probability of a distance beyond 1/2; by quadrature, to about 1e-7.

    n >= 1 points; d from 1 to 20; D from 2 to 100, above d; tau from 1e-6 to 1, the noise's standard deviation in each
    direction; 0 < r <= 10. Returns the moment. Raises ValueError outside these domains, and where some query has no
    neighbour within 1/2 with probability above 1e-6.

    Source: derived here.

    >>> round(nn_distance_noisy(500, 2, 3, 1e-6), 5), nn_distance_noisy(500, 2, 10, 0.01) > 0.025
    (0.02234, True)
    """
    if D <= d:
        raise refusal("D", D, f"above d = {d}")
    if _beyond(n, d, D, tau) > 1e-6:
        raise refusal("n", n, f"so large that a neighbour within 1/2 is certain to 1e-6, at d = {d}, tau = {tau:g}")
    return _mean(n, d, D, tau, r)


def _beyond(n: int, d: int, D: int, tau: float) -> float:
    """P(D > 1/2), where a ball may begin to meet itself."""
    q, weights = _queries(D - d)
    hit = np.minimum(np.exp(d * math.log(tau) + _log_hit(np.array([math.log(0.5 / tau)]), q, d, D - d)[0]), 1.0)
    with np.errstate(divide="ignore"):
        return float(weights @ np.exp(n * np.log1p(-hit)))
