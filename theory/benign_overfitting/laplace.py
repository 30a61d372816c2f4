"""The one-dimensional Laplace kernel without ridge: interpolation costs 2/3 of the noise, not what spectra predict."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np

from theory.domain import Floats, In, Positive, checked

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(40)


def gap_noise(r: Floats) -> Floats:
    """Noise integrated over one gap of r length scales, in length scales: coth r - r/sinh^2 r, stable at both ends."""
    small = r < 0.05
    q = np.where(small, 1.0, r)
    decay = np.exp(-2 * q)
    value = (1 + decay) / (1 - decay) - 4 * q * decay / (1 - decay) ** 2
    t = np.where(small, r, 0.0)
    series = 2 * t / 3 - 4 * t**3 / 45 + 4 * t**5 / 315 - 8 * t**7 / 4725
    return np.asarray(np.where(small, series, value))


@checked
def laplace_variance(n: Annotated[int, In(2)], ell: Positive) -> float:
    r"""Return the cost of interpolating pure noise, excess / sigma2, for the kernel exp(-|x - x'|/ell) on [0, 1].

    Uniform design, risk averaged over the span of the data: with the spacing density $n(1-h)^{n-1}$,
    $$(n+1)\int_0^1 n(1-h)^{n-1}\;\ell\Bigl[\coth r-\frac{r}{\sinh^2 r}\Bigr]_{r=h/\ell}\,dh
    \;\longrightarrow\; \tfrac23$$
    as n ell grows, for any design density (nearest neighbour: 1; the Gaussian-feature theory, wrong here: 1). It tends
    to (n+1) ell as n ell -> 0.

    n >= 2; ell > 0. Raises ValueError otherwise.

    Source: setting of Mallinar, Simon et al. 2022 (arXiv:2207.06569); derived here.

    >>> round(laplace_variance(400, 0.3) * 399 / 401, 4)
    0.6633
    """
    first = 1e-4 * min(ell, 1 / n)
    # Geometric panels from the finest scale to the whole interval; beyond 60/n the density is below e^-60.
    last = min(1.0, 60 / n)
    edges = np.concatenate([[0.0], np.geomspace(first, last, max(2, math.ceil(2 * math.log2(last / first))))])
    half = 0.5 * np.diff(edges)[:, None]
    h = 0.5 * (edges[1:] + edges[:-1])[:, None] + half * _NODES
    density = n * np.exp((n - 1) * np.log1p(-h))
    total = float((half * _WEIGHTS * density * ell * gap_noise(h / ell)).sum())
    return (n + 1) * total
