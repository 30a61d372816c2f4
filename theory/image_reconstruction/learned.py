"""Least squares on example pairs: exact mean risk at every number of pixels and images."""

from __future__ import annotations

import numpy as np

from theory.domain import Counts, Floats, Integers, NonNegative, NonNegatives, NonNegativeVector, checked
from theory.image_reconstruction.model import bayes_floor, check_dimension


def _check_images(N: Integers, n: Integers, lost: int) -> None:
    if (N <= n + lost).any():
        raise ValueError(f"N = {N.tolist()}: must be larger than n + {lost}, n = {n.tolist()} pixels")


@checked(broadcast=True)
def learned_denoiser_excess(n: Counts, d: Counts, N: Counts, tau2: NonNegatives, sigma2: NonNegatives) -> Floats:
    r"""Return what the learned denoiser's mean risk has above the floor.

    .. math:: \frac{d\,\tau^2\sigma^2}{\tau^2+\sigma^2}\;\frac{n}{N-n-1}

    Parameters, Raises and source: as `learned_denoiser_risk`. It falls with slope -1 in log(N - n - 1).

    >>> round(float(learned_denoiser_excess(40, 5, 100, 1.0, 0.2)), 5)
    0.56497
    """
    check_dimension(n, d)
    _check_images(N, n, 1)
    return np.asarray(bayes_floor(d, tau2, sigma2) * (n / (N - n - 1)))[()]


@checked(broadcast=True)
def learned_denoiser_risk(n: Counts, d: Counts, N: Counts, tau2: NonNegatives, sigma2: NonNegatives) -> Floats:
    r"""Return the mean risk of the denoiser that least squares learns from N pairs.

    .. math:: \frac{d\,\tau^2\sigma^2}{\tau^2+\sigma^2}\left(1 + \frac{n}{N-n-1}\right)

    Images lie in d of n dimensions with variance tau2 a direction; the noise has variance sigma2 a pixel.

    n, d, N: integers with 1 <= d <= n, N > n + 1; tau2, sigma2 >= 0, not both 0; all broadcast. Returns an array.
    Raises ValueError outside these domains. For N - n <= 3 the risk over training sets has no variance.

    Source: setting and question Klug, Heckel 2022, arXiv:2209.13435 (abstract seen; their theorem bounds early-stopped
    gradient descent without constants); exact form derived here from the mean of the inverse Wishart law.

    >>> learned_denoiser_risk(40, 5, [50, 100, 400], 1.0, 0.2).round(5)
    array([4.53704, 1.39831, 0.92618])
    """
    excess = learned_denoiser_excess(n, d, N, tau2, sigma2)
    return np.asarray(bayes_floor(d, tau2, sigma2) + excess)[()]


@checked
def gaussian_denoiser_risk(
    eigenvalues: NonNegativeVector, N: Counts, sigma2: NonNegative, intercept: bool = False
) -> Floats:
    r"""Return the mean risk of the learned denoiser for Gaussian images of any covariance.

    .. math:: \sum_i \frac{\lambda_i\sigma^2}{\lambda_i+\sigma^2}\left(1 + \frac{n}{N-n-1}\right)

    With `intercept` a shift is learned as well, W y + b, for images of unknown mean: the factor is then
    $(N+1)(N-2)/(N(N-n-2))$.

    eigenvalues: of the images' covariance, all n of them, >= 0; N: integers > n + 1 (n + 2 with an intercept), any
    shape; sigma2 >= 0. Returns an array shaped as N. Raises ValueError outside these domains.

    Source: as `learned_denoiser_risk`; with an intercept, prediction error of regression with random Gaussian
    regressors (Stein 1960, recalled), derived again here.

    >>> gaussian_denoiser_risk([1.0, 0.5, 0.1], [10, 100], 0.25).round(4)
    array([0.6571, 0.4518])
    >>> round(float(gaussian_denoiser_risk([1.0, 0.5, 0.1], 10, 0.25, intercept=True)), 4)
    0.771
    """
    n, lost = eigenvalues.size, 2 if intercept else 1
    _check_images(N, np.asarray(n), lost)
    seen = eigenvalues > 0
    floor = sigma2 * np.sum(eigenvalues[seen] / (eigenvalues[seen] + sigma2))
    size = N.astype(float)
    factor = (size + 1) / size * (size - 2) / (size - n - 2) if intercept else (size - 1) / (size - n - 1)
    return np.asarray(floor * factor)[()]
