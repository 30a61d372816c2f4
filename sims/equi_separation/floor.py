"""Linear maps of a mixture: drawn at random, found by descent, and the whitening one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sims import arrays, instances
from sims.arrays import Array, Generator, kernel, namespace
from sims.equi_separation.chance import indicator
from sims.scatter import class_means, deviations, fuzziness


class LinearFuzziness(NamedTuple):
    """Fuzziness after the whitening map, after the best map found by descent, after a random map: (trials,) each."""

    white: Array
    found: Array
    drawn: Array
    slope: Array


class Mixture(NamedTuple):
    """Features H (d, N), one-hot labels Y (K, N)."""

    H: Array
    Y: Array


def mixture(d: int, sizes: Sequence[int], *, instance: int = 0) -> Mixture:
    """Return an instance of Gaussian classes with means N(0, I) and one anisotropic covariance.

    >>> mixture(4, (6, 7)).H.shape
    (4, 13)
    """
    means, noise = (
        instances.gaussian(d, len(sizes), instance=3 * instance),
        instances.gaussian(d, sum(sizes), instance=3 * instance + 1),
    )
    turn = instances.frame(d, d, instance=instance)
    Y = arrays.host_array(indicator(sizes))
    return Mixture(means @ Y + (turn * [0.3 + 1.5 * i / d for i in range(d)]) @ noise, Y)


def scatters(d: int, sizes: Sequence[int], *, instance: int = 0) -> dict[str, Array | int]:
    """Return SSW, SSB (d, d) and K of the mixture: what theory takes.

    >>> sorted(scatters(4, (6, 7)))
    ['K', 'SSB', 'SSW']
    """
    H, Y = mixture(d, sizes, instance=instance)
    N = Y.shape[1]
    E, centred = deviations(H, Y), H - H.mean(axis=1, keepdims=True)
    M = class_means(centred, Y)
    return {"SSW": E @ E.T / N, "SSB": (M * Y.sum(axis=1) / N) @ M.T, "K": len(sizes)}


def _slope(A: Array, W: Array, B: Array, rank: int) -> tuple[Array, Array]:
    """Fuzziness of A and its gradient, for scatters W and B = MM' with M (d, rank): tr(P W P'), P = (AM)^+ A."""
    xp = namespace(A)
    AM = A @ B
    G = AM.mT @ AM
    P = arrays.spd_solve(G, AM.mT @ A)  # (rank, d), P M = I
    value = xp.sum((P @ W) * P, axis=(-2, -1))
    # dP = G^-1 (dA M)'(A - AM P) + G^-1 AM'(dA - dA M P)
    R = A - AM @ P
    PW = P @ W
    inner = arrays.spd_solve(G, PW)  # G^-1 P W
    first = R @ inner.mT @ B.mT
    down = AM @ inner
    second = down - (down @ P.mT) @ B.mT
    return value, 2 * (first + second)


@kernel(floats=lambda d, **_: 20 * d * d, block=8)
def linear_maps(
    d: int, sizes: Sequence[int], steps: int = 3000, *, instance: int = 0, trials: int, rng: Generator
) -> LinearFuzziness:
    """Fuzziness of one mixture after linear maps: whitening, the end of a descent on all maps, its random start.

    d, sizes, instance: as `mixture`; steps: of the descent, at most, by backtracking. Returns `LinearFuzziness`, whose
    `slope` is the relative length of the last gradient.

    >>> from sims.arrays import strict_rng
    >>> linear_maps(4, (6, 7), 10, trials=2, rng=strict_rng(0)).white.shape
    (2,)
    """
    xp = namespace(rng)
    H, Y = (arrays.asarray(rng, part) for part in mixture(d, sizes, instance=instance))
    N, rank = Y.shape[1], len(sizes) - 1
    E = deviations(H, Y)
    W = E @ E.mT / N
    values, vectors = arrays.eigh(W)
    white = (vectors / xp.sqrt(values)) @ vectors.mT
    means = class_means(H, Y)
    M = (means - xp.mean(H, axis=-1, keepdims=True)) * xp.sqrt(xp.sum(Y, axis=-1) / N)
    # A basis of the means' span: any factor B with BB' = MM' will do.
    squares, axes = arrays.eigh(M @ M.mT)
    B = axes[:, -rank:] * xp.sqrt(squares[-rank:])
    A = rng.standard_normal(size=(trials, d, d)) / d**0.5
    drawn = fuzziness(A @ H, Y)
    A, slope = _descend(A, W, B, rank, steps)
    at_white = fuzziness(white @ H, Y) + arrays.zeros(rng, (trials,))
    return LinearFuzziness(at_white, fuzziness(A @ H, Y), drawn, slope)


def _descend(A: Array, W: Array, B: Array, rank: int, steps: int) -> tuple[Array, Array]:
    """Conjugate gradients (Polak and Ribiere), steps halved or doubled, on the logarithm of the fuzziness."""
    xp = namespace(A)
    value, g = _slope(A, W, B, rank)
    g = g / value[:, None, None]
    direction, size = -g, xp.ones_like(value)
    for _ in range(steps):
        trial = A + size[:, None, None] * direction
        ahead, new = _slope(trial, W, B, rank)
        new = new / ahead[:, None, None]
        along = xp.sum(g * direction, axis=(-2, -1))
        better = ahead <= value * xp.exp(1e-4 * size * along)
        take = better[:, None, None]
        change = xp.sum((new - g) * new, axis=(-2, -1)) / xp.sum(g * g, axis=(-2, -1))
        beta = xp.clip(change, 0.0)[:, None, None]
        fresh = -new + beta * direction
        uphill = xp.sum(fresh * new, axis=(-2, -1)) >= 0
        fresh = xp.where(uphill[:, None, None], -new, fresh)
        A, direction = xp.where(take, trial, A), xp.where(take, fresh, -g)
        value, g = xp.where(better, ahead, value), xp.where(take, new, g)
        size = xp.where(better, 1.5 * size, 0.3 * size)
    return A, xp.sqrt(xp.sum(g * g, axis=(-2, -1)) * xp.sum(A * A, axis=(-2, -1)))
