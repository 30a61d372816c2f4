"""Basis pursuit that sees its input to a few bits: worst errors, the smallest ball, the solutions themselves."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Whole, kernel, namespace
from sims.interior_point import basis_pursuit
from sims.iterate import until
from sims.proximal import douglas_rachford, soft

Solver = Literal["interior point", "thresholding", "least squares"]
Where = Literal["near the centre", "between solutions", "a solution", "far"]


class Unseen(NamedTuple):
    """The largest error over the inputs and the solver's certificate, each (trials,)."""

    error: Array
    certificate: Array


class Solved(NamedTuple):
    """The least norm, the distance from the stated solution over |y|, and the duality gap, each (trials,)."""

    norm: Array
    off: Array
    gap: Array


class _Ball(NamedTuple):
    radius: Array
    gap: Array


def _rows(source: Generator, n: int, eps: float) -> Array:
    """The n inputs: ones, with 1 + eps at place i."""
    return 1 + eps * arrays.eye(source, n)


def _thresholded(A: Array, y: float, start: Array) -> tuple[Array, Array]:
    """Douglas and Rachford's iteration on problems (T, n), one row each."""
    xp = namespace(A)
    square = xp.sum(A * A, axis=-1, keepdims=True)

    def project(z: Array) -> Array:
        return z + A * ((y - xp.sum(A * z, axis=-1, keepdims=True)) / square)

    return douglas_rachford(lambda z: soft(z, 0.2 * abs(y)), project, start, 400)


@kernel(floats=lambda n, **_: 40 * n * n)
def unseen_error(
    n: int, y: float, eps: NonNegative, bits: Whole, solver: Solver, *, trials: int, rng: Generator
) -> Unseen:
    """Round the n inputs to multiples of 2^-bits, solve each, and compare with the solution of what was not.

    n: inputs, of n entries; y: the datum; eps; bits; solver: "interior point", "thresholding" (from a random start, the
    same for all inputs) or "least squares". Returns fields error (largest over the inputs), certificate, (trials,).

    >>> from sims.arrays import strict_rng
    >>> unseen_error(2, 1.0, 0.001, 8, "thresholding", trials=3, rng=strict_rng(0)).error.shape
    (3,)
    """
    exact = _rows(rng, n, eps)
    xp = namespace(exact)
    seen = xp.round(exact * 2.0**bits) / 2.0**bits
    if solver == "thresholding":
        start = y * rng.standard_normal(size=(trials, 1, n)) + arrays.zeros(rng, (trials, n, n))
        stack = seen + arrays.zeros(rng, (trials, n, n))
        w, left = _thresholded(xp.reshape(stack, (-1, n)), y, xp.reshape(start, (-1, n)))
        w, left = xp.reshape(w, (trials, n, n)), xp.max(xp.reshape(left, (trials, n)), axis=-1) / abs(y)
    elif solver == "interior point":
        found = basis_pursuit(seen[:, None, :], arrays.asarray(rng, [[y]] * n))
        w, left = found.w, xp.max(found.gap) + arrays.zeros(rng, (trials,))
    else:
        w, left = y * seen / xp.sum(seen * seen, axis=-1, keepdims=True), arrays.zeros(rng, (trials,))
    off = w - y / (1 + eps) * arrays.eye(rng, n)
    return Unseen(xp.max(xp.sqrt(xp.sum(off * off, axis=-1)), axis=-1) + arrays.zeros(rng, (trials,)), left)


@kernel(floats=lambda n, **_: 4 * n * n)
def unseen_mean_error(n: int, y: float, eps: NonNegative, where: Where, *, trials: int, rng: Generator) -> Array:
    """Answer all n inputs with one random point: its error averaged over the inputs, (trials,).

    where: the point is near the centre of the solutions (at random distances down to 1e-3), a random mean of them, one
    of them, or far from all.

    >>> from sims.arrays import strict_rng
    >>> unseen_mean_error(3, 1.0, 0.1, "far", trials=4, rng=strict_rng(0)).shape
    (4,)
    """
    size, g = y / (1 + eps), rng.standard_normal(size=(trials, n))
    xp = namespace(g)
    if where == "a solution":
        z = size * arrays.top_k_mask(g, 1)
    elif where == "between solutions":
        weight = rng.standard_exponential(size=(trials, n))
        z = size * weight / xp.sum(weight, axis=-1, keepdims=True)
    else:
        spread = 10.0 ** (-3 * rng.random(size=(trials, 1))) if where == "near the centre" else 2.0
        z = size * (1 / n + spread * g)
    off = z[:, None, :] - size * arrays.eye(rng, n)
    return xp.mean(xp.sqrt(xp.sum(off * off, axis=-1)), axis=-1)


def _onto_simplex(v: Array) -> Array:
    """The nearest points (T, n) with entries >= 0 that sum to 1."""
    xp, n = namespace(v), v.shape[-1]
    ordered = xp.sort(v, axis=-1, descending=True)
    excess = [(xp.sum(ordered[..., :k], axis=-1, keepdims=True) - 1) / k for k in range(1, n + 1)]
    shift = xp.max(xp.concat(excess, axis=-1), axis=-1, keepdims=True)
    return xp.clip(v - shift, 0.0)


@kernel(floats=lambda n, **_: 8 * n * n)
def unseen_radius(n: int, y: float, eps: NonNegative, *, trials: int, rng: Generator) -> _Ball:
    """Find the smallest ball around the n solutions by projected ascent on its dual, from random weights.

    Returns fields radius and gap (how far the squared radius may be above the least, over it), each (trials,).

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(unseen_radius(2, 1.0, 0.0, trials=1, rng=strict_rng(0)).radius).round(6)
    array([0.707107])
    """
    points = y / (1 + eps) * arrays.eye(rng, n)
    start = rng.standard_exponential(size=(trials, n))
    xp = namespace(start)
    squares = xp.sum(points * points, axis=-1)
    # A step shorter than the curvature asks for: the path is not one lucky jump.
    step = 0.3 / xp.max(arrays.eigvalsh(points @ points.mT))

    def moved(weights: Array) -> Array:
        return _onto_simplex(weights + step * (squares - 2 * (weights @ points) @ points.mT))

    def furthest(weights: Array) -> Array:
        off = points - (weights @ points)[:, None, :]
        return xp.max(xp.sum(off * off, axis=-1), axis=-1)

    def gap(weights: Array) -> Array:
        centre = weights @ points
        dual = xp.sum(weights * squares, axis=-1) - xp.sum(centre * centre, axis=-1)
        return xp.abs(furthest(weights) / dual - 1)

    weights, left = until(moved, start / xp.sum(start, axis=-1, keepdims=True), gap, 1e-13, 2000)
    return _Ball(xp.sqrt(furthest(weights)), left)


@kernel(floats=lambda n, **_: 30 * n * n)
def unseen_solutions(n: int, y: float, eps: NonNegative, *, trials: int, rng: Generator) -> Solved:
    """Solve the n inputs as they are, by an interior-point method: the largest distances from y/(1 + eps) e_i.

    Returns fields norm (largest), off (over |y|), gap, each (trials,), all trials equal.

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(unseen_solutions(2, 1.1, 0.1, trials=1, rng=strict_rng(0)).norm).round(6)
    array([1.])
    """
    found = basis_pursuit(_rows(rng, n, eps)[:, None, :], arrays.asarray(rng, [[y]] * n))
    xp, room = namespace(found.w), arrays.zeros(rng, (trials,))
    off = found.w - y / (1 + eps) * arrays.eye(rng, n)
    return Solved(
        xp.max(xp.sum(xp.abs(found.w), axis=-1)) + room, xp.max(xp.abs(off)) / abs(y) + room, xp.max(found.gap) + room
    )
