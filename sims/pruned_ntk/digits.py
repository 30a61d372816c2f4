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


def _gram(rng: Generator, x: Array, factor: Array, trials: int, width: int, alpha: float) -> Array:
    """Kernels (trials, n, n) of networks with one hidden layer and a rescaled output mask.

    Pre-activations of n images are Gaussian with the images' Gram: n numbers a unit are drawn, not one a pixel.
    """
    xp, n = namespace(rng), x.shape[0]
    g = factor @ rng.standard_normal(size=(trials, n, width))
    mask = bernoulli(rng, (trials, 1, width), alpha) / alpha
    out = rng.standard_normal(size=(trials, 1, width)) ** 2 * mask
    active = xp.astype(g > 0, g.dtype)
    units = g * active
    return (2 / width) * ((units * mask) @ units.mT + (x @ x.mT) * ((active * out) @ active.mT))


@kernel(floats=lambda count, width, **_: 4 * count**2 + 5 * count * width)
def kernel_error(count: int, width: int, alpha: Share, *, trials: int, rng: Generator) -> Array:
    """Half the squared Frobenius distance of the kernels of two independent networks on digits.

    count: images, at most 50; width: hidden units; alpha: share of the output weights kept, rescaled. Returns
    (trials,); its mean is the sum of the variances of the kernel's entries.

    >>> from sims.arrays import strict_rng
    >>> kernel_error(10, 8, 0.5, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    if count > 50:
        raise ValueError(f"count = {count}: must be at most 50, more images may be linearly dependent")
    x = arrays.asarray(rng, digits_images(count))
    factor = arrays.cholesky(x @ x.mT)
    one, other = (_gram(rng, x, factor, trials, width, alpha) for _ in range(2))
    return namespace(rng).sum((one - other) ** 2, axis=(-2, -1)) / 2
