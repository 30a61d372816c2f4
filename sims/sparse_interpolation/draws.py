"""Data of the topic: a planted sparse truth, Gaussian rows and others, and controls whose means are known exactly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, namespace, spd_solve
from sims.stacks import times

Entries = Literal["gaussian", "signs", "t5", "ar1"]


class Data(NamedTuple):
    """Rows X (T, n, d), labels y (T, n), the truth w (d,) and its |w|^2."""

    X: Array
    y: Array
    w: Array
    energy: float


class Ridgeless(NamedTuple):
    """Risk and squared norm of least squares of least l2 norm, each over its mean, less 1; the risk less its mean."""

    risk: Array
    norm: Array
    excess: Array


def coordinates(d: int, values: Sequence[float], counts: Sequence[int]) -> list[float]:
    """The truth's d coordinates; ValueError where the counts do not make d."""
    if len(values) != len(counts) or sum(counts) != d or any(count < 0 for count in counts):
        raise ValueError(f"counts = {counts!r}: must be as many integers >= 0 as values, with the sum d = {d}")
    return [float(value) for value, count in zip(values, counts, strict=True) for _ in range(int(count))]


def planted(
    rng: Generator, trials: int, n: int, d: int, values: Sequence[float], counts: Sequence[int], sigma2: float
) -> Data:
    """y = Xw + noise of variance sigma2. Without a truth y is put on the sphere |y|^2 = n sigma2.

    The risk of an interpolator of noise is |y|^2 times a number that y's direction and X decide, so that its mean is
    the same and its spread is less.
    """
    truth = coordinates(d, values, counts)
    w, energy = arrays.asarray(rng, truth), sum(value * value for value in truth)
    X = rng.standard_normal(size=(trials, n, d))
    y = math.sqrt(sigma2) * rng.standard_normal(size=(trials, n))
    if energy:
        return Data(X, times(X, w) + y, w, energy)
    xp = namespace(y)
    return Data(X, y * (math.sqrt(n * sigma2) / xp.sqrt(xp.sum(y * y, axis=-1, keepdims=True))), w, energy)


def features(rng: Generator, shape: tuple[int, ...], entries: Entries, correlation: float = 0.5) -> Array:
    """Features of mean 0 and variance 1: Gaussian, random signs, Student's t with 5 degrees, a stationary AR(1) row.

    >>> from sims.arrays import strict_rng
    >>> features(strict_rng(0), (2, 3, 4), "t5").shape
    (2, 3, 4)
    """
    if entries == "signs":
        return arrays.random_signs(rng, shape)
    x = rng.standard_normal(size=shape)
    xp = namespace(x)
    if entries == "t5":
        others = rng.standard_normal(size=(5, *shape))
        return x * xp.sqrt(3 / xp.sum(others * others, axis=0))
    if entries == "ar1":
        columns = [x[..., 0]]
        for j in range(1, shape[-1]):
            columns.append(correlation * columns[-1] + math.sqrt(1 - correlation**2) * x[..., j])
        return xp.stack(columns, axis=-1)
    return x


def ridgeless(data: Data, sigma2: float) -> Ridgeless:
    r"""How far least squares of least l2 norm are from their means, fields (T,).

    The means are $|w|^2(1-n/d) + \sigma^2 n/(d-n-1)$ and $|w|^2 n/d + \sigma^2 n/(d-n-1)$, exactly; d > n + 1.
    """
    X, y, w, energy = data
    xp, (n, d) = namespace(X), X.shape[-2:]
    shortest = times(X.mT, spd_solve(X @ X.mT, y[..., None])[..., 0])
    noise = sigma2 * n / max(d - n - 1, 1e-9)
    risk, norm = xp.sum((shortest - w) ** 2, axis=-1), xp.sum(shortest * shortest, axis=-1)
    mean = energy * (1 - n / d) + noise
    return Ridgeless(risk / mean - 1, norm / (energy * n / d + noise) - 1, risk - mean)


def correlations(data: Data, sigma2: float) -> tuple[Array, Array]:
    r"""$|X'y|^2$ and $w'X'y$, each over its mean, less 1, (T,); the second is 0 without a truth.

    The means are $n[(n+d+1)|w|^2 + d\sigma^2]$ and $n|w|^2$, exactly.
    """
    X, y, w, energy = data
    xp, (n, d) = namespace(X), X.shape[-2:]
    along = times(X.mT, y)
    squared = xp.sum(along * along, axis=-1) / (n * ((n + d + 1) * energy + d * sigma2)) - 1
    aligned = xp.sum(along * w, axis=-1) / (n * energy) - 1 if energy else 0.0 * squared
    return squared, aligned
