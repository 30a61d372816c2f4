"""A shrinkage tuned elsewhere: squared errors on drawn images of the test distribution."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, kernel
from sims.image_reconstruction.test_time import error, noisy_images


class Ratio(NamedTuple):
    """Numerator and denominator of each trial, (trials,): what is predicted is the ratio of their expectations."""

    part: Array
    whole: Array


@kernel(floats=lambda d, **_: 6 * d)
def shift_risk(d: int, alpha: float, tau2: NonNegative, sigma2: NonNegative, *, trials: int, rng: Generator) -> Array:
    """Squared error of an image shrunk by alpha, shape (trials,).

    d: dimension of the subspace, integer >= 1; alpha: real; tau2, sigma2 >= 0, of the test distribution.

    >>> from sims.arrays import strict_rng
    >>> shift_risk(10, 0.8, 1.0, 0.5, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    x, y = noisy_images(rng, trials, d, tau2, sigma2)
    return error(alpha * y, x)


@kernel(floats=lambda d, **_: 8 * d)
def shift_gap(d: int, alpha: float, tau2: NonNegative, sigma2: NonNegative, *, trials: int, rng: Generator) -> Array:
    """Squared error less that of the shrinkage learned on very many images of the test distribution, (trials,).

    Parameters as `shift_risk`.

    >>> from sims.arrays import strict_rng
    >>> shift_gap(10, 0.8, 1.0, 0.5, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    x, y = noisy_images(rng, trials, d, tau2, sigma2)
    return error(alpha * y, x) - error(tau2 / (tau2 + sigma2) * y, x)


@kernel(floats=lambda tau2, d=10, **_: 6 * d * len(tau2))
def mixture_shrinkage(
    tau2: Sequence[float], sigma2: Sequence[float], d: int = 10, *, trials: int, rng: Generator
) -> Ratio:
    """x'y and y'y summed over one image of each distribution: their mean ratio is what least squares learns.

    tau2, sigma2: variances of images and noise, one a distribution; d: dimension of the images. Returns fields part and
    whole.

    >>> from sims.arrays import strict_rng
    >>> mixture_shrinkage((3.0, 1.0), (0.5, 0.5), trials=3, rng=strict_rng(0)).part.shape
    (3,)
    """
    if len(tau2) != len(sigma2):
        raise ValueError(f"sigma2 = {sigma2!r}: must have {len(tau2)} entries, as tau2")
    part = whole = arrays.zeros(rng, (trials,))
    xp = arrays.namespace(rng)
    for signal, noise in zip(tau2, sigma2, strict=True):
        x, y = noisy_images(rng, trials, d, signal, noise)
        part, whole = part + xp.sum(x * y, axis=-1), whole + xp.sum(y * y, axis=-1)
    return Ratio(part, whole)


@kernel(floats=lambda d=10, **_: 16 * d)
def shift_trend(
    alpha: float,
    tau2: NonNegative,
    sigma2: NonNegative,
    tau2_test: NonNegative,
    sigma2_test: NonNegative,
    step: float = 0.01,
    d: int = 10,
    *,
    trials: int,
    rng: Generator,
) -> Ratio:
    """Change of the squared error on Q (part) and on P (whole) from alpha - step to alpha + step, each on one image.

    Both errors are quadratic in alpha, so that the central difference is the derivative. tau2, sigma2: of P; tau2_test,
    sigma2_test: of Q; d: dimension of the images. Returns fields part and whole.

    >>> from sims.arrays import strict_rng
    >>> shift_trend(0.5, 3.0, 0.5, 1.0, 0.5, trials=3, rng=strict_rng(0)).part.shape
    (3,)
    """
    changes = []
    for signal, noise in ((tau2_test, sigma2_test), (tau2, sigma2)):
        x, y = noisy_images(rng, trials, d, signal, noise)
        changes.append(error((alpha + step) * y, x) - error((alpha - step) * y, x))
    return Ratio(*changes)
