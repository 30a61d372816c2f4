"""Total-variation denoising on draws: of a box, beside its place known, and of a wave, beside linear smoothers."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

from sims.arrays import Array, Generator, Positive, arange, fft, ifft, kernel, namespace, to_host
from sims.total_variation import total_variation
from sims.weight_decay_sparsity.smoothers import filter_risks, responses

Signal = Literal["wave", "box"]


def _inside(near: Array, n: int) -> Array:
    """1 on [n/4, 3n/4), else 0."""
    xp, place = namespace(near), arange(near, n)
    return xp.astype((place >= n // 4) & (place < (3 * n) // 4), xp.float64)


def _block(n: int, **_: object) -> int:
    """Few enough trials that a step's arrays stay in the cache."""
    return max(16, 32_768 // n)


class Denoised(NamedTuple):
    """Squared error a sample, that of the means over the three true pieces, and the duality gap: (trials,)."""

    value: Array
    oracle: Array
    gap: Array


class Compared(NamedTuple):
    """Squared errors a sample of total variation, of the smoothing spline, their difference, the gap: (trials,)."""

    variation: Array
    spline: Array
    lost: Array
    gap: Array


@kernel(floats=lambda n, **_: 60 * n, seconds=lambda n, **_: 2e-6 * n, block=_block)
def total_variation_risk(
    n: int, h: float, sigma2: Positive, c: Positive = 0.4, *, trials: int, rng: Generator
) -> Denoised:
    """Denoise h on [n/4, 3n/4) of a line of n points by total variation of weight c sqrt(n sigma2).

    The mean error of the known pieces is 3 sigma2/n.

    >>> from sims.arrays import strict_rng
    >>> total_variation_risk(16, 1.0, 0.25, trials=2, rng=strict_rng(0)).value.shape
    (2,)
    """
    noise = math.sqrt(sigma2) * rng.standard_normal(size=(trials, n))
    xp = namespace(noise)
    place = arange(noise, n)
    inside = _inside(noise, n)
    found = total_variation(h * inside + noise, c * math.sqrt(n * sigma2), target=1e-8)
    pieces = (inside, xp.astype(place < n // 4, xp.float64), xp.astype(place >= (3 * n) // 4, xp.float64))
    known = [xp.sum(noise * piece, axis=-1) ** 2 / xp.sum(piece) / n for piece in pieces]
    error = xp.mean((found.u - h * inside) ** 2, axis=-1)
    return Denoised(error, known[0] + known[1] + known[2], found.gap)


@kernel(floats=lambda n, **_: 60 * n, seconds=lambda n, **_: 2e-6 * n, block=_block)
def variation_against_spline(
    n: int,
    h: float,
    sigma2: Positive,
    c: Positive = 0.4,
    signal: Signal = "wave",
    *,
    trials: int,
    rng: Generator,
) -> Compared:
    """Denoise h sin(2 pi i/n), or the box, by total variation and by the periodic cubic spline of best bandwidth.

    Both see the same draws; lost is what total variation has more.

    >>> from sims.arrays import strict_rng
    >>> variation_against_spline(16, 1.0, 0.25, trials=2, rng=strict_rng(0)).lost.shape
    (2,)
    """
    noise = math.sqrt(sigma2) * rng.standard_normal(size=(trials, n))
    xp = namespace(noise)
    if signal == "wave":
        truth = h * xp.sin(2 * math.pi * xp.astype(arange(noise, n), xp.float64) / n)
    else:
        truth = h * _inside(noise, n)
    rows = responses(truth, n)["spline"]
    index = int(to_host(xp.argmin(filter_risks(rows, truth, sigma2))))
    smooth = xp.real(ifft(fft(truth + noise) * rows[index, :]))
    found = total_variation(truth + noise, c * math.sqrt(n * sigma2), target=1e-8)
    variation = xp.mean((found.u - truth) ** 2, axis=-1)
    spline = xp.mean((smooth - truth) ** 2, axis=-1)
    return Compared(variation, spline, variation - spline, found.gap)
