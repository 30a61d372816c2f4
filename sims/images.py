"""Images as data: digits by class, and grey patches of two photographs. Host arrays; all ship with scikit-learn."""

from __future__ import annotations

import functools

from sims import digits
from sims.arrays import Array, host_stack
from sims.digits import Digits


@functools.cache
def sorted_digits(per_class: int) -> Digits:
    """Return the first `per_class` images of each digit, sorted by digit and centred, with their labels.

    per_class: 1 to 174. Images (10 per_class, 64): their mean is taken out, the unit is the grey range [0, 1].
    """
    data = digits.load()
    rows: list[list[int]] = [[] for _ in range(10)]
    for i, label in enumerate(data.labels.tolist()):
        if len(rows[label]) < per_class:
            rows[label].append(i)
    if not 1 <= per_class <= min(map(len, rows)):
        raise ValueError(f"per_class = {per_class!r}: must be an integer from 1 to 174")
    chosen = [i for group in rows for i in group]
    images = data.images[chosen]
    return Digits(_kept(images - images.mean(axis=0)), _kept(data.labels[chosen]))


@functools.cache
def standardised_digits() -> Digits:
    """Return all 1797 images with every pixel that varies at mean 0 and variance 1: images (1797, 61), and labels."""
    data = digits.load()
    centred = data.images - data.images.mean(axis=0)
    spread = (centred * centred).mean(axis=0) ** 0.5
    varies = spread > 0
    return Digits(_kept(centred[:, varies] / spread[varies]), data.labels)


@functools.cache
def photo(name: str = "china.jpg") -> Array:
    """Return a photograph in grey, (427, 640) with values in [0, 1]: 'china.jpg' or 'flower.jpg'.

    Grey is the luma .299 R + .587 G + .114 B. Reading the file needs Pillow, which matplotlib brings.
    """
    if name not in ("china.jpg", "flower.jpg"):
        raise ValueError(f"name = {name!r}: must be one of 'china.jpg', 'flower.jpg'")
    from sklearn.datasets import load_sample_image

    colours = load_sample_image(name) / 255.0
    return _kept(0.299 * colours[..., 0] + 0.587 * colours[..., 1] + 0.114 * colours[..., 2])


@functools.cache
def photo_patches(side: int, count: int) -> Array:
    """Return `count` grey patches (count, side, side) of the two photographs, evenly spread over a grid of tiles.

    side: 1 to 427 pixels; count: at most the number of tiles, 2 (427 // side) (640 // side).

    >>> photo_patches(32, 100).shape
    (100, 32, 32)
    """
    if not 1 <= side <= 427:
        raise ValueError(f"side = {side!r}: must be an integer from 1 to 427")
    high, wide = 427 // side, 640 // side
    if not 1 <= count <= 2 * high * wide:
        raise ValueError(f"count = {count!r}: must be an integer from 1 to {2 * high * wide}, the tiles of side {side}")
    patches = []
    for tile in (i * 2 * high * wide // count for i in range(count)):
        place, row, column = tile // (high * wide), tile // wide % high, tile % wide
        grey = photo(("china.jpg", "flower.jpg")[place])
        patches.append(grey[row * side : (row + 1) * side, column * side : (column + 1) * side])
    return _kept(host_stack(patches))


def _kept(array: Array) -> Array:
    array.setflags(write=False)
    return array
