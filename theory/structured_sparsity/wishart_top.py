"""Moments of the largest eigenvalue of a real Wishart matrix, by Pfaffians, and the Monarch error they fix."""

from __future__ import annotations

import functools
import math
from typing import Annotated

import numpy as np

from theory.domain import Floats, In, checked, refusal
from theory.quadrature import panels

__all__ = ["monarch_gaussian_error", "monarch_gaussian_spread", "wishart_top_mean"]

_ORDER = 24  # nodes a panel
_SIDE = 128  # of the shorter side: beyond it the functions' start underflows
_BEYOND = 6.5  # of the largest singular value's mean: a tail below 1e-16

Side = Annotated[int, In(1, 4096)]


@functools.cache
def _integration() -> tuple[Floats, Floats, Floats]:
    """Gauss nodes and weights on [-1, 1], and S with (S f)_i the integral of the interpolant from -1 to node i."""
    nodes, weights = panels([-1.0, 1.0], _ORDER)
    k = np.arange(_ORDER)
    basis = np.polynomial.legendre.legvander(nodes, _ORDER)  # P_0 .. P_order at the nodes
    below = np.concatenate([np.zeros((_ORDER, 1)), basis[:, :-2]], axis=1)
    # The integral of P_k from -1 to x is (P_{k+1} - P_{k-1})/(2k + 1), and x + 1 for k = 0.
    integrals = (basis[:, 1:] - below) / (2 * k + 1)
    integrals[:, 0] = nodes + 1
    coefficients = (k[:, None] + 0.5) * basis[:, :-1].T * weights
    return nodes, weights, integrals @ coefficients


def _functions(u: Floats, m: int, n: int) -> Floats:
    """f_i(u) = u^(n-m) q_i(u^2) exp(-u^2/2), i < m, orthonormal on (0, inf): Laguerre functions of u^2, (m, nodes)."""
    a = n - m - 0.5
    x = u * u
    log = 0.5 * (math.log(2) - math.lgamma(a + 1)) - 0.5 * x
    found = [np.exp(log + (n - m) * np.log(u))]
    before = np.zeros_like(u)
    for k in range(m - 1):
        rise = ((2 * k + 1 + a - x) * found[-1] - math.sqrt(k * (k + a)) * before) / math.sqrt((k + 1) * (k + 1 + a))
        before = found[-1]
        found.append(rise)
    return np.array(found)


def _log_pfaffian(pairs: Floats, single: Floats) -> Floats:
    """log |Pf| of antisymmetric pairs (..., m, m), bordered by single (..., m) where m is odd; -inf at rounding."""
    if pairs.shape[-1] % 2:
        border = np.concatenate([-single, np.zeros((*single.shape[:-1], 1))], axis=-1)
        pairs = np.concatenate([pairs, single[..., :, None]], axis=-1)
        pairs = np.concatenate([pairs, border[..., None, :]], axis=-2)
    log: Floats = 0.5 * np.linalg.slogdet(pairs)[1]
    return log


@functools.lru_cache(maxsize=512)
def _moments(m: int, n: int) -> tuple[float, float]:
    """Mean and mean square of the largest eigenvalue, m <= n: integrals of 1 - F and of 2 x (1 - F)."""
    width = min(1.0, 3.0 / math.sqrt(m))
    low, high = max(0.0, math.sqrt(n) - math.sqrt(m) - _BEYOND), math.sqrt(n) + math.sqrt(m) + _BEYOND
    ends = np.linspace(low, high, 1 + math.ceil((high - low) / width))
    half = 0.5 * float(ends[1] - ends[0])
    nodes, weights, integrate = _integration()
    f = _functions((0.5 * (ends[1:] + ends[:-1])[:, None] + half * nodes).ravel(), m, n)
    f = f.reshape(m, -1, _ORDER).transpose(1, 0, 2)  # panels, m, nodes
    # Integrals from 0 to the panels' starts, and to the nodes.
    starts = np.concatenate([np.zeros((1, m)), np.cumsum(half * (f @ weights), axis=0)])
    single = starts[:-1, :, None] + half * (f @ integrate.T)
    halves = half * ((single * weights) @ f.transpose(0, 2, 1))
    pairs = np.concatenate([np.zeros((1, m, m)), np.cumsum(halves - halves.transpose(0, 2, 1), axis=0)])
    total = _log_pfaffian(pairs[-1], starts[-1])
    with np.errstate(divide="ignore"):  # the first Pfaffians are 0
        reached = np.flatnonzero(_log_pfaffian(pairs[1:], starts[1:]) - total > math.log(1e-17))
    first = int(reached[0]) if reached.size else 0
    mean = float(ends[first] ** 2)  # P(lambda_max > x) = 1 below
    square = mean**2
    for p in range(first, len(f)):
        s = 0.5 * (ends[p] + ends[p + 1]) + half * nodes
        inner = np.einsum("iq,jq->qij", single[p], f[p])
        inner = half * np.tensordot(integrate, inner - inner.transpose(0, 2, 1), axes=1)
        with np.errstate(divide="ignore"):
            log = _log_pfaffian(pairs[p] + inner, single[p].T) - total
        above = -np.expm1(np.minimum(log, 0.0)) * 2 * s
        mean += half * float(weights @ above)
        square += half * float(weights @ (above * 2 * s**2))
    return mean, square


@checked
def wishart_top_mean(m: Side, n: Side | None = None) -> float:
    r"""Return the mean of the largest eigenvalue of G'G, G an n x m matrix of independent N(0, 1) entries.

    .. math:: P(\lambda_{max} \le x) = \frac{\mathrm{Pf}\,A(x)}{\mathrm{Pf}\,A(\infty)}, \qquad
        A_{ij}(x) = \iint_{0<u<v<\sqrt x} [f_i(u)f_j(v) - f_j(u)f_i(v)]\,du\,dv,

    f_i(u) = u^(n-m) q_i(u^2) exp(-u^2/2), i < m <= n, q_i polynomials of degree i that make them orthonormal; for odd
    m A is bordered by $\int_0^{\sqrt x} f_i$. Integrals by Gauss-Legendre panels, to 1e-12.

    m, n: from 1 to 4096, the smaller at most 128; n = None stands for n = m; symmetric in both. Raises ValueError
    outside these domains.

    Source: de Bruijn's integral, cf. Chiani 2014, arXiv:1209.3394 (recalled); derived here.

    >>> round(wishart_top_mean(2) - math.pi / 2, 12), round(wishart_top_mean(3) - math.sqrt(3), 12)
    (2.0, 5.0)
    >>> round(wishart_top_mean(2, 5), 12), round(23 / 3, 12)
    (7.666666666667, 7.666666666667)
    """
    n = m if n is None else n
    if min(m, n) > _SIDE:
        raise refusal("m", m, f"at most {_SIDE} where n is larger, here n = {n}")
    return _moments(min(m, n), max(m, n))[0]


@checked
def monarch_gaussian_error(m: Annotated[int, In(1, _SIDE)]) -> float:
    r"""Return the expected error of the best Monarch fit to an n x n Gaussian matrix, n = m^2, relative to its n^2.

    .. math:: E|A-\hat A|_F^2/n^2 = 1 - E\lambda_{max}(m)/m^2

    with lambda_max the largest eigenvalue of an m x m Wishart matrix; about 4/m is retained for large m.

    m: from 1 to 128. Raises ValueError outside the domain.

    Source: `wishart_top_mean`; derived here.

    >>> round(monarch_gaussian_error(2), 6) == round(1 - (2 + math.pi / 2) / 4, 6)
    True
    """
    return 1 - _moments(m, m)[0] / m**2


@checked
def monarch_gaussian_spread(m: Annotated[int, In(1, _SIDE)]) -> float:
    r"""Return the standard deviation of $|A-\hat A|_F^2/|A|_F^2$ for a Gaussian A of m^2 rows.

    .. math:: \frac{m^2+2}{m^4+2}\Bigl(\frac{E\lambda_{max}^2}{m^2(m^2+2)} - \frac{(E\lambda_{max})^2}{m^4}\Bigr)

    is its square, exactly: a slice's share and its norm are independent, and so the mean over |A|^2 is that of
    `monarch_gaussian_error` too.

    m: from 1 to 128. Raises ValueError outside the domain.

    Source: shares weighted by a Dirichlet vector; derived here.

    >>> round(monarch_gaussian_spread(1), 12), round(monarch_gaussian_spread(8), 4)
    (0.0, 0.0068)
    """
    mean, square = _moments(m, m)
    share = square / (m**2 * (m**2 + 2)) - (mean / m**2) ** 2
    return math.sqrt(max(share, 0.0) * (m**2 + 2) / (m**4 + 2))
