"""Gradient descent towards a signal of rank one, from a start so small that its phase is the power method's."""

from __future__ import annotations

from typing import NamedTuple

from sims.arrays import Array, Generator, Positive, Whole, haar_frames, kernel, namespace
from sims.subspaces import top_directions


class Alignment(NamedTuple):
    """tan^2 of the angle between signal and leading direction of U; the start's mean square along the signal; (T,)."""

    tan2: Array
    overlap: Array


class AlignmentPath(NamedTuple):
    """tan^2 at the steps asked for, (trials, steps)."""

    tan2: Array


def _tan2(U: Array, v: Array) -> Array:
    xp = namespace(U)
    w = top_directions(U, 1).directions
    along = v.mT @ w
    off = w - v @ along
    return xp.sum(off * off, axis=(-2, -1)) / along[..., 0, 0] ** 2


def _step(U: Array, v: Array, sigma: float, eta: float) -> Array:
    return U + eta * (sigma * v @ (v.mT @ U) - U @ (U.mT @ U))


@kernel(floats=lambda d, r, **_: 4 * d * r + 4 * r * r)
def alignment_tan2(
    d: int, r: int, sigma: Positive, eta: Positive, t: Whole, *, alpha: Positive = 1e-7, trials: int, rng: Generator
) -> Alignment:
    """Descend t steps on M = sigma v v^T, v random, from alpha G, Gaussian G (d, r).

    Returns fields tan2, and overlap = |G^T v|^2/r.

    >>> from sims.arrays import strict_rng
    >>> alignment_tan2(6, 3, 1.0, 0.5, 5, trials=4, rng=strict_rng(0)).tan2.shape
    (4,)
    """
    v = haar_frames(rng, trials, d, 1)
    G = rng.standard_normal(size=(trials, d, r))
    xp, U = namespace(G), alpha * G
    for _ in range(t):
        U = _step(U, v, sigma, eta)
    return Alignment(_tan2(U, v), xp.sum((v.mT @ G) ** 2, axis=(-2, -1)) / r)


@kernel(floats=lambda d, r, **_: 4 * d * r + 4 * r * r)
def alignment_path(
    d: int, r: int, sigma: Positive, eta: Positive, t: tuple[int, ...], *, alpha: Positive, trials: int, rng: Generator
) -> AlignmentPath:
    """As `alignment_tan2`, at ascending steps t.

    >>> from sims.arrays import strict_rng
    >>> alignment_path(6, 3, 1.0, 0.5, (0, 5), alpha=0.1, trials=4, rng=strict_rng(0)).tan2.shape
    (4, 2)
    """
    v = haar_frames(rng, trials, d, 1)
    U = alpha * rng.standard_normal(size=(trials, d, r))
    found, done = [], 0
    for each in t:
        for _ in range(each - done):
            U = _step(U, v, sigma, eta)
        done = each
        found.append(_tan2(U, v))
    return AlignmentPath(namespace(U).stack(found, axis=-1))
