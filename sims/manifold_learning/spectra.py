"""Kernel ridge regression on a large grid of an embedded torus: its spectrum by FFT, the best ridge by search."""

from __future__ import annotations

import math
from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, Positive, kernel, namespace
from sims.manifold_learning.embedded_torus import Kernel, torus_modes, values

_COARSE, _FINE = 49, 21


class BestRidge(NamedTuple):
    """The risk at the best ridge, and how far log lam may be from it (inf at an end of the search), each (trials,)."""

    risk: Array
    missed: Array


def _side(n: int, d: int) -> int:
    N = round(n ** (1 / d))
    if N**d != n:
        raise ValueError(f"n = {n!r}: must be N^d for an integer N, d = {d}")
    return N


def _first_row(rng: Generator, N: int, d: int, D: int, name: Kernel, scale: float) -> Array:
    """The kernel between the grid's origin and all its points, (N,) or (N, N), from coordinates in R^D."""
    index = arrays.arange(rng, N)
    xp = namespace(index)
    along = xp.astype(index, xp.float64) / N
    dist2: Array = 0.0
    for k, a in zip(*torus_modes(d, D), strict=True):
        phase = 2 * math.pi * k[0] * along
        if d == 2:
            phase = phase[:, None] + 2 * math.pi * k[1] * along[None, :]
        dist2 = dist2 + (a * xp.cos(phase) - a) ** 2 + (a * xp.sin(phase)) ** 2
    return values(dist2, name, scale)


def _spectrum(rng: Generator, N: int, d: int, D: int, name: Kernel, scale: float) -> Array:
    """Eigenvalues of K/n, flat, in the order of the FFT."""
    row = arrays.fft(_first_row(rng, N, d, D, name, scale))
    if d == 2:
        row = arrays.fft(row.mT).mT
    xp = namespace(row)
    return xp.reshape(xp.clip(xp.real(row), 0.0, None) / N**d, (-1,))


def _smoothness(rng: Generator, N: int, d: int, s: float) -> Array:
    """|f_k|^2 ~ |k|^(-2s-d), flat, of sum 1, f_0 = 0."""
    index = arrays.arange(rng, N)
    xp = namespace(index)
    k2 = xp.astype(xp.where(index > N // 2, N - index, index), xp.float64) ** 2
    k2 = xp.reshape(k2 if d == 1 else k2[:, None] + k2[None, :], (-1,))
    coef2 = xp.where(k2 > 0, xp.clip(k2, 1.0, None) ** (-s - d / 2), 0.0)
    return coef2 / xp.sum(coef2)


@kernel(floats=lambda n, **_: 12 * n, block=1)
def best_ridge_risk(
    n: int, d: int, D: int, kernel: Kernel, scale: Positive, s: Positive, sigma2: Positive, *,
    trials: int, rng: Generator,
) -> BestRidge:  # fmt: skip
    """Least risk over the ridge of kernel ridge regression on a grid of n = N^d points in R^D, by FFT of its kernel.

    Two grids in log lam. Returns `BestRidge`; nothing is drawn.

    >>> from sims.arrays import strict_rng
    >>> best_ridge_risk(64, 1, 4, "laplace", 1.0, 1.0, 0.5, trials=2, rng=strict_rng(0)).risk.shape
    (2,)
    """
    N = _side(n, d)
    mu, coef2 = _spectrum(rng, N, d, D, kernel, scale), _smoothness(rng, N, d, s)
    xp = namespace(mu)

    def risks(logs: Array) -> Array:
        rows = []
        for i in range(logs.shape[0]):
            bias = 1 / (1 + mu * xp.exp(-logs[i, ...]))
            rows.append(xp.sum(bias * bias * coef2) + sigma2 / n * xp.sum((1 - bias) ** 2))
        return xp.stack(rows)

    def steps(count: int, low: float, high: float) -> Array:
        return arrays.asarray(rng, [low + (high - low) * i / (count - 1) for i in range(count)])

    coarse = steps(_COARSE, math.log(1e-14), math.log(1.0))
    width = coarse[1] - coarse[0]
    first = risks(coarse)
    best = xp.argmin(first)
    fine = coarse[best] + steps(_FINE, -1.0, 1.0) * width
    second = risks(fine)
    inner = (best > 0) & (best < _COARSE - 1)
    missed = xp.where(inner, 2 * width / (_FINE - 1), xp.asarray(math.inf, device=arrays.device(mu)))
    room = arrays.zeros(rng, (trials,))
    return BestRidge(xp.min(second) + room, missed + room)


@kernel(floats=lambda N, d, **_: 8 * N**d, block=1)
def spectral_decay(
    k: int, N: int, d: int, D: int, kernel: Kernel, scale: Positive, *, trials: int, rng: Generator
) -> Array:
    """The eigenvalue of K/n at the mode (k, 0, ..) of a grid of N^d points in R^D: (trials,), nothing is drawn.

    >>> from sims.arrays import strict_rng
    >>> spectral_decay(3, 16, 1, 4, "laplace", 1.0, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    if k >= N:
        raise ValueError(f"k = {k!r}: must be an integer from 1 to N - 1 = {N - 1}")
    mu = _spectrum(rng, N, d, D, kernel, scale)
    return mu[k * N ** (d - 1)] + arrays.zeros(rng, (trials,))
