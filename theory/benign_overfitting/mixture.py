"""Interpolating the noisy labels of a two-component Gaussian mixture: the 0-1 error, in the limit and exactly."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
import scipy
from scipy.special import ndtr

from theory.domain import Count, Counts, Floats, In, NonNegatives, checked, default, refusal
from theory.quadrature import normal_rule, quantile_rule

_FEW = "greater than n (interpolation)"


@checked(broadcast=True)
def gmm_error(
    n: Counts, p: Counts, R: NonNegatives, eta: Annotated[Floats, In(0.0, 0.5, open_high=True)] = default(0.0)
) -> float | Floats:
    r"""Return the limiting 0-1 error on clean labels of the minimum-norm classifier that fits noisy labels exactly.

    $x=y\mu+N(0,I_p)$, $R=\|\mu\|$, observed labels flipped with probability $\eta$:
    $$\text{error}\simeq Q\left(\frac{R^2(1-2\eta)\sqrt{n(p-n)}}{\sqrt{D\,(D-R^2n(1-2\eta)^2)}}\right),
    \quad D=p+nR^2 .$$
    Benign iff $R^4 n/(p+nR^2)\to\infty$ and, where $\eta>0$, also $p/n\to\infty$. The error on noisy labels is
    eta + (1 - 2 eta) times this.

    n >= 1; p > n; R >= 0; 0 <= eta < 1/2; arrays broadcast. Error O(1/n).
    Raises ValueError for p <= n and eta outside [0, 1/2).

    Source: regime of Chatterji, Long 2021 (arXiv:2004.12019), Wang, Thrampoulidis 2022 (arXiv:2011.09148) and Cao, Gu,
    Belkin 2021 (arXiv:2104.13628); this form derived here.

    >>> round(gmm_error(50, 150, 2.0, 0.1), 5)
    0.20847
    """
    if not (p > n).all():
        raise refusal("p", p, _FEW)
    total = p + n * R**2
    unexplained = p + 4 * n * R**2 * eta * (1 - eta)
    signal = R**2 * (1 - 2 * eta) * np.sqrt(n) * np.sqrt(p - n)
    error = ndtr(-signal / np.sqrt(total * unexplained))
    return float(error) if np.ndim(error) == 0 else np.asarray(error)


@checked
def gmm_error_exact(
    n: Annotated[int, In(2)],
    p: Count,
    R: Annotated[float, In(0.0, 100.0)],
    eta: Annotated[float, In(0.0, 0.5, open_high=True)] = 0.0,
) -> float:
    r"""Return the expected 0-1 error on clean labels of the minimum-norm classifier, exact at finite n and p.

    With m ~ Binomial(n, eta) flips, $\lambda=R^2(n-(n-2m)^2/n)$ and the independent variables
    $F\sim\chi^2_{p-n+1}/\chi'^2_{n-1}(\lambda)$, $C\sim\chi^2_{p-n}$, $N\sim N(h,1)$:
    $$\text{error}=\mathbb E\,Q\Bigl(R\sqrt{b}\,\frac{N}{\sqrt{N^2+C}}\Bigr),\quad b=\frac{F}{1+F},\quad
    h=R\,\frac{n-2m}{\sqrt n}\sqrt b .$$

    n >= 2; p > n; 0 <= R <= 100; 0 <= eta < 1/2. By quadrature, to about 1e-7. Raises ValueError as `gmm_error`.

    Source: derived here, from the 2 x 2 inverse Wishart matrix of (X mu/R, labels).

    >>> round(gmm_error_exact(50, 150, 2.0, 0.1), 4)
    0.2071
    """
    if p <= n:
        raise refusal("p", p, _FEW)
    normal, normal_weight = normal_rule(40)
    level, level_weight = quantile_rule(61)
    spread = scipy.stats.chi2.ppf(level, p - n)[:, None]
    error = 0.0
    for m in range(n + 1):
        probability = float(scipy.stats.binom.pmf(m, n, eta))
        if probability < 1e-12:
            continue
        noncentral = R**2 * 4 * m * (n - m) / n
        # 1/F is a noncentral F variable times (n-1)/(p-n+1).
        inverse = (n - 1) / (p - n + 1) * _noncentral_f(level, n - 1, p - n + 1, noncentral)
        b = 1 / (1 + inverse)
        h = R * (n - 2 * m) / math.sqrt(n) * np.sqrt(b)
        draw = h[:, None, None] + normal
        error_given = ndtr(-R * np.sqrt(b)[:, None, None] * draw / np.sqrt(draw**2 + spread))
        error += probability * float(level_weight @ (error_given @ normal_weight) @ level_weight)
    return error


def _noncentral_f(level: Floats, df1: int, df2: int, noncentral: float) -> Floats:
    """Quantiles of the noncentral F distribution."""
    return np.asarray(
        scipy.stats.f.ppf(level, df1, df2) if noncentral == 0 else scipy.stats.ncf.ppf(level, df1, df2, noncentral)
    )
