"""The first gradient matrix of a tanh network on a single-index target: its leading direction, and X'y."""

from __future__ import annotations

import math
from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, kernel
from sims.feature_learning.hermite import Numbers, hermite_series
from sims.subspaces import top_directions


class LabelEnergy(NamedTuple):
    """(u.X'y)^2 and |X'y|^2, over n^2, each (trials,)."""

    along: Array
    total: Array


class Spike(NamedTuple):
    """Of each number of samples, (trials, ratios): squared cosines of the top left singular vector of the gradient.

    alignment: with the target's direction u; labels: with X'y. along, total: (u.X'y)^2 and |X'y|^2, over n^2.
    """

    alignment: Array
    labels: Array
    along: Array
    total: Array


def _labels(z: Array, c: Numbers, sigma2: float, rng: Generator) -> Array:
    return hermite_series(z, c) + math.sqrt(sigma2) * rng.standard_normal(size=z.shape)


@kernel(floats=lambda n, **_: 8 * n)
def label_energy(c: Numbers, sigma2: NonNegative, d: int, n: int, *, trials: int, rng: Generator) -> LabelEnergy:
    """Energy of X'y/n along the target's direction and in all; across it, independent of y, the mean is taken.

    c: Hermite coefficients of the target; d >= 1. Returns `LabelEnergy`.

    >>> from sims.arrays import strict_rng
    >>> label_energy((0.0, 1.0), 0.5, 10, 20, trials=3, rng=strict_rng(0)).total.shape
    (3,)
    """
    z = rng.standard_normal(size=(trials, n))
    xp, y = arrays.namespace(z), _labels(z, c, sigma2, rng)
    along = (xp.sum(y * z, axis=-1) / n) ** 2
    return LabelEnergy(along, along + (d - 1) * xp.sum(y * y, axis=-1) / n**2)


@kernel(floats=lambda d, ratios, width=2, **_: 4 * d * d * (max(ratios) + width + max(ratios) * width))
def one_step_spike(
    c: Numbers, sigma2: NonNegative, d: int, ratios: Numbers, width: int = 2, *, trials: int, rng: Generator
) -> Spike:
    """First gradient of width * d tanh neurons on the first ratio * d samples of one draw, for each ratio.

    c: Hermite coefficients of the target. The neurons' signs cancel the output at the start; pairs of them have the
    same gradient up to sign, of which one is taken. Returns `Spike`.

    >>> from sims.arrays import strict_rng
    >>> one_step_spike((0.0, 1.0), 0.5, 5, (1.0, 2.0), trials=3, rng=strict_rng(0)).alignment.shape
    (3, 2)
    """
    most, N = round(max(ratios) * d), width * d
    x = rng.standard_normal(size=(trials, most, d))
    w = rng.standard_normal(size=(trials, d, N))
    xp = arrays.namespace(x)
    w = w / xp.sqrt(xp.sum(w * w, axis=1, keepdims=True))
    y = _labels(x[..., 0], c, sigma2, rng)
    weighted = (1 - xp.tanh(x @ w) ** 2) * arrays.random_signs(rng, (trials, 1, N))
    found = []
    for ratio in ratios:
        n = round(ratio * d)
        signal = (x[:, :n, :] * y[:, :n, None]).mT
        top = top_directions(signal @ weighted[:, :n, :], 1)
        first = xp.sum(signal, axis=-1) / n
        total = xp.sum(first * first, axis=-1)
        leading = top.directions[..., 0]
        cosine2 = xp.sum(first * leading, axis=-1) ** 2 / total
        found.append((leading[:, 0] ** 2, cosine2, first[:, 0] ** 2, total))
    return Spike(*(xp.stack(list(part), axis=-1) for part in zip(*found, strict=True)))
