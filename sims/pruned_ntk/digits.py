"""The kernel of pruned networks on handwritten digits: how far that of one network is from that of the mean."""

from __future__ import annotations

import functools

from sims import arrays, digits
from sims.arrays import Array, Generator, Share, kernel, namespace
from sims.masks import bernoulli


@functools.cache
def digits_images(count: int) -> Array:
    """Return `count` images (count, 64), every (1797 // count)-th.

    >>> digits_images(100).shape
    (100, 64)
    """
    images = digits.load().images
    return images[:: len(images) // count][:count]


def _gram(rng: Generator, x: Array, trials: int, width: int, alpha: float) -> Array:
    """Kernels (trials, n, n) of networks with one hidden layer and a rescaled output mask."""
    xp = namespace(rng)
    g = x @ rng.standard_normal(size=(trials, x.shape[1], width))
    mask = bernoulli(rng, (trials, 1, width), alpha) / alpha
    out = rng.standard_normal(size=(trials, 1, width)) ** 2 * mask
    active = xp.astype(g > 0, g.dtype)
    units = g * active
    return (2 / width) * ((units * mask) @ units.mT + (x @ x.mT) * ((active * out) @ active.mT))


@kernel(floats=lambda count, width, **_: 3 * count**2 + 4 * count * width, block=8)
def kernel_error(count: int, width: int, alpha: Share, *, trials: int, rng: Generator) -> Array:
    """Half the squared Frobenius distance of the kernels of two independent networks on digits, over |K|^2 not taken.

    count: images; width: hidden units; alpha: share of the output weights kept, rescaled. Returns (trials,); its mean
    is the sum of the variances of the kernel's entries.

    >>> from sims.arrays import strict_rng
    >>> kernel_error(10, 8, 0.5, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    x = arrays.asarray(rng, digits_images(count))
    one, other = (_gram(rng, x, trials, width, alpha) for _ in range(2))
    return namespace(rng).sum((one - other) ** 2, axis=(-2, -1)) / 2
