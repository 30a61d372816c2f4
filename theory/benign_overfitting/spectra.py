"""What interpolation costs on infinite spectra: power laws (tempered) and the logarithmic spectrum (benign, slowly).

An infinite spectrum is handed to the shared fixed point as eigenvalues with multiplicities: the first ones exactly, the
rest as Gauss-Legendre nodes in u = log i (multiplicity = weight times e^u), what lies beyond as ridge.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated

import numpy as np

from theory.deterministic_equivalent import Degrees, Spectrum, degrees, fixed_point
from theory.domain import Floats, In, NonNegative, checked
from theory.quadrature import panels

_Exponent = Annotated[float, In(1.0, 100.0, open_low=True)]
_Size = Annotated[float, In(1.0)]
_EXPLICIT = 5000
_LARGEST = 230.0
"""Scaled eigenvalues above e^230 are cut: there 1 - L is zero to all digits."""
_SMALLEST = -300.0


def _degrees(
    log_value: Callable[[Floats], Floats], span: tuple[float, float], log_leftover: float, n: float, log_ridge: float
) -> Degrees:
    """Degrees of freedom at n of the spectrum exp(log_value(log i)), already divided by a scale near kappa.

    span: the upper end of u and the panel width; log_leftover: log of the trace beyond that end; log_ridge likewise.
    """
    explicit = np.log(np.arange(1.0, _EXPLICIT + 1))
    first, (last, width) = math.log(_EXPLICIT + 0.5), span
    nodes, weights = panels(np.linspace(first, last, max(1, math.ceil((last - first) / width)) + 1), 24)
    logs = np.minimum(np.concatenate([log_value(explicit), log_value(nodes)]), _LARGEST)
    counts = np.concatenate([np.ones_like(explicit), weights * np.exp(nodes)])
    kept = logs > _SMALLEST
    values, counts = np.exp(logs[kept]), counts[kept]
    ridge = math.exp(log_leftover) + math.exp(log_ridge)
    spectrum = Spectrum(values, counts, float(counts.sum()), float(counts.sum()))
    return degrees(fixed_point(n, ridge, spectrum), ridge, spectrum)


@checked
def tempered_limit(alpha: Annotated[Floats, In(1.0, open_low=True)]) -> float | Floats:
    r"""Return the limit of test mse / sigma2 when eigenvalues $i^{-\alpha}$ interpolate pure noise: alpha itself.

    $$\kappa\sim\Bigl(\frac{\pi/\alpha}{n\sin(\pi/\alpha)}\Bigr)^{\alpha},\quad S/n\to 1-1/\alpha,\quad E_0\to\alpha$$

    alpha > 1; arrays broadcast. Raises ValueError for alpha <= 1.

    Source: Mallinar, Simon et al. 2022 (arXiv:2207.06569), theorem on power laws; recalled, integral re-derived.

    >>> tempered_limit(2.0)
    2.0
    """
    return float(alpha) if alpha.ndim == 0 else alpha


@checked
def power_law_risk(alpha: _Exponent, n: _Size, ridge: NonNegative = 0.0) -> float:
    r"""Return $E_0 = n/(n-S)$, the test mse / sigma2 on pure noise, for eigenvalues $i^{-\alpha}$, all i >= 1.

    1 < alpha <= 100; n: sample size >= 1 (any real); ridge: total penalty >= 0. At ridge 0 the value tends to
    alpha with an error O(1/n) (tempered); with a fixed ridge it tends to 1 (benign). Raises ValueError outside.

    Source: Mallinar, Simon et al. 2022 (arXiv:2207.06569); finite-n fixed point derived here.

    >>> round(power_law_risk(2.0, 500), 3)
    1.998
    """
    log_ridge = math.log(ridge) if ridge > 0 else -math.inf
    log_scale = max(-alpha * math.log(n), log_ridge - math.log(n))
    top = max(math.log(_EXPLICIT + 0.5), -log_scale / alpha) + 40 / alpha
    leftover = (1 - alpha) * top - math.log(alpha - 1) - log_scale

    def log_value(u: Floats) -> Floats:
        return -alpha * u - log_scale

    degree = _degrees(log_value, (top, min(1.0, 4 / alpha)), leftover, n, log_ridge - log_scale)
    return float(n / degree.rest)


@checked
def log_spectrum_variance(beta: _Exponent, n: _Size) -> float:
    r"""Return the excess variance $S/(n-S)$ of interpolation for eigenvalues $1/(i\,\log^{\beta}(i+1))$, all i >= 1.

    $$\frac{S}{n-S} = \frac{\beta-1}{\log n}\,(1+o(1)):$$
    benign, but it halves only when n is squared. 1 < beta <= 100; n: sample size >= 1 (any real, also 1e64).
    Raises ValueError for beta <= 1 (the trace diverges).

    Source: spectrum of Bartlett, Long, Lugosi, Tsigler 2019 (arXiv:1906.11300), Theorem 6; recalled; the constant
    beta - 1 derived here.

    >>> round(log_spectrum_variance(2.0, 100), 4)
    0.2745
    """
    # kappa ~ trace beyond the resolved indices / n.
    first = math.log(_EXPLICIT + 0.5)
    log_kappa = (1 - beta) * math.log(max(math.log(n), 1.0)) - math.log((beta - 1) * n)
    top = max(first, -log_kappa) + 80
    leftover = (1 - beta) * math.log(top) - math.log(beta - 1) - log_kappa

    def log_value(u: Floats) -> Floats:
        return -u - beta * np.log(np.logaddexp(0.0, u)) - log_kappa

    degree = _degrees(log_value, (top, 1.0), leftover, n, -math.inf)
    return float(degree.df2 / degree.rest)
