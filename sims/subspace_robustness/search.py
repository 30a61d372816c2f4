"""The shortest attack across a quadratic surface z'Mz = 0, searched from many starts: no eigenvalue is used."""

from __future__ import annotations

import math
from typing import NamedTuple

from sims.arrays import Array, Generator, namespace
from sims.iterate import until

STARTS = 20
TARGET = 1e-11
_MOST = 20_000


class Found(NamedTuple):
    """Attacks (T, J, n), their lengths and how far they are from stationary, relative to |x|: (T, J)."""

    attacks: Array
    lengths: Array
    residuals: Array


def search_floats(n: int, classes: int) -> float:
    """The numbers alive a point."""
    return STARTS * (classes - 1) * (n * n + 8 * n)


def form_values(form: Array, z: Array) -> tuple[Array, Array]:
    """Return z'Mz (..., 1) and Mz (..., n) for M (..., n, n) and z (..., n)."""
    slope = (form @ z[..., None])[..., 0]
    return namespace(z).sum(z * slope, axis=-1, keepdims=True), slope


def _step(delta: Array, x: Array, form: Array) -> Array:
    """Halfway to the shortest attack that meets the constraint as linearised here."""
    xp = namespace(delta)
    value, slope = form_values(form, x + delta)
    along = xp.sum(slope * delta, axis=-1, keepdims=True) - value / 2
    reached = slope * (along / xp.sum(slope * slope, axis=-1, keepdims=True))
    return (delta + reached) / 2


def _residual(delta: Array, x: Array, form: Array) -> Array:
    """What the attack has beside the constraint's normal, and its distance from the surface, to first order."""
    xp = namespace(delta)
    value, slope = form_values(form, x + delta)
    size = xp.sqrt(xp.sum(slope * slope, axis=-1, keepdims=True))
    normal = slope / size
    beside = delta - normal * xp.sum(normal * delta, axis=-1, keepdims=True)
    return xp.sqrt(xp.sum(beside * beside, axis=-1)) + xp.abs(value / size)[..., 0]


def search(x: Array, forms: Array, rng: Generator) -> Found:
    """Search the shortest attacks on points x (T, n) against forms M (J, n, n): the best of `STARTS` random starts.

    Each start is moved until it is certified, to 1e-11 |x|. x not 0.
    """
    xp = namespace(x)
    shape = (x.shape[0], forms.shape[0], STARTS)
    n = x.shape[1]
    size = xp.sqrt(xp.sum(x * x, axis=-1))
    start = rng.standard_normal(size=(math.prod(shape), n)) / (2 * math.sqrt(n))
    points = xp.reshape(xp.broadcast_to((x / size[:, None])[:, None, None, :], (*shape, n)), (-1, n))
    many = xp.reshape(xp.broadcast_to(forms[None, :, None, :, :], (*shape, n, n)), (-1, n, n))
    end, residual = until(
        lambda delta: _step(delta, points, many), start, lambda delta: _residual(delta, points, many), TARGET, _MOST, 50
    )
    lengths = xp.reshape(xp.sqrt(xp.sum(end**2, axis=-1)), shape)
    best = xp.argmin(lengths, axis=-1)[..., None]
    place = xp.broadcast_to(best[..., None], (*shape[:2], 1, n))
    attacks = xp.take_along_axis(xp.reshape(end, (*shape, n)), place, axis=2)[:, :, 0, :]
    lengths, residual = (xp.take_along_axis(xp.reshape(a, shape), best, axis=-1)[..., 0] for a in (lengths, residual))
    return Found(size[:, None, None] * attacks, size[:, None] * lengths, residual)
