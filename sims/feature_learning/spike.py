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
    """Where the top left singular vector of the gradient points, each (trials,).

    alignment: squared cosine with the target's direction u; sine: of its angle with X'y.
    """

    alignment: Array
    sine: Array


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


@kernel(floats=lambda d, ratio, width=2, **_: 4 * d * d * (ratio + width + ratio * width))
def one_step_spike(
    c: Numbers, sigma2: NonNegative, d: int, ratio: float, width: int = 2, *, trials: int, rng: Generator
) -> Spike:
    """First gradient of width * d tanh neurons on round(ratio * d) samples.

    c: Hermite coefficients of the target. The neurons' signs cancel the output at the start; pairs of them have the
    same gradient up to sign, of which one is taken. Returns `Spike`.

    >>> from sims.arrays import strict_rng
    >>> one_step_spike((0.0, 1.0), 0.5, 5, 2.0, trials=3, rng=strict_rng(0)).alignment.shape
    (3,)
    """
    n, N = round(ratio * d), width * d
    x = rng.standard_normal(size=(trials, n, d))
    w = rng.standard_normal(size=(trials, d, N))
    xp = arrays.namespace(x)
    w = w / xp.sqrt(xp.sum(w * w, axis=1, keepdims=True))
    signal = (x * _labels(x[..., 0], c, sigma2, rng)[..., None]).mT / n
    slopes = (1 - xp.tanh(x @ w) ** 2) * arrays.random_signs(rng, (trials, 1, N))
    leading = top_directions(signal @ slopes, 1).directions[..., 0]
    labels = xp.sum(signal, axis=-1)
    left = labels - xp.sum(labels * leading, axis=-1, keepdims=True) * leading
    sine = xp.sqrt(xp.sum(left * left, axis=-1) / xp.sum(labels * labels, axis=-1))
    return Spike(leading[:, 0] ** 2, sine)
