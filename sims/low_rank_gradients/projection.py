"""Training inside a subspace: fixed, refreshed to the leading directions, or refreshed at random."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Positive, haar_frames, kernel, namespace
from sims.stacks import norm, squared_norm
from sims.subspaces import top_directions


class Residual(NamedTuple):
    """P'G, (trials, r, n), and |P'(A - B W C) - P'G|/|A|, (trials,): whether it belongs to the weights."""

    value: Array
    drift: Array


class Floor(NamedTuple):
    """What is left: the gradient, (trials, m, n), and |P'G|/|G_0|, (trials,): 0 where the descent has ended."""

    value: Array
    residual: Array


def _descend(A: Array, B: Array, C: Array, P: Array, W: Array, eta: float, steps: int) -> Array:
    """W after `steps` updates by eta P P' (A - B W C)."""
    for _ in range(steps):
        W = W + eta * (P @ (P.mT @ (A - B @ W @ C)))
    return W


def _stack(rng: Generator, trials: int, matrix: Array) -> Array:
    return arrays.zeros(rng, (trials, 1, 1)) + arrays.asarray(rng, matrix)


@kernel(floats=lambda G0, **_: 8 * G0.size, block=1)
def projected_residual(
    G0: Array, B: Array, C: Array, P: Array, eta: Positive, t: int, *, trials: int, rng: Generator
) -> Residual:
    """P' G after t updates inside the columns of P, from W = 0 on the target A = G0.

    It is carried along, by what an update of W does to it; taken from A - B W C, which stays large, it would lose its
    digits. G0: (m, n); B: (m, m), C: (n, n); P: (m, r), orthonormal columns. All trials are equal. Returns fields
    value, drift.

    >>> from sims.arrays import strict_rng
    >>> from sims.low_rank_gradients import bilinear_problem
    >>> one = bilinear_problem((0.5, 1.0), (1.0, 1.5, 2.0))
    >>> projected_residual(one.G0, one.B, one.C, one.P, 0.3, 4, trials=1, rng=strict_rng(0)).value.shape
    (1, 1, 3)
    """
    A, B, C, P = (_stack(rng, trials, matrix) for matrix in (G0, B, C, P))
    W, R = 0.0 * A, P.mT @ A
    for _ in range(t):
        move = eta * (P @ R)
        W = W + move
        R = R - P.mT @ (B @ move @ C)
    return Residual(R, norm(P.mT @ (A - B @ W @ C) - R) / norm(A))


@kernel(floats=lambda G0, **_: 8 * G0.size, block=1)
def projection_floor(
    G0: Array, B: Array, P: Array, *, C: Array, eta: Positive, steps: int, trials: int, rng: Generator
) -> Floor:
    """The gradient after a long descent inside the columns of P, from W = 0 on the target A = G0.

    G0: (m, n); B: (m, m), C: (n, n) positive definite; P: (m, r), orthonormal columns. All trials are equal. Returns
    fields value, residual.

    >>> from sims.arrays import strict_rng
    >>> from sims.low_rank_gradients import bilinear_problem
    >>> one = bilinear_problem((0.5, 1.0), (1.0, 1.5, 2.0))
    >>> projection_floor(one.G0, one.B, one.P, C=one.C, eta=0.3, steps=9, trials=1, rng=strict_rng(0)).value.shape
    (1, 2, 3)
    """
    A, B, P, C = (_stack(rng, trials, matrix) for matrix in (G0, B, P, C))
    G = A - B @ _descend(A, B, C, P, 0.0 * A, eta, steps) @ C
    return Floor(G, norm(P.mT @ G) / norm(A))


@kernel(floats=lambda s, n=None, **_: 6 * len(s) * (n or len(s)) + 2 * len(s) ** 2)
def refreshed_loss(
    s: Sequence[float],
    r: int,
    T: int,
    eta: Positive,
    cycles: int,
    *,
    n: int | None = None,
    trials: int,
    rng: Generator,
) -> Array:
    """The loss |A - W|_F^2/2 after each cycle of T updates inside the top r left singular vectors of A - W.

    s: (m,), singular values of A = A - W_0, between uniformly random bases; n >= m columns, by default m. Returns
    (trials, cycles + 1).

    >>> from sims.arrays import strict_rng
    >>> refreshed_loss((2.0, 1.0, 0.5), 1, 4, 0.2, 3, trials=2, rng=strict_rng(0)).shape
    (2, 4)
    """
    m = len(s)
    left, right = haar_frames(rng, trials, m, m), haar_frames(rng, trials, n or m, m)
    A = (left * arrays.asarray(rng, [float(one) for one in s])) @ right.mT
    xp, W, losses = namespace(A), 0.0 * A, []
    for cycle in range(cycles + 1):
        losses.append(0.5 * squared_norm(A - W))
        if cycle < cycles:
            W = _inside(A, top_directions(A - W, r).directions, W, eta, T)
    return xp.stack(losses, axis=1)


def _inside(A: Array, P: Array, W: Array, eta: float, steps: int) -> Array:
    for _ in range(steps):
        W = W + eta * (P @ (P.mT @ (A - W)))
    return W


@kernel(floats=lambda m, n=None, **_: 6 * m * (n or m))
def random_refresh_loss(
    loss0: NonNegative,
    m: int,
    r: int,
    T: int,
    eta: Positive,
    cycles: int,
    *,
    n: int | None = None,
    trials: int,
    rng: Generator,
) -> Array:
    """The loss |A - W|_F^2/2 after each cycle of T updates inside a fresh uniformly random r-dimensional subspace.

    loss0: at the start, W = 0, of a Gaussian target A (m, n) scaled to it; n: by default m. Returns
    (trials, cycles + 1).

    >>> from sims.arrays import strict_rng
    >>> random_refresh_loss(1.0, 4, 2, 3, 0.2, 2, trials=2, rng=strict_rng(0)).shape
    (2, 3)
    """
    A = rng.standard_normal(size=(trials, m, n or m))
    A = A * (math.sqrt(2 * loss0) / norm(A))[:, None, None]
    xp, W, losses = namespace(A), 0.0 * A, []
    for cycle in range(cycles + 1):
        losses.append(0.5 * squared_norm(A - W))
        if cycle < cycles:
            W = _inside(A, haar_frames(rng, trials, m, r), W, eta, T)
    return xp.stack(losses, axis=1)
