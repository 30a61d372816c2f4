"""Fourier coefficients estimated by sample means at uniform points of a torus that lies in R^D."""

from __future__ import annotations

import math
from typing import Literal

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Positive, kernel, namespace
from sims.fourier import modes, real_design
from sims.manifold_learning.points import isometry


def _embedded(rng: Generator, x: Array, D: int) -> Array:
    """Put points of the torus (T, n, d) into R^D by pairs of cosine and sine and an isometry, and read them again."""
    d = x.shape[-1]
    frame = isometry(rng, D, 2 * d)
    xp = namespace(x)
    outside = xp.concat([xp.cos(2 * math.pi * x), xp.sin(2 * math.pi * x)], axis=-1) @ frame.mT
    pairs = outside @ frame
    return xp.atan2(pairs[..., d:], pairs[..., :d]) / (2 * math.pi)


def _coefficients(rng: Generator, trials: int, d: int, s: float, largest: int) -> tuple[list[float], Array]:
    """|k| of the real functions of a design, and random coefficients with |f_k|^2 ~ |k|^(-2s-d), of norm 1."""
    half = modes(d, largest)[1:]
    lengths = [math.sqrt(sum(e * e for e in k)) for k in half]
    total = 2 * sum(k ** (-2 * s - d) for k in lengths)
    sizes = arrays.asarray(rng, [math.sqrt(2 * k ** (-2 * s - d) / total) for k in lengths])
    angle = 2 * math.pi * rng.random(size=(trials, len(half)))
    xp = namespace(angle)
    zero = arrays.zeros(rng, (trials, 1))
    return [0.0, *lengths, *lengths], xp.concat([zero, sizes * xp.cos(angle), sizes * xp.sin(angle)], axis=-1)


@kernel(floats=lambda n, d, largest, D=10, **_: n * (2 * D + 3 * (2 * largest + 1) ** d))
def series_risk(
    n: int, d: int, s: Positive, M: NonNegative, largest: int, sigma2: NonNegative, D: int = 10, *,
    trials: int, rng: Generator,
) -> Array:  # fmt: skip
    """Squared error, in the mean over the noise, of a series whose |k| <= M are estimated from n values: (trials,).

    f: |f_k|^2 ~ |k|^(-2s-d) for 0 < |k| <= largest, of norm 1, phases drawn; the points lie in R^D, D >= 2d. By
    Parseval no test point is needed.

    >>> from sims.arrays import strict_rng
    >>> series_risk(20, 2, 1.0, 1, 3, 0.5, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    if M > largest:
        raise ValueError(f"M = {M!r}: must be a number from 0 to largest = {largest}")
    lengths, f = _coefficients(rng, trials, d, s, largest)
    x = _embedded(rng, rng.random(size=(trials, n, d)), D)
    design = real_design(x, modes(d, largest))
    inside = arrays.asarray(rng, [float(k <= M) for k in lengths])
    xp = namespace(f)
    found = (f[:, None, :] @ (design.mT @ design))[:, 0, :] / n * inside
    noise = sigma2 / n**2 * xp.sum(design * design * inside, axis=(-2, -1))
    return xp.sum((found - f) ** 2, axis=-1) + noise


@kernel(floats=lambda n, M, **_: n * (8 + 2 * M))
def bernoulli_risk(
    n: int, M: int, degree: Literal["one", "two"], sigma2: NonNegative, *, trials: int, rng: Generator
) -> Array:
    """Squared error, in the mean over the noise, of a series up to M for a Bernoulli polynomial of norm 1: (trials,).

    degree "one": x - 1/2, of smoothness 1/2 (|f_k| ~ 1/k); "two": x^2 - x + 1/6, of smoothness 3/2 (1/k^2).

    >>> from sims.arrays import strict_rng
    >>> bernoulli_risk(50, 3, "two", 1.0, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    x = rng.random(size=(trials, n))
    xp = namespace(x)
    y = math.sqrt(12) * (x - 0.5) if degree == "one" else math.sqrt(180) * (x * x - x + 1 / 6)
    # The noise adds sigma2/n^2 times the sum of squares of each function: 2n for a cosine and a sine together.
    error = xp.mean(y, axis=-1) ** 2 + sigma2 / n * (2 * M + 1)
    left = 1.0
    for k in range(1, M + 1):
        # In sqrt2 sin or sqrt2 cos: sums of squares 6/(pi k)^2 and 90/(pi k)^4 are 1.
        true = -math.sqrt(6) / (math.pi * k) if degree == "one" else math.sqrt(90) / (math.pi * k) ** 2
        cosine = math.sqrt(2) * xp.mean(y * xp.cos(2 * math.pi * k * x), axis=-1)
        sine = math.sqrt(2) * xp.mean(y * xp.sin(2 * math.pi * k * x), axis=-1)
        wave, other = (sine, cosine) if degree == "one" else (cosine, sine)
        error = error + (wave - true) ** 2 + other**2
        left -= true**2
    return error + left
