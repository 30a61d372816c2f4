"""Projection estimators on the torus: drawn samples, empirical coefficients, their error by Parseval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Whole, kernel, namespace
from sims.compositional_sparsity.square import numbers
from sims.fourier import modes as lattice
from sims.fourier import real_design


def smooth_constituent(s: float, J: int, D: int) -> tuple[float, ...]:
    """Return g2 with |g_j|^2 proportional to j^(-2s-1), j = 1..J, for a sum over D coordinates of mean square 1.

    >>> [round(g, 4) for g in smooth_constituent(1.0, 2, 2)]
    [0.2222, 0.0278]
    """
    raw = [j ** (-2 * s - 1) for j in range(1, J + 1)]
    return tuple(g / (2 * D * math.fsum(raw)) for g in raw)


def _floats(g2: Sequence[float], D: int, M: int, n: int, modes: str, **_: float) -> float:
    return n * (2 * (2 * len(lattice(D, M, modes)) - 1) + D * (2 * len(g2) + 4))


@kernel(floats=_floats)
def projection_risk(
    g2: Sequence[float],
    D: int,
    M: Whole,
    n: int,
    sigma2: NonNegative,
    modes: Literal["ball", "axes"],
    *,
    trials: int,
    rng: Generator,
) -> Array:
    """Squared error of the projection estimator of f(x) = sum_i g(x_i), g(t) = sum_j 2 sqrt(g2_j) cos(2 pi j t).

    g2: squares of the complex coefficients, j = 1, 2, ...; D, M, n, sigma2, modes: as in theory. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> projection_risk((0.125,), 2, 1, 50, 0.5, "axes", trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    xp = namespace(rng)
    x = rng.random(size=(trials, n, D))
    amplitude = arrays.asarray(rng, [2 * math.sqrt(g) for g in g2])
    order = numbers(rng, len(g2)) + 1.0
    waves = xp.cos(2 * math.pi * x[..., None] * order)
    y = xp.sum(waves * amplitude, axis=(-2, -1)) + math.sqrt(sigma2) * rng.standard_normal(size=(trials, n))
    chosen = lattice(D, M, modes)
    found = xp.mean(real_design(x, chosen) * y[..., None], axis=1)
    # True coefficients of 1, sqrt 2 cos, sqrt 2 sin: those of axis modes alone are not 0.
    cosines = [_coefficient(k, g2) for k in chosen[1:]]
    truth = arrays.asarray(rng, [0.0, *cosines, *(0.0 for _ in cosines)])
    missed = 2 * D * math.fsum(g2) - math.fsum(c * c for c in cosines)
    return xp.sum((found - truth) ** 2, axis=-1) + missed


def _coefficient(k: tuple[int, ...], g2: Sequence[float]) -> float:
    entries = [abs(e) for e in k if e]
    return math.sqrt(2 * g2[entries[0] - 1]) if len(entries) == 1 and entries[0] <= len(g2) else 0.0
