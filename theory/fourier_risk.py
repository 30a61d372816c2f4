r"""Empirical Fourier coefficients on a torus: the exact risk of a projection on any set of modes, and its rate."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from theory.domain import Count, NonNegative, NonNegativeVector, Parsed, Positive, checked, refusal

__all__ = ["rate", "risk"]

_BAND = "a vector of booleans"


def _band(name: str, value: Any) -> np.ndarray:
    band = np.asarray(value)
    if band.dtype != bool or band.ndim != 1:
        raise refusal(name, value, _BAND)
    return band


@checked
def risk(
    coef2: NonNegativeVector,
    in_band: Annotated[np.ndarray, Parsed(_band, _BAND)],
    n: Count,
    sigma2: NonNegative,
) -> float:
    r"""Return the mean squared error of a function's series with the coefficients in a band estimated by sample means.

    $E\|\hat f - f\|^2 = \sum_{k\notin K}|f_k|^2 + \sum_{k\in K}(\|f\|^2 + \sigma^2 - |f_k|^2)/n$, with
    $\hat f_k = n^{-1}\sum_i y_i\overline{\phi_k(x_i)}$, x uniform and $\phi_k$ orthonormal of modulus 1.

    coef2: $|f_k|^2$, one entry a mode of f (k and -k both) and one a mode that is estimated (0 where f has none of it);
    in_band: boolean, as long: whether the mode is estimated; n >= 1 samples; sigma2 >= 0: variance of the noise.
    Returns the risk; $\|f\|^2$ is the sum of coef2, nothing is normalised. Raises ValueError outside these domains.

    Source: derived here: each $\hat f_k$ is a mean of n independent terms of second moment $\|f\|^2 + \sigma^2$.

    >>> risk([0.0, 0.5, 0.5], [True, True, False], n=10, sigma2=1.0)
    0.85
    """
    if len(in_band) != len(coef2):
        raise refusal("in_band", in_band, f"{_BAND} as long as coef2, {len(coef2)}")
    energy, inside = float(np.sum(coef2)), coef2[in_band]
    return float(np.sum(coef2[~in_band]) + np.sum(energy + sigma2 - inside) / n)


@checked
def rate(s: Positive, d: Count) -> float:
    r"""Return $-2s/(2s+d)$, the exponent of n in the best risk of functions with s derivatives in d dimensions.

    s > 0: smoothness, $|f_k|^2 \sim |k|^{-2s-d}$; d >= 1. Raises ValueError outside these domains.

    Source: Stone 1982 (recalled).

    >>> rate(1.0, 2)
    -0.5
    """
    return -2 * s / (2 * s + d)
