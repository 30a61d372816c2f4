"""Draws of rows of a relu layer's gradient (SPEAR): how often they give a direction, and a batch found by them."""

from __future__ import annotations

from typing import NamedTuple

from sims.arrays import (
    Array,
    Generator,
    arange,
    asarray,
    eigh,
    eye,
    kernel,
    namespace,
    singular_values,
    solve,
    to_host,
    where_valid,
)
from sims.gradient_reconstruction.leakage import first_layer_gradient
from sims.gradient_reconstruction.measures import partner_errors
from sims.stacks import squared_norm

SMALL = 1e-9
"""Singular values below this share of the largest are zero."""


class Batch(NamedTuple):
    """Root mean square error of the samples found, and the certificate: relative misfit of the gradient; each (T,)."""

    error: Array
    misfit: Array


def _direction(rng: Generator, draws: int, b: int, scalar_output: bool) -> Array:
    """For each draw of b - 1 rows the directions (draws, b) that it gives: 0/1, at most one."""
    xp = namespace(rng)
    on = xp.astype(rng.random(size=(draws, b - 1, b)) < 0.5, xp.float64)
    rows = on if scalar_output else on * rng.standard_normal(size=(draws, b - 1, b))
    values = singular_values(rows)
    full = values[:, -1] > SMALL * values[:, 0]
    # The kernel of full-rank rows is a coordinate axis where the column of that sample is zero.
    return xp.astype((xp.sum(on, axis=1) == 0) & full[:, None], xp.float64)


@kernel(floats=lambda b, **_: 10 * b * b + 20)
def spear_direction_probability(b: int, scalar_output: bool = False, *, trials: int, rng: Generator) -> Array:
    """Return whether b - 1 random rows of the residuals of b samples give a true direction, 0 or 1, (trials,).

    b: samples, an integer >= 2; scalar_output: residuals of rank one, whose factors do not matter, instead of generic.

    >>> from sims.arrays import strict_rng
    >>> spear_direction_probability(3, trials=4, rng=strict_rng(0)).shape
    (4,)
    """
    return namespace(rng).sum(_direction(rng, trials, b, scalar_output), axis=-1)


@kernel(floats=lambda b, **_: 24 * b * b + 40)
def spear_expected_draws(b: int, *, most: int = 2000, trials: int, rng: Generator) -> Array:
    """Return the number of draws until all b directions have been found, NaN where `most` were not enough, (trials,).

    b: samples, an integer >= 2.

    >>> from sims.arrays import strict_rng
    >>> spear_expected_draws(2, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    xp = namespace(rng)
    found, left = 0.0 * rng.random(size=(trials, b)), arange(rng, trials)
    order, counts = [], []
    for draw in range(1, most + 1):
        hit = _direction(rng, left.shape[0], b, False)
        found = xp.where(found > hit, found, hit)
        done = to_host(xp.sum(found, axis=-1) == b)
        if done.any():
            finished, rest = asarray(rng, done.nonzero()[0]), asarray(rng, (~done).nonzero()[0])
            order.append(xp.take(left, finished))
            counts.append(0.0 * xp.take(found, finished, axis=0)[:, 0] + draw)
            left, found = xp.take(left, rest), xp.take(found, rest, axis=0)
        if done.all():
            break
    order, counts = [*order, left], [*counts, xp.nan * found[:, 0]]
    return xp.take(xp.concat(counts), xp.argsort(xp.concat(order)))


def _kernel_vector(rows: Array) -> Array:
    """The unit vector (T, b) that rows (T, k, b) map closest to zero."""
    return eigh(rows.mT @ rows)[1][..., 0]


def _column_space(grad_W: Array, b: int) -> Array:
    """An orthonormal basis (T, m, b) of the column space of a gradient (T, m, d) of rank b."""
    values, vectors = eigh(grad_W.mT @ grad_W)
    return (grad_W @ vectors[..., -b:]) / namespace(grad_W).sqrt(values[:, None, -b:])


def _collect(rng: Generator, L: Array, rounds: int) -> Array:
    """Directions (T, b, b), one a row, found by draws of b - 1 rows; rows of zeros where the draws were too few.

    A direction is true if it makes 3/8 of the rows of L zero: true ones do so for half, others for a quarter.
    """
    xp = namespace(L)
    trials, m, b = L.shape
    Q = 0.0 * L[:, :b, :]
    for _ in range(rounds):
        chosen = xp.astype(rng.integers(0, m, size=(trials, b - 1))[..., None] == arange(L, m), L.dtype)
        q = _kernel_vector(chosen @ L)
        zero = xp.astype(xp.abs((L @ q[..., None])[..., 0]) < 1e-6, L.dtype)
        q = _kernel_vector(zero[..., None] * L)
        size = xp.sum(Q * Q, axis=-1)
        known = xp.max(xp.abs((Q @ q[..., None])[..., 0]), axis=-1) > 1 - 1e-6
        new = (xp.mean(zero, axis=-1) > 0.375) & ~known
        slot = (xp.cumulative_sum(1 - size, axis=-1) < 1.5) & (size < 0.5) & new[:, None]
        Q = xp.where(slot[..., None], q[:, None, :] + 0.0 * Q, Q)
        if to_host(xp.min(xp.sum(Q * Q, axis=-1)) > 0.5):
            break
    return Q


@kernel(floats=lambda b, m, d, **_: 24 * m * (d + b) + 8 * d * d)
def spear_batch(
    b: int, m: int, d: int, *, rounds: int = 1000, scales: bool = True, trials: int, rng: Generator
) -> Batch:
    """Recover a whole batch from one gradient of a relu network d -> m -> 10 with cross-entropy, by the zeros alone.

    NaN where `rounds` draws did not give b directions.

    b, m, d: samples, neurons and inputs, integers; 2 <= b <= 9, m >> 4 b; scales: from the bias gradient, or left at 1.

    >>> from sims.arrays import strict_rng
    >>> spear_batch(2, 100, 5, trials=2, rng=strict_rng(0)).error.shape
    (2,)
    """
    xp = namespace(rng)
    _, X, _, gradient = first_layer_gradient(rng, trials, b, m, d, 10)
    grad_W, grad_b = gradient.weights[0].mT, gradient.biases[0].mT
    L = _column_space(grad_W, b)
    Q = _collect(rng, L, rounds)
    complete = xp.min(xp.sum(Q * Q, axis=-1), axis=-1) > 0.5
    Q = xp.where(complete[:, None, None], Q, 0.0 * Q + eye(Q, b))
    columns = L @ Q.mT
    Delta = columns * solve(columns.mT @ columns, columns.mT @ grad_b).mT if scales else columns
    found = solve(Delta.mT @ Delta, Delta.mT @ grad_W)
    misfit = xp.sqrt(squared_norm(Delta @ found - grad_W) / squared_norm(grad_W))
    error = xp.sqrt(xp.mean(partner_errors(found, X), axis=-1) / d)
    return Batch(where_valid(complete, error), where_valid(complete, misfit))
