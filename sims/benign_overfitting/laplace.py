"""Ridgeless regression with the Laplace kernel on an interval, fitted to pure noise."""

from __future__ import annotations

from typing import Literal

from sims import arrays
from sims.arrays import Array, Generator, Positive, kernel

# Gauss-Legendre on [0, 1]: distances of ten points from the nearer end, and their weights.
_ENDS = (0.013046735741414, 0.067468316655508, 0.160295215850488, 0.283302302935376, 0.425562830509184)
_HALF = (0.033335672154344, 0.074725674575290, 0.109543181257991, 0.134633359654998, 0.147762112357376)
_NODES = (*_ENDS, *(1 - x for x in reversed(_ENDS)))
_WEIGHTS = (*_HALF, *reversed(_HALF))


@kernel(floats=lambda n, **_: 35 * n * n)
def laplace_variance(
    n: int, ell: Positive, design: Literal["uniform", "triangle"] = "uniform", *, trials: int, rng: Generator
) -> Array:
    """Excess risk / sigma2 of interpolating noise with the kernel exp(-|x - x'|/ell), shape (trials,).

    Averaged over the noise exactly and over test points between the extreme data points, where a new point falls with
    probability (n-1)/(n+1). `design`: "uniform" on [0, 1], or "triangle" (density 2x) for data and test points.

    n: samples, >= 2; ell > 0: the kernel's length.

    >>> from sims.arrays import strict_rng
    >>> laplace_variance(10, 0.5, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    u = rng.random(size=(trials, n))
    xp = arrays.namespace(u)
    x = xp.sort(u if design == "uniform" else xp.sqrt(u), axis=-1)
    gaps = (x[:, 1:] - x[:, :-1])[..., None]
    test = xp.reshape(x[:, :-1, None] + gaps * arrays.asarray(rng, _NODES), (trials, 1, -1))
    mass = gaps * arrays.asarray(rng, _WEIGHTS)
    mass = xp.reshape(mass, (trials, -1))
    if design != "uniform":
        mass = mass * 2 * test[:, 0, :]
    gram = xp.exp(-xp.abs(x[:, :, None] - x[:, None, :]) / ell)
    weights = arrays.spd_solve(gram, xp.exp(-xp.abs(x[:, :, None] - test) / ell))
    return xp.sum(mass * xp.sum(weights * weights, axis=-2), axis=-1) * (n + 1) / (n - 1)
