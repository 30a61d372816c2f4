"""Moments of the distance from a uniform query to the nearest of n uniform points."""

from __future__ import annotations

import functools
import itertools
import math

import numpy as np
from scipy.special import betainc, betaincinv, gammaln

from theory.domain import Counts, Divisors, Floats, checked
from theory.manifold_learning.volumes import Dimensions, Moments, log_ball, log_rising
from theory.quadrature import panels

__all__ = ["nn_distance_asymptotic", "nn_distance_sphere", "nn_distance_torus"]

_ORDER = 16  # nodes a panel
_SURE = 1e-18  # of the probability of a shorter distance than the first panel's
_LATE = 60  # panels of the far half, where (1 - A)^n has fallen by exp(-1) each


def log_survival(t: Floats, n: int, d: int) -> Floats:
    """log P(D > t) on the sphere, for 0 < t < pi."""
    half = 0.5 * betainc(0.5 * d, 0.5, np.sin(t) ** 2)
    with np.errstate(divide="ignore"):  # half of 0 beyond the last point
        found: Floats = n * np.where(t <= 0.5 * math.pi, np.log1p(-half), np.log(half))
    return found


def _breaks(n: int, d: int, widest: float) -> Floats:
    """Distances between which log A, or n log(1 - A) on the far half, changes by about one."""
    near = np.exp(np.linspace(math.log(_SURE / n), math.log(0.5), 2 + math.ceil(41 + math.log(n))))
    far = 0.5 * np.exp(-np.arange(1, _LATE) / n)
    angle = np.arcsin(np.sqrt(betaincinv(0.5 * d, 0.5, 2 * np.concatenate([near[:-1], far]))))
    ends = [angle[: near.size - 1], [0.5 * math.pi], math.pi - angle[near.size - 1 :], [math.pi]]
    logs = np.log(np.concatenate(ends))
    logs = logs[np.concatenate([[True], np.diff(logs) > 1e-12])]
    # High moments of few dimensions: t^r must not vary by more than a few e-folds in a panel either.
    pieces = [np.linspace(a, b, 1 + math.ceil((b - a) / widest))[1:] for a, b in itertools.pairwise(logs)]
    return np.concatenate([logs[:1], *pieces])


@functools.lru_cache(maxsize=4096)
def _sphere(n: int, d: int, r: float) -> float:
    logs = _breaks(n, d, 4.0 / r)
    s, weights = panels(logs, _ORDER)
    # Below the first break P(D > t) is 1; beyond it the integral in the logarithm of t.
    return math.exp(r * logs[0]) + float(weights @ (r * np.exp(r * s + log_survival(np.exp(s), n, d))))


@checked(broadcast=True)
def nn_distance_sphere(n: Counts, d: Dimensions, r: Moments = 1.0) -> Floats:  # type: ignore[assignment]
    r"""Return E D^r, D the geodesic distance from a query to the nearest of n points on the unit sphere S^d.

    .. math:: E D^r = \int_0^\pi r t^{r-1} (1 - A(t))^n\,dt, \qquad A(t) = \tfrac12 I_{\sin^2 t}(d/2, 1/2)

    for t <= pi/2 and one minus that beyond; exact at every n. On the circle E D = pi/(n+1).

    n >= 1 points, d from 1 to 10^6, 0 < r <= 100, broadcast. Returns the moment, of that shape. Raises ValueError
    outside these domains.

    Source: classical; derived here.

    >>> round(float(nn_distance_sphere(50, 1)) - math.pi / 51, 12), round(float(nn_distance_sphere(200, 2)), 5)
    (0.0, 0.12525)
    """
    flat = [_sphere(int(a), int(b), float(c)) for a, b, c in zip(n.flat, d.flat, r.flat, strict=True)]
    return np.array(flat).reshape(n.shape)[()]


@checked(broadcast=True)
def nn_distance_torus(n: Counts, d: Dimensions, r: Moments = 1.0) -> Floats:  # type: ignore[assignment]
    r"""Return E D^r on the flat torus [0, 1)^d, as if no ball met itself.

    .. math:: \Gamma(1+r/d)\,\frac{\Gamma(n+1)}{\Gamma(n+1+r/d)}\,V_d^{-r/d}

    Exact for d = 1; for d >= 2 up to the probability (1 - V_d 2^{-d})^n of a distance beyond 1/2, which is negligible
    where n is large against 2^d/V_d (d = 4, n = 150: 1e-24) and is not at d = 10, n = 1000 (.08).

    n >= 1 points, d from 1 to 10^6, 0 < r <= 100, broadcast. Returns the moment, of that shape. Raises ValueError
    outside these domains.

    Source: derived here.

    >>> round(float(nn_distance_torus(1, 1)), 12), round(float(nn_distance_torus(500, 2)), 5)
    (0.25, 0.02234)
    """
    log: Floats = gammaln(1 + r / d) - log_rising(n + 1.0, r / d) - r / d * log_ball(d)
    return np.exp(log)[()]


@checked(broadcast=True)
def nn_distance_asymptotic(n: Counts, d: Dimensions, volume: Divisors, r: Moments = 1.0) -> Floats:  # type: ignore[assignment]
    r"""Return the leading term of E D^r on any smooth d-dimensional manifold of the given volume.

    .. math:: \Gamma(1+r/d)\,\Bigl(\frac{|M|}{n V_d}\Bigr)^{r/d}, \qquad V_d = \pi^{d/2}/\Gamma(d/2+1)

    with a relative error of order n^(-min(1, 2/d)). Distances may be geodesic or those of R^D.

    n >= 1 points, d from 1 to 10^6, volume |M| >= 1e-75, 0 < r <= 100, broadcast. Returns the moment, of that shape
    (inf where it is beyond the floats). Raises ValueError outside these domains.

    Source: classical; derived here.

    >>> round(float(nn_distance_asymptotic(100, 1, 2 * math.pi)) * 100 / math.pi, 12)
    1.0
    """
    log: Floats = gammaln(1 + r / d) + r / d * (np.log(volume) - np.log(n) - log_ball(d))
    with np.errstate(over="ignore"):
        return np.exp(log)[()]
