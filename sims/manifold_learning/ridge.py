"""Kernel ridge regression with distances in R^D between points of an embedded torus, done with matrices."""

from __future__ import annotations

import math

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Positive, kernel, namespace
from sims.fourier import modes as fourier_modes
from sims.fourier import real_design
from sims.manifold_learning.embedded_torus import Kernel, torus_modes, values


def _grid(rng: Generator, N: int, d: int) -> Array:
    """All points of the grid, (N^d, d)."""
    index = arrays.arange(rng, N**d)
    xp = namespace(index)
    digits = [index // N ** (d - 1 - i) % N for i in range(d)]
    return xp.astype(xp.stack(digits, axis=-1), xp.float64) / N


def _smoother(rng: Generator, N: int, d: int, D: int, name: Kernel, scale: float, lam: float) -> tuple[Array, Array]:
    """The grid (n, d) and S = K (K + n lam)^-1 with K from coordinates in R^D, moved by a random isometry."""
    x = _grid(rng, N, d)
    chosen, amplitudes = torus_modes(d, D)
    phase = (2 * math.pi * x) @ arrays.asarray(rng, [[float(e) for e in k] for k in chosen]).mT
    xp, a = namespace(phase), arrays.asarray(rng, amplitudes)
    points = xp.concat([a * xp.cos(phase), a * xp.sin(phase)], axis=-1)
    points = points @ arrays.haar_frames(rng, 1, D, D)[0, ...] + rng.standard_normal(size=(1, D))
    apart = points[:, None, :] - points[None, :, :]
    K = values(xp.sum(apart * apart, axis=-1), name, scale)
    n = N**d
    return x, arrays.spd_solve(K + n * lam * arrays.eye(rng, n), K)


def _function(rng: Generator, x: Array, N: int, d: int, s: float, trials: int) -> Array:
    """Values (trials, n, 1) of f with |f_k|^2 ~ |k|^(-2s-d) over all N^d modes, N odd, of norm 1, phases drawn."""
    if N % 2 == 0:
        raise ValueError(f"N = {N!r}: must be odd, or a mode is its own mirror image")
    chosen = fourier_modes(d, N // 2, "cube")
    sizes = [sum(e * e for e in k) ** (-s - d / 2) for k in chosen[1:]]
    total = 2 * sum(sizes)
    weight = arrays.asarray(rng, [math.sqrt(2 * size / total) for size in sizes])
    angle = 2 * math.pi * rng.random(size=(trials, len(sizes)))
    xp = namespace(angle)
    zero = arrays.zeros(rng, (trials, 1))
    f = xp.concat([zero, weight * xp.cos(angle), weight * xp.sin(angle)], axis=-1)
    return real_design(x[None, ...], chosen) @ f[..., None]


@kernel(floats=lambda N, d, D, **_: 3 * N ** (2 * d) + 8 * N**d, block=4)
def torus_ridge_risk(
    N: int, d: int, D: int, kernel: Kernel, scale: Positive, s: Positive, sigma2: NonNegative, lam: Positive, *,
    trials: int, rng: Generator,
) -> Array:  # fmt: skip
    """Risk (1/n) E|f_hat - f|^2 over the noise of kernel ridge regression at n = N^d points in R^D: (trials,).

    |(S - I) f|^2/n + sigma2 |S|_F^2/n with S = K (K + n lam)^-1; f as in `smoothness_spectrum`, phases drawn; N odd.

    >>> from sims.arrays import strict_rng
    >>> torus_ridge_risk(5, 1, 4, "laplace", 1.0, 1.0, 0.5, 0.01, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    x, S = _smoother(rng, N, d, D, kernel, scale, lam)
    f = _function(rng, x, N, d, s, trials)
    xp = namespace(f)
    return (xp.sum((S @ f - f) ** 2, axis=(-2, -1)) + sigma2 * xp.sum(S * S)) / N**d


@kernel(floats=lambda N, d, D, **_: 8 * N**d, block=512)
def noisy_ridge_risk(
    N: int, d: int, D: int, kernel: Kernel, scale: Positive, s: Positive, sigma2: NonNegative, lam: Positive, *,
    trials: int, rng: Generator,
) -> Array:  # fmt: skip
    """(1/n)|f_hat - f|^2 of kernel ridge regression with its noise drawn, as in `torus_ridge_risk`: (trials,).

    >>> from sims.arrays import strict_rng
    >>> noisy_ridge_risk(5, 1, 4, "laplace", 1.0, 1.0, 0.5, 0.01, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    x, S = _smoother(rng, N, d, D, kernel, scale, lam)
    f = _function(rng, x, N, d, s, trials)
    y = f + math.sqrt(sigma2) * rng.standard_normal(size=(trials, N**d, 1))
    return namespace(f).mean((S @ y - f) ** 2, axis=(-2, -1))
