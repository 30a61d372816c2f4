"""Images as the columns of a matrix, of full rank, in noise: what the rules for low rank leave of it."""

from __future__ import annotations

import functools
import math
from typing import Literal, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, Positive, eigh, kernel, namespace, singular_values
from sims.digits import load
from sims.images import photo_patches
from sims.matrix_denoising.spikes import hard_level, optimal_shrinker

Data = Literal["digits", "photographs"]
COUNT = 600


class PictureMatrix(NamedTuple):
    """Squared Frobenius errors of the rules over noise_std^2 n, each (trials,)."""

    optimal: Array
    hard: Array
    soft: Array


@functools.cache
def picture_columns(data: Data) -> Array:
    """600 images of 64 pixels as columns (64, 600), grey in [0, 1]: first digits, or patches of the photographs."""
    if data == "digits":
        return load().images[:COUNT].T
    return photo_patches(8, COUNT).reshape(COUNT, 64).T


@functools.cache
def picture_strengths(data: Data, noise_std: float) -> tuple[float, ...]:
    """The true singular values in units of noise_std sqrt(n)."""
    return tuple(float(s) for s in singular_values(picture_columns(data)) / (noise_std * math.sqrt(COUNT)))


@kernel(floats=lambda **_: 3 * 64 * COUNT)
def picture_matrix(data: Data, noise_std: Positive, *, trials: int, rng: Generator) -> PictureMatrix:
    """Add Gaussian noise to 600 images and denoise the matrix by shrinking its singular values.

    data: "digits" or "photographs" (8 x 8 patches of scikit-learn's two); noise_std > 0: standard deviation of the
    noise, the grey range being [0, 1]. Returns fields optimal, hard, soft, each (trials,).

    >>> from sims.arrays import strict_rng
    >>> picture_matrix("digits", 0.3, trials=2, rng=strict_rng(0)).optimal.shape
    (2,)
    """
    clean = arrays.asarray(rng, picture_columns(data)) / (noise_std * math.sqrt(COUNT))
    y = clean + rng.standard_normal(size=(trials, 64, COUNT)) / math.sqrt(COUNT)
    xp, beta = namespace(y), 64 / COUNT
    squares, vectors = eigh(y @ y.mT)
    singular = xp.sqrt(xp.clip(squares, 0.0))
    # u' X v of each pair, v = Y'u/s: X Y' needs no right vectors.
    along = xp.sum(vectors * (clean @ (y.mT @ vectors)), axis=-2) / singular

    def loss(kept: Array) -> Array:
        return xp.sum(clean * clean) + xp.sum(kept * (kept - 2 * along), axis=-1)

    return PictureMatrix(
        loss(optimal_shrinker(singular, beta)),
        loss(xp.where(singular > hard_level(beta), singular, xp.zeros_like(singular))),
        loss(xp.clip(singular - 1 - math.sqrt(beta), 0.0)),
    )
