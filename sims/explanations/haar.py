"""Random masks on pixels and on Haar coefficients: what appears on flat squares, and level by level."""

from __future__ import annotations

from typing import Literal

from sims import arrays
from sims.arrays import Array, Generator, Share, kernel, namespace
from sims.masks import bernoulli
from sims.transforms import Haar, haar2d, inverse_haar2d

Basis = Literal["square", "tensor"]
Squares = Literal["dyadic", "any"]
Masked = Literal["coefficients", "pixels"]


def _uniform_mask(rng: Generator, coefficients: Haar, trials: int, low: float) -> Haar:
    """Coefficients times independent numbers, uniform in [low, 1]."""

    def masked(part: Array) -> Array:
        return part * (low + (1 - low) * rng.random(size=(trials, *part.shape)))

    return Haar(tuple(masked(level) for level in coefficients.details), masked(coefficients.average))


def _tensor_basis(n: int) -> list[list[float]]:
    """The orthonormal Haar basis of n points as rows: products of two of them have rectangular supports."""
    rows = [[n**-0.5] * n]
    size = n
    while size > 1:
        height, half = size**-0.5, size // 2
        for start in range(0, n, size):
            rows.append([height if 0 <= i - start < half else -height if half <= i - start < size else 0.0
                         for i in range(n)])  # fmt: skip
        size = half
    return rows


def _spans(x: Array) -> list[Array]:
    """Largest minus smallest value in all squares of side 2, 4, ..., n, at all offsets."""
    xp, high, low, found = namespace(x), x, x, []
    side = 1
    while 2 * side <= x.shape[-1]:
        high = xp.maximum(high[..., :-side, :], high[..., side:, :])
        high = xp.maximum(high[..., :-side], high[..., side:])
        low = xp.minimum(low[..., :-side, :], low[..., side:, :])
        low = xp.minimum(low[..., :-side], low[..., side:])
        found.append(high - low)
        side *= 2
    return found


@kernel(floats=lambda x, **_: 14 * len(x) ** 2)
def haar_mask_peak(
    x: Array, basis: Basis = "square", squares: Squares = "dyadic", *, trials: int, rng: Generator
) -> Array:
    """Multiply all Haar coefficients by uniform numbers: the largest span on squares where the picture is constant.

    x: (n, n), n a power of 2, on the host, constant on at least one such square; basis: "square" or "tensor" supports;
    squares: "dyadic", or all squares of side 2, 4, ... at any place. Returns (trials,).

    >>> import numpy as np
    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(haar_mask_peak(np.kron(np.eye(2), np.ones((2, 2))), trials=2, rng=strict_rng(0)))
    array([0., 0.])
    """
    image = arrays.asarray(rng, x)
    if basis == "square":
        masked = inverse_haar2d(_uniform_mask(rng, haar2d(image), trials, 0.0))
    else:
        rows = arrays.asarray(rng, _tensor_basis(len(x)))
        mask = rng.random(size=(trials, *image.shape))
        masked = rows.mT @ (mask * (rows @ image @ rows.mT)) @ rows
    xp, peaks = namespace(image), []
    for level, (before, after) in enumerate(zip(_spans(image), _spans(masked), strict=True), start=1):
        step = 2**level if squares == "dyadic" else 1
        flat = xp.astype(before[::step, ::step] == 0, xp.float64)
        peaks.append(xp.where(xp.any(flat > 0), xp.max(flat * after[..., ::step, ::step], axis=(-2, -1)), -1.0))
    peak = xp.max(xp.stack(peaks), axis=0)
    return xp.where(peak >= 0, peak, xp.nan)


@kernel(floats=lambda x, **_: 8 * len(x) ** 2)
def haar_mask_energy(x: Array, low: Share, masked: Masked = "coefficients", *, trials: int, rng: Generator) -> Array:
    """Multiply coefficients (or pixels) by uniform numbers in [low, 1]: detail energy of each level, over what it was.

    x: (n, n), n a power of 2, on the host, with detail at every level. Returns (trials, log2 n).

    >>> import numpy as np
    >>> from sims.arrays import strict_rng
    >>> haar_mask_energy(np.arange(16.0).reshape(4, 4), 0.0, trials=3, rng=strict_rng(0)).shape
    (3, 2)
    """
    image = arrays.asarray(rng, x)
    before = haar2d(image)
    if masked == "coefficients":
        image = inverse_haar2d(_uniform_mask(rng, before, trials, low))
    else:
        image = image * (low + (1 - low) * rng.random(size=(trials, *image.shape)))
    xp, after = namespace(image), haar2d(image)
    return xp.stack([_energy(b) / _energy(a) for a, b in zip(before.details, after.details, strict=True)], axis=-1)


def _energy(detail: Array) -> Array:
    return namespace(detail).sum(detail * detail, axis=(-3, -2, -1))


@kernel(floats=lambda x, **_: 5 * len(x) ** 2)
def pixel_mask_energy(x: Array, p: Share, level: int, *, trials: int, rng: Generator) -> Array:
    """Keep each pixel with probability p, transform, and sum the squares of one level's details, (trials,).

    x: (n, n), n = 2^k, on the host; level: from 1 to k.

    >>> import numpy as np
    >>> from sims.arrays import strict_rng
    >>> pixel_mask_energy(np.ones((4, 4)), 0.5, 1, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    masked = arrays.asarray(rng, x) * bernoulli(rng, (trials, *x.shape), p)
    return _energy(haar2d(masked).details[level - 1])
