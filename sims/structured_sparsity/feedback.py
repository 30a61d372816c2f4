"""Error feedback: what a compressor leaves out is added to what comes next."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Positive, Share, kernel, namespace

Compressor = Literal["top-k", "sign", "rounding"]


class Feedback(NamedTuple):
    """Largest distance of x - e, and of x without feedback, from x_0 - eta times the sum of gradients, over the largest
    |x|, (trials,)."""

    virtual: Array
    forgotten: Array


def top_k(p: Array, k: int) -> Array:
    """The k entries of largest size along the last axis, the others 0."""
    return p * arrays.top_k_mask(namespace(p).abs(p), k)


def sign(p: Array, k: int) -> Array:
    """Signs times the mean size."""
    xp = namespace(p)
    return xp.sign(p) * xp.mean(xp.abs(p), axis=-1, keepdims=True)


def rounding(p: Array, k: int) -> Array:
    """Rounded to multiples of the largest size over k."""
    xp = namespace(p)
    unit = xp.max(xp.abs(p), axis=-1, keepdims=True) / k
    return unit * xp.round(p / xp.where(unit > 0, unit, xp.ones_like(unit)))


COMPRESSORS: dict[str, Callable[[Array, int], Array]] = {"top-k": top_k, "sign": sign, "rounding": rounding}


def _norm(x: Array) -> Array:
    xp = namespace(x)
    return xp.sqrt(xp.sum(x * x, axis=-1))


def _off(rng: Generator, compressor: str, d: int, k: int, eta: float, steps: int, curvature: Array, x: Array,
         feedback: bool) -> Array:  # fmt: skip
    """Largest distance on the way, over the largest |x| on it: with long steps the iterates themselves grow."""
    e = moved = arrays.zeros(rng, (1, d))
    start, off, size = x, 0 * _norm(x), _norm(x)
    xp = namespace(x)
    for _ in range(steps):
        slope = curvature * x
        p = eta * slope + (e if feedback else 0.0)
        q = COMPRESSORS[compressor](p, k)
        x, e = x - q, p - q
        moved = moved + eta * slope
        rest = (x - e if feedback else x) - start + moved
        off = xp.max(xp.stack([off, _norm(rest)]), axis=0)
        size = xp.max(xp.stack([size, _norm(x)]), axis=0)
    return off / size


@kernel(floats=lambda d, **_: 13 * d)
def error_feedback(
    compressor: Compressor, d: int, k: int, eta: Positive, steps: int = 50, *, trials: int, rng: Generator
) -> Feedback:
    """Descend on a random quadratic of d dimensions, sending only the compressed step, with and without feedback.

    compressor: "top-k", "sign" (times the mean size) or "rounding" (to k levels); curvatures uniform in (0, 1). Returns
    fields virtual, forgotten, each (trials,).

    >>> from sims.arrays import strict_rng
    >>> error_feedback("top-k", 5, 2, 0.5, trials=3, rng=strict_rng(0)).virtual.shape
    (3,)
    """
    if k > d:
        raise ValueError(f"k = {k!r}: must be an integer from 1 to d = {d}")
    curvature, x = rng.random(size=(trials, d)), rng.standard_normal(size=(trials, d))
    return Feedback(*(_off(rng, compressor, d, k, eta, steps, curvature, x, way) for way in (True, False)))


@kernel(floats=lambda d=4, **_: 6 * d)
def tracking_bound(
    delta: Share, change: NonNegative, d: int = 4, steps: int = 200, *, trials: int, rng: Generator
) -> Array:
    """Follow a target that moves by `change` a step in one random direction, sending (1 - sqrt(1 - delta)) p of p.

    This compressor leaves |p - C(p)|^2 = (1 - delta)|p|^2 exactly. Returns the largest lag |p - C(p)|, (trials,).

    >>> from sims.arrays import strict_rng
    >>> tracking_bound(0.5, 1.0, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    direction = rng.standard_normal(size=(trials, d))
    rest = math.sqrt(1 - delta)
    return _largest_lag(lambda p: rest * p, change * direction / _norm(direction)[:, None], steps)


def _largest_lag(rest: Callable[[Array], Array], move: Array, steps: int) -> Array:
    """The largest |e|, e <- rest(e + move) from 0: what a message does not know of a target that moves on and on."""
    xp, e, largest = namespace(move), move * 0, _norm(move) * 0
    for _ in range(steps):
        e = rest(e + move)
        largest = xp.max(xp.stack([largest, _norm(e)]), axis=0)
    return largest


@kernel(floats=lambda d, **_: 8 * d)
def top_k_tracking(
    delta: Share, change: NonNegative, d: int, steps: int = 200, *, trials: int, rng: Generator
) -> Array:
    """Follow by the k = delta d largest entries a target whose d entries all move alike: the largest lag, (trials,).

    Of equal entries the k largest hold the smallest share. Signs are random, sizes equal to a thousandth.

    >>> from sims.arrays import strict_rng
    >>> top_k_tracking(0.5, 1.0, 4, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    k = round(delta * d)
    if abs(k - delta * d) > 1e-9 or k == 0:
        raise ValueError(f"delta = {delta!r}: must make delta times d = {d} an integer >= 1")
    push = arrays.random_signs(rng, (trials, d)) * (1 + 1e-3 * rng.random(size=(trials, d)))
    return _largest_lag(lambda p: p - top_k(p, k), change * push / _norm(push)[:, None], steps)
