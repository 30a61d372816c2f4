"""Periodic wavelets by circular shifts, with filters from a Cholesky factor, and random masks on them."""

from __future__ import annotations

import functools
import math
from typing import NamedTuple

from sims import arrays, images, instances
from sims.arrays import Array, Generator, kernel, namespace

CHANGED = 1e-11


class Masked(NamedTuple):
    """Largest change at distance >= the margin from both ends of all pieces, and largest distance with a change."""

    inside: Array
    furthest: Array


class Ramp(NamedTuple):
    """Largest change of a ramp without its details, away from its ends: Haar's, and with one vanishing moment more."""

    haar: Array
    smooth: Array


@functools.cache
def taps(p: int) -> tuple[float, ...]:
    """The low-pass filter of p vanishing moments, by Bauer's method: rows of a banded Toeplitz matrix's Cholesky factor
    tend to the factor of least phase of its symbol, which is multiplied by (1 + z)^p."""
    symbol = [0.0] * (2 * p - 1)  # sum_k C(p-1+k, k) ((2 - z - 1/z)/4)^k, coefficients of z^(1-p), ..., z^(p-1)
    power = [0.0] * (2 * p - 1)
    power[p - 1] = 1.0
    for k in range(p):
        symbol = [s + math.comb(p - 1 + k, k) * v for s, v in zip(symbol, power, strict=True)]
        left, right = [*power[1:], 0.0], [0.0, *power[:-1]]
        power = [(2 * v - a - b) / 4 for v, a, b in zip(power, left, right, strict=True)]
    rows: list[list[float]] = []  # row i: entries i - p + 1, ..., i of the factor
    for i in range(60 * p):
        row = [0.0] * p
        for j in range(max(0, p - 1 - i), p):
            other = rows[i - p + 1 + j] if j < p - 1 else row
            inner = math.fsum(row[m] * other[m + p - 1 - j] for m in range(j))
            value = symbol[j] - inner
            row[j] = math.sqrt(value) if j == p - 1 else value / other[p - 1]
        rows.append(row)
    factor = rows[-1][::-1]
    for _ in range(p):
        factor = [a + b for a, b in zip([*factor, 0.0], [0.0, *factor], strict=True)]
    total = math.fsum(factor)
    return tuple(math.sqrt(2) * v / total for v in factor)


@kernel(floats=lambda p, **_: 8 * p)
def daubechies(p: int, *, trials: int, rng: Generator) -> Array:
    """Return the low-pass filter of p vanishing moments and least phase, (trials, 2p), all equal.

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(daubechies(1, trials=1, rng=strict_rng(0))).round(6)
    array([[0.707107, 0.707107]])
    """
    return arrays.asarray(rng, taps(p)) + arrays.zeros(rng, (trials, 2 * p))


def analyse(x: Array, p: int, levels: int) -> tuple[list[Array], Array]:
    """Details of each level and the last average of periodic signals (..., n), n a multiple of 2^levels."""
    xp, details, h = namespace(x), [], taps(p)
    for _ in range(levels):
        low = sum(c * xp.roll(x, -k, axis=-1) for k, c in enumerate(h))
        high = sum((-1) ** k * c * xp.roll(x, -k, axis=-1) for k, c in enumerate(reversed(h)))
        details.append(high[..., ::2])
        x = low[..., ::2]
    return details, x


def synthesise(details: list[Array], x: Array, p: int) -> Array:
    """The signals (..., n) of `analyse`'s coefficients."""
    xp, h = namespace(x), taps(p)
    for level in reversed(details):
        low, high = (xp.reshape(xp.stack([v, xp.zeros_like(v)], axis=-1), (*v.shape[:-1], -1)) for v in (x, level))
        x = sum(c * xp.roll(low, k, axis=-1) for k, c in enumerate(h))
        x = x + sum((-1) ** k * c * xp.roll(high, k, axis=-1) for k, c in enumerate(reversed(h)))
    return x


def _pieces(rng: Generator, trials: int, n: int, degree: int) -> tuple[Array, Array]:
    """Three random polynomials on a circle of n points with random breaks: values, distances to the nearer end."""
    jitter = rng.integers(0, n // 16, size=(trials, 3))
    xp = namespace(jitter)
    starts = jitter + arrays.asarray(rng, [0, n // 3, 2 * n // 3])
    lengths = xp.roll(starts, -1, axis=-1) - starts + arrays.asarray(rng, [0, 0, n])
    place = (arrays.arange(rng, n) - starts[..., None]) % n  # (trials, 3, n)
    within = place < lengths[..., None]
    t = 2 * xp.astype(place, xp.float64) / xp.astype(lengths[..., None] - 1, xp.float64) - 1
    coefficients = rng.random(size=(trials, 3, degree + 1)) - 0.5
    # Constants two apart: every break is a jump.
    levels = arrays.asarray(rng, [-2.0, 0.0, 2.0])[:, None]
    values = levels + sum(coefficients[..., i, None] * t**i for i in range(degree + 1))
    nearer = xp.minimum(place, lengths[..., None] - 1 - place)
    zero = xp.zeros_like(values)
    return xp.sum(xp.where(within, values, zero), axis=1), xp.sum(xp.where(within, nearer, 0 * nearer), axis=1)


@kernel(floats=lambda levels, n=512, **_: 24 * 2**levels * n)
def mask_change(
    p: int, levels: int, margin: int, extra: int = 0, n: int = 512, *, trials: int, rng: Generator
) -> Masked:
    """Mask the details of piecewise polynomials of degree p - 1 by uniform numbers, at all 2^levels shifts of a signal.

    margin: distance from both ends of a piece, from which on the change is looked at; extra: this added to the degree;
    n: samples, a multiple of 2^levels, long enough for pieces of twice the margin. Returns fields inside, furthest
    (largest distance at which something changed by more than 1e-11), each (trials,).

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(mask_change(1, 2, 3, n=96, trials=2, rng=strict_rng(0)).furthest)
    array([2., 2.])
    """
    signal, distance = _pieces(rng, trials, n, p - 1 + extra)
    xp = namespace(signal)
    x, far = (xp.stack([xp.roll(v, s, axis=-1) for s in range(2**levels)], axis=1) for v in (signal, distance))
    details, average = analyse(x, p, levels)
    masked = [level * rng.random(size=tuple(level.shape)) for level in details]
    change = xp.abs(synthesise(masked, average, p) - x)
    far = xp.astype(far, xp.float64)
    nothing = xp.zeros_like(change)
    inside = xp.max(xp.where(far >= margin, change, nothing), axis=(-2, -1))
    return Masked(inside, xp.max(xp.where(change > CHANGED, far, nothing), axis=(-2, -1)))


def photo_row(n: int, *, instance: int = 0) -> Array:
    """Return the first n <= 640 pixels of a row of a photograph, on the host.

    >>> photo_row(512, instance=1).shape
    (512,)
    """
    return images.photo(("china.jpg", "flower.jpg")[instance % 2])[(97 * instance + 31) % 427, :n]


def masks(n: int, levels: int, *, instance: int = 0) -> tuple[Array, ...]:
    """Return a mask in [0, 1] for the details of each level of n samples, on the host.

    >>> [mask.shape for mask in masks(8, 2)]
    [(4,), (2,)]
    """
    rng = instances.generator("wavelet_masks", instance)
    return tuple(rng.random(n // 2**j) for j in range(1, levels + 1))


@kernel(floats=lambda x, **_: 12 * len(x))
def wavelet_energy(x: Array, p: int, masks: tuple[Array, ...], *, trials: int, rng: Generator) -> Array:
    """Mask the details of a signal, go back to samples, transform again: energies of the levels, (trials, levels).

    x: (n,), on the host; masks: one a level, (n/2^j,). All trials are equal.

    >>> import numpy as np
    >>> from sims.arrays import strict_rng
    >>> wavelet_energy(np.arange(8.0), 2, (np.ones(4),), trials=2, rng=strict_rng(0)).shape
    (2, 1)
    """
    details, average = analyse(arrays.asarray(rng, x), p, len(masks))
    masked = [level * arrays.asarray(rng, mask) for level, mask in zip(details, masks, strict=True)]
    again, _ = analyse(synthesise(masked, average, p), p, len(masks))
    xp = namespace(average)
    return xp.stack([xp.sum(level * level) for level in again]) + arrays.zeros(rng, (trials, len(masks)))


@kernel(floats=lambda **_: 12 * 512)
def haar_ramp_change(slope: float, levels: int, n: int = 512, *, trials: int, rng: Generator) -> Ramp:
    """Remove all details of a ramp of n samples: the largest change away from where its ends meet.

    slope: a sample; levels: removed, with 2^levels dividing n. Returns fields haar, smooth (p = 2), each (trials,).

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(haar_ramp_change(1.0, 2, n=64, trials=1, rng=strict_rng(0)).haar)
    array([1.5])
    """
    x = slope * namespace(zeros := arrays.zeros(rng, (n,))).astype(arrays.arange(rng, n), zeros.dtype)
    xp, found = namespace(x), []
    for p in (1, 2):
        details, average = analyse(x, p, levels)
        change = xp.abs(synthesise([xp.zeros_like(level) for level in details], average, p) - x)
        edge = 3 * 2**levels
        found.append(xp.max(change[edge:-edge]) + arrays.zeros(rng, (trials,)))
    return Ramp(*found)
