"""How steep a reconstruction is between two inputs, beside what its accuracy at both forces."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

from sims import arrays, images
from sims.arrays import Array, Generator, Positive, kernel, namespace

Family = Literal["tikhonov", "tikhonov and network", "thresholded"]
Counted = Literal["both", "one", "none"]


class Attained(NamedTuple):
    """Slope of the reconstruction and the bound from its errors, along each singular direction, (trials, r)."""

    slope: Array
    bound: Array


class Blurred(NamedTuple):
    """Bound and slope between a photograph and the same with a wave, and the photograph's relative error, (trials,)."""

    bound: Array
    slope: Array
    error: Array


def _length(x: Array) -> Array:
    xp = namespace(x)
    return xp.sqrt(xp.sum(x * x, axis=-1))


def _operators(rng: Generator, trials: int, sigma: Array, columns: int) -> tuple[Array, Array]:
    """Random matrices (trials, r, columns) with singular values sigma, and their right singular vectors as columns."""
    r = len(sigma)
    left = arrays.haar_frames(rng, trials, r, r)
    right = arrays.haar_frames(rng, trials, columns, r)
    return (left * arrays.asarray(rng, sigma)) @ right.mT, right


def _tikhonov(A: Array, data: Array, lam: float) -> Array:
    """A'(AA' + lam)^-1 data, data (trials, k, r)."""
    regular = A @ A.mT + lam * arrays.eye(A, A.shape[-2])
    return (A.mT @ arrays.spd_solve(regular, data.mT)).mT


def _compared(images: Array, found: Array, data: Array, counted: Counted = "both") -> Attained:
    """Slope and bound between pairs: all (2, trials, k, ...), the pair first; the errors that the bound counts."""
    e = _length(found - images)
    data_gap = _length(data[0, ...] - data[1, ...])
    slope = _length(found[0, ...] - found[1, ...]) / data_gap
    lost = {"both": e[0, ...] + e[1, ...], "one": e[0, ...], "none": 0.0}[counted]
    bound = (_length(images[0, ...] - images[1, ...]) - lost) / data_gap
    return Attained(slope, bound)


@kernel(floats=lambda sigma, columns=10, **_: 12 * columns * columns)
def tikhonov_attained(sigma: Array, lam: Positive, columns: int = 10, *, trials: int, rng: Generator) -> Attained:
    """Reconstruct two inputs on opposite sides along each right singular vector of a random matrix.

    sigma: (r,), its singular values, r <= columns; lam > 0. Returns fields slope, bound, each (trials, r).

    >>> from sims.arrays import strict_rng
    >>> tikhonov_attained([1.0, 0.5], 0.3, trials=3, rng=strict_rng(0)).slope.shape
    (3, 2)
    """
    A, right = _operators(rng, trials, sigma, columns)
    far = 0.5 + rng.random(size=(2, trials, len(sigma), 1))
    x = namespace(far).stack([far[0, ...] * right.mT, -far[1, ...] * right.mT])
    data = x @ A.mT
    return _compared(x, namespace(far).stack([_tikhonov(A, data[i, ...], lam) for i in (0, 1)]), data)


@kernel(floats=lambda pairs=20, **_: 80 * pairs + 500)
def steepness(
    family: Family, lam: Positive, pairs: int = 20, counted: Counted = "both", *, trials: int, rng: Generator
) -> Array:
    """Draw a 6 x 10 matrix, a reconstruction and pairs of inputs: the largest bound over slope, (trials,).

    family: "tikhonov", pairs along the direction that is nearly erased; "tikhonov and network", with a random two-layer
    network added; "thresholded", entries below 0.1 set to 0: pairs at random, mostly along that direction; counted:
    the errors that the bound takes off, "both" where it holds.

    >>> from sims.arrays import strict_rng
    >>> steepness("thresholded", 0.01, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    A, right = _operators(rng, trials, [1.5, 1.2, 1.0, 0.8, 0.5, 0.2], 10)
    erased = right.mT[:, 5:, :]
    far = 0.5 + rng.random(size=(2, trials, pairs, 1))
    xp = namespace(far)
    x = xp.stack([far[0, ...] * erased, -far[1, ...] * erased])
    if family != "tikhonov":
        x = x + 0.3 * (rng.standard_normal(size=(2, trials, pairs, 6)) @ right.mT)
    data = x @ A.mT
    found = xp.stack([_tikhonov(A, data[i, ...], lam) for i in (0, 1)])
    if family == "thresholded":
        found = xp.where(xp.abs(found) > 0.1, found, xp.zeros_like(found))
    elif family == "tikhonov and network":
        inner, outer = rng.standard_normal(size=(trials, 6, 20)), rng.standard_normal(size=(trials, 20, 10))
        found = found + 0.03 * xp.tanh(data @ inner) @ outer
    slope, bound = _compared(x, found, data, counted)
    return xp.max(bound / slope, axis=-1)


@kernel(floats=lambda n=32, **_: 60 * n)
def blurred_photographs(
    lam: Positive, width: Positive, frequency: int, n: int = 32, *, trials: int, rng: Generator
) -> Blurred:
    """Blur a random row of a photograph, and the same with a wave added that is as large as its own spread; reconstruct
    both by Tikhonov's method.

    lam; width: of the Gaussian blur, in samples; frequency: of the wave, 1 to n/2; n: samples of a row, on a circle.
    Returns fields bound (from the errors at both), slope, error (relative, of the row), each (trials,).

    >>> from sims.arrays import strict_rng
    >>> blurred_photographs(1e-3, 1.0, 5, trials=3, rng=strict_rng(0)).bound.shape
    (3,)
    """
    pool = images.photo_patches(n, 400)
    rows = pool.reshape(-1, n) - pool.reshape(-1, n).mean(axis=1)[:, None]
    rows = arrays.asarray(rng, rows[(rows * rows).sum(axis=1) > 1e-4 * n])
    x = namespace(rows).take(rows, rng.integers(0, rows.shape[0], size=(trials,)), axis=0)
    xp, size = namespace(x), _length(x)[:, None] / math.sqrt(n)
    phase = 2 * math.pi * (rng.random(size=(trials, 1)) + arrays.asarray(rng, [frequency * i / n for i in range(n)]))
    pair = xp.stack([x, x + math.sqrt(2) * size * xp.cos(phase)])
    sigma = arrays.asarray(rng, [math.exp(-0.5 * (2 * math.pi * min(k, n - k) / n * width) ** 2) for k in range(n)])
    data = xp.real(arrays.ifft(sigma * arrays.fft(pair)))
    found = xp.real(arrays.ifft(sigma / (sigma**2 + lam) * arrays.fft(data)))
    slope, bound = _compared(pair, found, data)
    return Blurred(bound, slope, _length(found[0, ...] - x) / _length(x))
