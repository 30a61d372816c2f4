"""Quadrature rules: nodes x and weights w such that sum(w f(x)) is an integral or a mean."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import numpy as np
import scipy

from theory.domain import Count, Floats, In, Parsed, Vector, checked, reals, refusal

__all__ = ["chi_square_rule", "gaussian_mean", "normal_rule", "panels", "quantile_rule"]

_FAR = 38.0  # beyond it the normal density underflows
_WIDTH = 2.0  # of a panel under the normal density

Order = Annotated[int, In(1, 1000)]
Rule = tuple[Floats, Floats]


@functools.lru_cache
def _legendre(order: int) -> Rule:
    return np.polynomial.legendre.leggauss(order)


def _increasing(name: str, value: Any) -> Floats:
    breaks = reals(name, value, ndim=1)
    if breaks.size < 2 or (np.diff(breaks) <= 0).any():
        raise refusal(name, breaks, "at least two increasing numbers")
    return breaks


@checked
def panels(
    breaks: Annotated[Floats, Parsed(_increasing, "a 1-dimensional array of real numbers in (-inf, inf)")], order: Order
) -> Rule:
    r"""Return Gauss-Legendre nodes and weights on each interval between neighbouring breaks.

    breaks: increasing (k,), k >= 2; order: nodes a panel, from 1 to 1000. Returns nodes and weights, each
    ((k - 1) order,), for the integral from the first break to the last. Raises ValueError outside these domains.

    Source: classical.

    >>> nodes, weights = panels([0.0, 1.0, 3.0], 4)
    >>> round(float(weights @ nodes**7), 9)  # 3^8/8
    820.125
    """
    nodes, weights = _legendre(order)
    half = 0.5 * np.diff(breaks)[:, None]
    centre = 0.5 * (breaks[1:] + breaks[:-1])[:, None]
    return (centre + half * nodes).ravel(), (half * weights).ravel()


@checked
def normal_rule(order: Order, breaks: Vector | None = None) -> Rule:
    r"""Return nodes and weights for the mean of a function of a standard normal.

    Gauss-Hermite without breaks, exact for polynomials up to degree 2 order - 1; with breaks (kinks, jumps) panels of
    `order` nodes between them and beyond, of width at most 2, up to |z| = 38.

    order: from 1 to 1000; breaks: real numbers (k,), or None. Returns nodes and weights (sum 1). Raises ValueError
    outside these domains.

    Source: classical.

    >>> nodes, weights = normal_rule(20, [0.0])
    >>> round(float(weights @ abs(nodes)), 14) == round(math.sqrt(2 / math.pi), 14)
    True
    """
    if breaks is None:
        zeros, masses = np.polynomial.hermite_e.hermegauss(order)
        return zeros, masses / masses.sum()
    grid = np.arange(-_FAR, _FAR + 1, _WIDTH)
    nodes, weights = panels(np.unique(np.concatenate([grid, breaks[np.abs(breaks) < _FAR]])), order)
    return nodes, weights * np.exp(-0.5 * nodes**2) / math.sqrt(2 * math.pi)


@checked
def quantile_rule(order: Annotated[int, In(2, 100_000)]) -> Rule:
    r"""Return probabilities u and weights such that $\sum w f(F^{-1}(u))$ is $E f(X)$ for X of distribution F.

    Dense at both ends: u = Phi(v), the trapezoidal rule in v from -7.5 to 7.5.

    order: number of nodes, from 2 to 100,000. Returns probabilities and weights (sum 1). Raises ValueError outside.

    Source: derived here.

    >>> u, weights = quantile_rule(61)
    >>> round(float(weights @ -np.log(u)), 9)  # E X = 1 for X exponential
    1.0
    """
    v = np.linspace(-7.5, 7.5, order)
    weights = np.exp(-0.5 * v**2)
    return scipy.special.ndtr(v), weights / weights.sum()


@checked
def chi_square_rule(df: Count) -> Rule:
    r"""Return nodes x and weights for $E f(X)$, X chi-square with df degrees of freedom: 400 nodes in the root of x.

    df: integer >= 1. Returns nodes and weights (sum 1). Raises ValueError outside the domain.

    Source: Gauss-Legendre, derived here.

    >>> nodes, weights = chi_square_rule(7)
    >>> round(float(weights @ (1 / nodes)), 12)  # 1/(df - 2)
    0.2
    """
    high = np.sqrt(scipy.stats.chi2.isf(1e-15, df))
    # Few degrees of freedom keep the end 0: 1/x may stand under the expectation.
    low = np.sqrt(scipy.stats.chi2.ppf(1e-18, df)) if df > 60 else 0.0
    nodes, weights = _legendre(400)
    root = low + 0.5 * (high - low) * (nodes + 1)
    density = weights * scipy.stats.chi2.pdf(root**2, df) * root
    return root**2, density / density.sum()


def gaussian_mean(function: Callable[[float], float], edges: Sequence[float] = (-_FAR, 0.0, _FAR)) -> float:
    """Return E f(G) of a function of one number by adaptive quadrature, split at 0, where activations have kinks.

    >>> round(gaussian_mean(abs), 12) == round(math.sqrt(2 / math.pi), 12)
    True
    """

    def integrand(u: float) -> float:
        return float(function(u)) * math.exp(-0.5 * u * u) / math.sqrt(2 * math.pi)

    # full_output: no warning at the rounding level that is asked for.
    sides = itertools.pairwise(edges)
    rules = {"epsabs": 1e-14, "epsrel": 1e-13, "limit": 400, "full_output": 1}
    return float(sum(scipy.integrate.quad(integrand, a, b, **rules)[0] for a, b in sides))
