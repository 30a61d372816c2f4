"""Learned denoisers on real images: handwritten digits and patches of photographs, drawn with fresh noise."""

from __future__ import annotations

import functools
from typing import Literal

from sims import arrays, digits, images
from sims.arrays import Array, Generator, Positive, kernel
from sims.image_reconstruction.learned import centred_risk

Source = Literal["digits", "photographs"]
PATCHES = 8480
"""All 8 x 8 tiles of the two photographs."""


@functools.cache
def population(source: Source) -> Array:
    """Centred images (count, 64): 1797 digits, or the grey 8 x 8 patches of two photographs; values within one unit."""
    rows = digits.load().images if source == "digits" else images.photo_patches(8, PATCHES).reshape(PATCHES, 64)
    return rows - rows.mean(axis=0)


@functools.cache
def _covariance(source: Source) -> Array:
    rows = population(source)
    return rows.T @ rows / len(rows)


def image_spectrum(source: Source) -> tuple[float, ...]:
    """Return the eigenvalues of the population's covariance, all 64: what the theory needs to know.

    >>> len(image_spectrum("digits"))
    64
    """
    return tuple(max(0.0, float(value)) for value in arrays.eigvalsh(_covariance(source)))


@kernel(floats=lambda N, **_: 4 * 64 * N + 6 * 64 * 64)
def image_denoiser_risk(source: Source, N: int, sigma2: Positive, *, trials: int, rng: Generator) -> Array:
    """Risk over all images and noises of the denoiser learned from N of them, drawn with replacement, (trials,).

    source: "digits" or "photographs", 64 pixels; N: training pairs, integer > 65; sigma2 > 0.

    >>> from sims.arrays import strict_rng
    >>> image_denoiser_risk("digits", 80, 0.25, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    if N <= 65:
        raise ValueError(f"N = {N}: must be larger than 65, the pixels and one")
    rows, xp = population(source), arrays.namespace(rng)
    chosen = rng.integers(0, len(rows), size=(trials * N,))
    x = xp.reshape(xp.take(arrays.asarray(rng, rows), chosen, axis=0), (trials, N, 64))
    y = x + sigma2**0.5 * rng.standard_normal(size=(trials, N, 64))
    return centred_risk(y, x, arrays.asarray(rng, _covariance(source)), sigma2, intercept=False)
