"""A low-rank matrix in noise, decomposed and denoised by five rules; nothing is integrated."""

from __future__ import annotations

import math
from typing import Any, Literal, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, Share, eigh, haar_frames, kernel, namespace, random_signs

Noise = Literal["normal", "signs", "t5", "t3"]


class SpikedMatrix(NamedTuple):
    """What one draw shows of the spikes, (trials, spikes), and the squared Frobenius errors of the rules, (trials,)."""

    value: Array
    left2: Array
    right2: Array
    median: Array
    optimal: Array
    hard: Array
    soft: Array
    keep: Array
    excess: Array


def unit_noise(noise: str, rng: Generator, shape: tuple[int, ...]) -> Array:
    """Independent entries of mean 0 and variance 1: Gaussian, signs, or Student with 5 or 3 degrees of freedom."""
    if noise == "signs":
        return random_signs(rng, shape)
    if noise == "normal":
        return rng.standard_normal(size=shape)
    df = int(noise[1:])
    z = rng.standard_normal(size=shape)
    return z * (math.sqrt(df - 2) / namespace(z).sqrt(rng.chisquare(df, size=shape)))


def hard_level(beta: float) -> float:
    """The optimal hard threshold, 4/sqrt 3 of a square matrix (Gavish and Donoho)."""
    return math.sqrt(2 * (beta + 1) + 8 * beta / (beta + 1 + math.sqrt(beta * beta + 14 * beta + 1)))


def _product(y: Array, beta: float) -> Array:
    """(y^2 - edge^2)(y^2 - lower edge^2) above the edge, 0 below it."""
    xp, root = namespace(y), math.sqrt(beta)
    above = xp.clip(y - (1 + root), 0.0)
    return above * (y + 1 + root) * (y * y - (1 - root) ** 2)


def optimal_shrinker(y: Array, beta: float) -> Array:
    """sqrt((y^2 - beta - 1)^2 - 4 beta)/y above the edge 1 + sqrt(beta), else 0; y >= 0."""
    xp = namespace(y)
    return xp.sqrt(_product(y, beta)) / xp.where(y > 0, y, xp.ones_like(y))


def debiased_shrinker(y: Array, beta: float) -> Array:
    """The strength whose observed singular value is y, 0 up to the edge."""
    xp = namespace(y)
    strength = xp.sqrt(0.5 * (xp.abs(y * y - beta - 1) + xp.sqrt(_product(y, beta))))
    return xp.where(y > 1 + math.sqrt(beta), strength, xp.zeros_like(y))


def rows_of(beta: float, n: int) -> int:
    """The number of rows m = beta n, rounded; refused where there would be none."""
    if beta > 1 or beta == 0:
        raise ValueError(f"beta = {beta!r}: must be a real number in (0, 1]")
    return max(1, round(beta * n))


@kernel(floats=lambda x, beta, n, **_: 2 * beta * n * n + 4 * (beta * n) ** 2)
def spiked_matrix(x: Any, beta: Share, *, n: int, noise: Noise = "normal", trials: int, rng: Generator) -> SpikedMatrix:
    r"""Decompose $Y = \sum_j x_j a_j b_j^\top + Z/\sqrt n$ (m x n, m = beta n rows) and denoise it.

    x: different strengths > 0, uniformly random orthonormal directions; beta: rows over columns, in (0, 1]; n:
    columns; noise: law of the entries of Z, mean 0 and variance 1 ("t5", "t3": Student). The rules act on all singular
    values; "keep" keeps as many as there are spikes.

    Returns fields value, left2, right2 (observed singular value and squared cosines with a_j and b_j, a spike), median
    (of all singular values), optimal, hard, soft, keep (squared Frobenius errors), excess (of
    the debiased rule over the optimal one).

    >>> from sims.arrays import strict_rng
    >>> spiked_matrix((3.0, 1.5), 0.5, n=20, trials=3, rng=strict_rng(0)).left2.shape
    (3, 2)
    """
    m, k = rows_of(beta, n), len(x)
    left, right = haar_frames(rng, trials, m, k), haar_frames(rng, trials, n, k)
    strengths = arrays.asarray(rng, [float(strength) for strength in x])
    y = (left * strengths) @ right.mT + unit_noise(noise, rng, (trials, m, n)) / math.sqrt(n)
    return decomposed(y, left, right, strengths, tuple(float(strength) for strength in x))


def decomposed(y: Array, left: Array, right: Array, strengths: Array, x: tuple[float, ...]) -> SpikedMatrix:
    """What the singular value decomposition of y (T, m, n), m <= n, shows, by eigenvectors of yy'."""
    xp, (m, n), k = namespace(y), y.shape[-2:], len(x)
    beta = m / n
    squares, vectors = eigh(y @ y.mT)
    singular = xp.sqrt(xp.clip(xp.flip(squares, axis=-1), 0.0))
    vectors = xp.flip(vectors, axis=-1)
    on_left = vectors.mT @ left
    on_right = (vectors.mT @ (y @ right)) / xp.where(singular > 0, singular, xp.ones_like(singular))[..., None]
    order = sorted(range(k), key=lambda j: -x[j])
    place = [order.index(j) for j in range(k)]  # the spike j is the place[j]-th largest
    along = xp.sum(strengths * on_left * on_right, axis=-1)
    energy = math.fsum(strength * strength for strength in x)

    def loss(kept: Array) -> Array:
        return energy + xp.sum(kept * (kept - 2 * along), axis=-1)

    first = arrays.arange(y, m) < k
    none = xp.zeros_like(singular)
    optimal = loss(optimal_shrinker(singular, beta))
    return SpikedMatrix(
        value=xp.stack([singular[..., i] for i in place], axis=-1),
        left2=xp.stack([on_left[..., i, j] ** 2 for j, i in enumerate(place)], axis=-1),
        right2=xp.stack([on_right[..., i, j] ** 2 for j, i in enumerate(place)], axis=-1),
        median=0.5 * (singular[..., (m - 1) // 2] + singular[..., m // 2]),
        optimal=optimal,
        hard=loss(xp.where(singular > hard_level(beta), singular, none)),
        soft=loss(xp.clip(singular - 1 - math.sqrt(beta), 0.0)),
        keep=loss(xp.where(first, singular, none)),
        excess=loss(debiased_shrinker(singular, beta)) - optimal,
    )
