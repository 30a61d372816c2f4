"""A denoiser learned with a ridge penalty, or of minimum norm where images are fewer than pixels."""

from __future__ import annotations

import numpy as np
import scipy

from theory.deterministic_equivalent import Spectrum, degrees, fixed_point, parse_spectrum
from theory.domain import Count, Counts, Floats, NonNegative, NonNegatives, Positive, broadcast, checked
from theory.image_reconstruction.model import check_dimension, check_variances


def _spectrum(n: int, d: int, tau2: float, sigma2: float) -> Spectrum:
    """Eigenvalues of the covariance of y."""
    groups = [(tau2 + sigma2, d), (sigma2, n - d)]
    kept = [(value, count) for value, count in groups if count]
    return parse_spectrum("covariance", [value for value, _ in kept], [count for _, count in kept])


def _risk(N: Floats, ridge: Floats, kappa: Floats, d: int, tau2: float, sigma2: float, spectrum: Spectrum) -> Floats:
    """The risk at effective ridges kappa."""
    total = tau2 + sigma2
    missed = kappa / (total + kappa)
    own = d * tau2 * (missed**2 * (tau2 / total) + sigma2 / total)
    safe = np.where(kappa > 0, kappa, 1.0)
    rest = np.where(kappa > 0, degrees(safe, ridge, spectrum).rest, N - spectrum.rank)
    # At N = rank without ridge the noise is amplified without limit; without noise there is none to amplify.
    amplified = np.divide(N, rest, out=np.full(rest.shape, np.inf), where=rest > 0)
    return np.where(own > 0, own * np.where(own > 0, amplified, 1.0), 0.0)


@checked
def ridge_denoiser_risk(
    n: Count, d: Count, N: Counts, tau2: NonNegative, sigma2: NonNegative, ridge: NonNegatives
) -> Floats:
    r"""Return the deterministic equivalent of the risk of a denoiser learned with a ridge penalty.

    W minimises $\sum_i |x_i - W y_i|^2 + \delta|W|_F^2$ (ridge delta = 0 and N < n: minimum norm). With kappa from

    .. math:: d\,L_1 + (n-d)\,L_2 + \delta/\kappa = N,\qquad
        L_1 = \frac{\tau^2+\sigma^2}{\tau^2+\sigma^2+\kappa},\ L_2 = \frac{\sigma^2}{\sigma^2+\kappa}

    the risk is
    $d\,\frac{N}{N - dL_1^2 - (n-d)L_2^2}\bigl[(1-L_1)^2\frac{\tau^4}{\tau^2+\sigma^2} +
    \frac{\tau^2\sigma^2}{\tau^2+\sigma^2}\bigr]$.

    n, d: integers, 1 <= d <= n; N: integers >= 1; tau2, sigma2 >= 0, not both 0; ridge >= 0, in total; N and ridge
    broadcast. Returns an array, infinite at ridge = 0 and N = n. Raises ValueError outside these domains. The
    difference from finite sizes is of order 1/n, and large near N = n without ridge.

    Source: deterministic equivalent of ridge regression (Hastie et al. 2022, arXiv:1903.08560, recalled), applied to
    each output coordinate here.

    >>> ridge_denoiser_risk(40, 5, [20, 30, 100], 1.0, 0.2, [0.0, 10.0, 5.0]).round(4)
    array([2.0293, 1.4985, 1.1051])
    """
    check_dimension(np.asarray(n), np.asarray(d))
    check_variances(np.asarray(tau2), np.asarray(sigma2))
    spectrum = _spectrum(n, d, tau2, sigma2)
    N, ridge = broadcast(N=N, ridge=ridge)
    sizes = N.astype(float)
    return _risk(sizes, ridge, fixed_point(sizes, ridge, spectrum), d, tau2, sigma2, spectrum)[()]


@checked
def optimal_denoiser_ridge(n: Count, d: Count, N: Count, tau2: Positive, sigma2: Positive) -> float:
    r"""Return the ridge at which `ridge_denoiser_risk` is least.

    The effective ridge kappa takes every value above that of ridge = 0 once, so the search runs over log kappa; no
    closed form, because the targets load on the d strong directions only.

    n, d, N: integers, 1 <= d <= n, N >= 1; tau2, sigma2 > 0. Returns the ridge in total. Raises ValueError outside
    these domains.

    Source: derived here.

    >>> round(optimal_denoiser_ridge(40, 5, 40, 1.0, 0.2), 2)
    6.42
    """
    check_dimension(np.asarray(n), np.asarray(d))
    spectrum = _spectrum(n, d, tau2, sigma2)
    size = np.asarray(float(N))
    least = float(fixed_point(size, np.asarray(0.0), spectrum))
    scale = (n * (tau2 + sigma2)) / N

    def ridge(u: float) -> float:
        kappa = least + scale * float(np.exp(u))
        return max(0.0, kappa * (N - float((spectrum.values / (spectrum.values + kappa)) @ spectrum.counts)))

    def risk(u: float) -> float:
        kappa = np.asarray(least + scale * float(np.exp(u)))
        return float(_risk(size, np.asarray(ridge(u)), kappa, d, tau2, sigma2, spectrum))

    grid = np.linspace(-30.0, 30.0, 121)
    best = grid[int(np.argmin([risk(u) for u in grid]))]
    found = scipy.optimize.minimize_scalar(risk, bounds=(best - 0.5, best + 0.5), method="bounded")
    return ridge(float(found.x))
