"""Principal components of noisy images as a denoiser."""

from __future__ import annotations

from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Positive, kernel
from sims.image_reconstruction.learned import check_dimension, draw, square
from sims.subspaces import top_directions


class PCARisk(NamedTuple):
    """Per trial, (trials,): risk over all test images, and the mean squared cosine with the images' subspace."""

    risk: Array
    cos2: Array


def _seconds(n: int, N: int, **_: object) -> float:
    return 2e-8 * n * N + 1.2e-8 * min(n, N) ** 2 * max(n, N) / 4 + 6e-9 * min(n, N) ** 3


@kernel(floats=lambda n, N, **_: 2 * n * N + 4 * min(n, N) ** 2, seconds=_seconds)
def pca_denoiser_risk(
    n: int, d: int, N: int, tau2: NonNegative, sigma2: Positive, *, trials: int, rng: Generator
) -> PCARisk:
    """Risk of a V V', V the d leading principal directions of N noisy images and a = tau2/(tau2 + sigma2).

    n, d, N: pixels, dimension of the images' subspace (the first d pixels), noisy images, integers, d <= min(n, N);
    tau2 >= 0; sigma2 > 0. Returns fields risk and cos2. Raises ValueError otherwise.

    >>> from sims.arrays import strict_rng
    >>> pca_denoiser_risk(10, 2, 8, 1.0, 0.2, trials=3, rng=strict_rng(0)).cos2.shape
    (3,)
    """
    check_dimension(min(n, N), d)
    noisy, _ = draw(rng, trials, n, d, N, tau2, sigma2)
    V = top_directions(noisy.mT, d).directions
    inside = V[:, :d, :]
    a = tau2 / (tau2 + sigma2)
    off = a * (V @ inside.mT)
    off[:, :d, :] -= arrays.eye(off, d)
    # |V V'|^2 = |V'V|^2: d up to rounding.
    return PCARisk(tau2 * square(off) + a * a * sigma2 * square(V.mT @ V), square(inside) / d)
