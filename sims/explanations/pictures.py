"""Pictures to mask: photographs, the same in a few greys, overlapping rectangles; and random masks to look at."""

from __future__ import annotations

from typing import NamedTuple

from sims import images, instances
from sims.arrays import Array, Generator, Share, asarray, kernel
from sims.masks import bernoulli
from sims.transforms import Haar, haar2d, inverse_haar2d

NAMES = ("rectangles", "posterised", "photograph")
GREYS = 4


class Shown(NamedTuple):
    """A picture (side, side), masked pixel by pixel and masked by Haar coefficients, each with a leading (trials,)."""

    picture: Array
    pixel: Array
    haar: Array


def picture(name: str, side: int, *, instance: int = 0) -> Array:
    """Return a picture (side, side) with values in (0, 1], on the host: the patch number `instance` of two photographs.

    "posterised": the same in four greys; "rectangles": six random ones, one over the other.

    >>> picture("posterised", 16).shape
    (16, 16)
    """
    if name not in NAMES:
        raise ValueError(f"name = {name!r}: must be one of {', '.join(map(repr, NAMES))}")
    if name == "rectangles":
        rng = instances.generator("rectangles", instance)
        canvas = 0.5 + 0.0 * rng.random((side, side))
        for grey in (0.1, 0.3, 0.45, 0.6, 0.8, 1.0):
            (top, left), (high, wide) = rng.integers(0, side, 2), rng.integers(side // 4, side // 2 + 1, 2)
            canvas[top : top + high, left : left + wide] = grey
        return canvas
    count = 2 * (427 // side) * (640 // side)
    patch = images.photo_patches(side, count)[instance % count]
    if name == "photograph":
        return patch
    return ((GREYS * patch).round().clip(0, GREYS - 1) + 0.5) / GREYS


@kernel(floats=lambda x, **_: 12 * len(x) ** 2)
def masked_pictures(x: Array, keep: Share, *, trials: int, rng: Generator) -> Shown:
    """Keep each pixel, and each Haar coefficient but the average, with probability `keep`.

    x: (n, n), n a power of 2. Returns fields picture, pixel, haar, each (trials, n, n).

    >>> import numpy as np
    >>> from sims.arrays import strict_rng
    >>> masked_pictures(np.ones((4, 4)), 0.5, trials=2, rng=strict_rng(0)).haar.shape
    (2, 4, 4)
    """
    image = asarray(rng, x)
    pixel = image * bernoulli(rng, (trials, *image.shape), keep)
    details, average = haar2d(image + 0 * pixel)
    masked = tuple(level * bernoulli(rng, tuple(level.shape), keep) for level in details)
    return Shown(image + 0 * pixel, pixel, inverse_haar2d(Haar(masked, average)))
