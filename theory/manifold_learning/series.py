"""Estimated Fourier series on a torus: exact risk, the best band, and the minimax rate that knows d and not D."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from theory import fourier_risk
from theory.domain import (
    Count,
    Floats,
    In,
    NonNegative,
    NonNegativeVector,
    Parsed,
    Positive,
    checked,
    domain_of,
    refusal,
)  # fmt: skip

__all__ = ["BestBand", "PowerLaw", "best_projection", "optimal_projection_rate", "power_law", "projection_risk"]

_MODES = 2**22


class PowerLaw(NamedTuple):
    """|k| and |f_k|^2 of all modes of a ball, the zero mode among them, (K,) each."""

    size: Floats
    coef2: Floats


class BestBand(NamedTuple):
    """The radius of the best ball of modes, and its risk."""

    radius: float
    risk: float


_Band = Annotated[np.ndarray, Parsed(domain_of(fourier_risk.risk)["in_band"].own.parse, "a vector of booleans")]


@checked
def projection_risk(coef2: NonNegativeVector, in_band: _Band, n: Count, sigma2: NonNegative) -> float:
    r"""Return E|f_hat - f|^2 of a series on the torus with the coefficients of a band estimated by sample means.

    .. math:: \sum_{k\notin K}|f_k|^2 + \sum_{k\in K}\frac{\|f\|^2+\sigma^2-|f_k|^2}{n}

    coef2: |f_k|^2, one entry for every mode of f (k and -k both) and for every mode estimated (0 where f has none of
    it, such as the zero mode of a centred f); in_band: booleans, as many; n >= 1 uniform points; sigma2 >= 0, the
    noise's variance. Returns the risk; |f|^2 is the sum of coef2, nothing is normalised. Raises ValueError outside.

    Source: `theory.fourier_risk.risk`; derived here.

    >>> projection_risk([0.0, 0.5, 0.5], [True, True, True], n=20, sigma2=0.0)  # the random design alone
    0.1
    """
    return fourier_risk.risk(coef2, in_band, n, sigma2)


@checked
def optimal_projection_rate(s: Positive, d: Count) -> float:
    r"""Return the minimax exponent $-2s/(2s+d)$ of n for functions with s derivatives on d dimensions, whatever D.

    s > 0, d >= 1. Raises ValueError outside these domains.

    Source: Stone 1982 (recalled); Zhang et al. 2024 have it for ConvResNeXts (abstract seen, rate recalled).

    >>> optimal_projection_rate(2.0, 1)
    -0.8
    """
    return fourier_risk.rate(s, d)


@checked
def power_law(s: Positive, d: Annotated[int, In(1, 6)], largest: Count) -> PowerLaw:
    r"""Return a function of smoothness s by its modes: $|f_k|^2 \propto |k|^{-2s-d}$, of sum 1, for $0<|k|\le$ largest.

    s > 0; d from 1 to 6; largest >= 1, the Euclidean |k|, with (2 largest + 1)^d at most 2^22. Returns fields size,
    coef2, each (K,), zero mode (with coefficient 0) first, by growing size. Raises ValueError outside these domains.

    Source: derived here.

    >>> power_law(1.0, 2, 12).size.size, power_law(1.0, 1, 1).coef2
    (441, array([0. , 0.5, 0.5]))
    """
    if (2 * largest + 1) ** d > _MODES:
        raise refusal("largest", largest, f"so small that (2 largest + 1)^d is at most {_MODES}, d = {d}")
    axis = np.arange(-largest, largest + 1) ** 2
    square: Any = np.zeros(1)
    for _ in range(d):
        square = (square[:, None] + axis).ravel()
    size = np.sqrt(np.sort(square[square <= largest**2]))
    coef2 = np.zeros(size.size)
    coef2[1:] = size[1:] ** (-2 * s - d)
    return PowerLaw(size, coef2 / coef2.sum())


@checked
def best_projection(size: NonNegativeVector, coef2: NonNegativeVector, n: Count, sigma2: NonNegative) -> BestBand:
    r"""Return the best ball of modes to estimate, and its exact risk: the least `projection_risk` over |k| <= M.

    size, coef2: |k| and |f_k|^2 of all modes, as many (`power_law`); n >= 1; sigma2 >= 0. Returns fields radius (the
    largest |k| estimated) and risk. Raises ValueError outside these domains.

    Source: derived here.

    >>> best_projection(*power_law(1.0, 1, 300), n=1000, sigma2=0.5).radius
    6.0
    """
    if size.size != coef2.size:
        raise refusal("coef2", coef2, f"as long as size, {size.size}")
    order = np.argsort(size, kind="stable")
    k, c = size[order], coef2[order]
    energy = float(c.sum())
    inside = np.cumsum(c)
    risks = energy - inside + (np.arange(1, k.size + 1) * (energy + sigma2) - inside) / n
    ends = np.flatnonzero(np.append(np.diff(k) > 0, True))
    best = ends[np.argmin(risks[ends])]
    return BestBand(float(k[best]), float(risks[best]))
