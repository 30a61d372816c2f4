"""The model of images, and the least risk that any denoiser has in it."""

from __future__ import annotations

import numpy as np

from theory.domain import Counts, Floats, Integers, NonNegatives, checked


def check_variances(tau2: Floats, sigma2: Floats) -> None:
    """Refuse a model without signal and without noise."""
    if ((tau2 == 0) & (sigma2 == 0)).any():
        raise ValueError(f"tau2 = {tau2.tolist()}, sigma2 = {sigma2.tolist()}: must not both be 0")


def check_dimension(n: Integers, d: Integers) -> None:
    """Refuse a subspace larger than the space."""
    if (d > n).any():
        raise ValueError(f"d = {d.tolist()}: must be at most n = {n.tolist()}")


def shrinkage(tau2: Floats, sigma2: Floats) -> Floats:
    """The best shrinkage a = tau2/(tau2 + sigma2) inside the subspace."""
    return tau2 / (tau2 + sigma2)


@checked(broadcast=True)
def bayes_floor(d: Counts, tau2: NonNegatives, sigma2: NonNegatives) -> Floats:
    r"""Return the risk of the best denoiser, $d\,\tau^2\sigma^2/(\tau^2+\sigma^2)$.

    d: dimension of the images' subspace, integers >= 1; tau2, sigma2 >= 0, not both 0; they broadcast. Returns an
    array. Raises ValueError outside these domains.

    Source: conditional mean of a Gaussian (classical).

    >>> round(float(bayes_floor(5, 1.0, 0.2)), 5)
    0.83333
    """
    check_variances(tau2, sigma2)
    return np.asarray(d * sigma2 * shrinkage(tau2, sigma2))[()]
