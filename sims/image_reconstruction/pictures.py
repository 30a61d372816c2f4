"""Learned denoisers on real images: handwritten digits and patches of photographs, drawn with fresh noise."""

from __future__ import annotations

import functools
from typing import Literal

from sims import arrays, digits, images
from sims.arrays import Array, Generator, Positive, kernel
from sims.image_reconstruction.learned import centred_risk, fit

Source = Literal["digits", "photographs", "small patches"]
SIDES = {"photographs": 8, "small patches": 4}


@functools.cache
def population(source: Source) -> Array:
    """Centred images (count, n), values within one unit: 1797 digits of 64 pixels, or all tiles of two photographs in
    grey, 8480 of 8 x 8 pixels ("photographs") or 33920 of 4 x 4 ("small patches")."""
    if source == "digits":
        rows = digits.load().images
    else:
        side = SIDES[source]
        count = 2 * (427 // side) * (640 // side)
        rows = images.photo_patches(side, count).reshape(count, side * side)
    return rows - rows.mean(axis=0)


@functools.cache
def _covariance(source: Source) -> Array:
    rows = population(source)
    return rows.T @ rows / len(rows)


def image_spectrum(source: Source) -> tuple[float, ...]:
    """Return the eigenvalues of the population's covariance, one a pixel: what the theory needs to know.

    >>> len(image_spectrum("digits"))
    64
    """
    return tuple(max(0.0, float(value)) for value in arrays.eigvalsh(_covariance(source)))


def _pixels(source: Source) -> int:
    return 64 if source == "digits" else SIDES[source] ** 2


def _floats(source: Source, N: int, **_: object) -> float:
    return 4 * _pixels(source) * N + 6 * _pixels(source) ** 2


def _draw(rng: Generator, trials: int, source: Source, N: int, sigma2: float) -> tuple[Array, Array]:
    """Noisy images and images, (trials, N, n), drawn with replacement."""
    rows, xp = population(source), arrays.namespace(rng)
    n = rows.shape[1]
    if n + 1 >= N:
        raise ValueError(f"N = {N}: must be larger than {n + 1}, the pixels and one")
    chosen = rng.integers(0, len(rows), size=(trials * N,))
    x = xp.reshape(xp.take(arrays.asarray(rng, rows), chosen, axis=0), (trials, N, n))
    return x + sigma2**0.5 * rng.standard_normal(size=(trials, N, n)), x


@kernel(floats=_floats)
def image_denoiser_risk(source: Source, N: int, sigma2: Positive, *, trials: int, rng: Generator) -> Array:
    """Risk over all images and noises of the denoiser learned from N of them, drawn with replacement, (trials,).

    source: "digits", "photographs" (64 pixels) or "small patches" (16); N: training pairs, more than pixels and one;
    sigma2 > 0.

    >>> from sims.arrays import strict_rng
    >>> image_denoiser_risk("digits", 80, 0.25, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    y, x = _draw(rng, trials, source, N, sigma2)
    return centred_risk(y, x, arrays.asarray(rng, _covariance(source)), sigma2, intercept=False)


@kernel(floats=_floats)
def image_excess_coefficient(source: Source, N: int, sigma2: Positive, *, trials: int, rng: Generator) -> Array:
    """Excess of the learned denoiser over the best linear one, in units of n/(N - n - 1) times the latter's risk.

    Parameters as `image_denoiser_risk`; 1 in the mean for Gaussian images. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> image_excess_coefficient("small patches", 80, 0.01, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    B, xp = fit(*_draw(rng, trials, source, N, sigma2)), arrays.namespace(rng)
    covariance = arrays.asarray(rng, _covariance(source))
    n = B.shape[-1]
    noisy = covariance + sigma2 * arrays.eye(rng, n)
    best = arrays.spd_solve(noisy, covariance)
    off = B - best
    floor = xp.linalg.trace(covariance - covariance @ best)
    return xp.sum(off * (noisy @ off), axis=(-2, -1)) / floor * ((N - n - 1) / n)
