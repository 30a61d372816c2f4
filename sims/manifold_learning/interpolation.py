"""Networks of one ReLU layer on a line: what they interpolate, and how values and slopes may part."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, kernel, namespace

Function = Literal["sine", "exponential", "runge"]
_ROOT = (math.sqrt(5 - 2 * math.sqrt(10 / 7)) / 3, math.sqrt(5 + 2 * math.sqrt(10 / 7)) / 3)
_GAUSS = (0.0, _ROOT[0], -_ROOT[0], _ROOT[1], -_ROOT[1])
_SIDE = (322 + 13 * math.sqrt(70)) / 1800, (322 - 13 * math.sqrt(70)) / 1800
_WEIGHTS = (64 / 225, _SIDE[0], _SIDE[0], _SIDE[1], _SIDE[1])


class Interpolated(NamedTuple):
    """L2 errors of values and of slopes, (trials,); in `relu_interpolation` over h^2|f''| and h|f''|."""

    value: Array
    slope: Array


def _nodes(rng: Generator, cells: int) -> Array:
    """Five Gauss nodes in each of so many equal cells of [0, 1], (cells, 5)."""
    index = arrays.arange(rng, cells)
    xp = namespace(index)
    return (xp.astype(index, xp.float64)[:, None] + 0.5 + 0.5 * arrays.asarray(rng, _GAUSS)) / cells


def _norm(values: Array, rng: Generator) -> Array:
    """The L2 norm on [0, 1] of a function given at the nodes."""
    xp = namespace(values)
    return xp.sqrt(xp.sum(values * values * arrays.asarray(rng, _WEIGHTS)) / values.shape[0])


def _with_derivatives(name: Function, x: Array) -> tuple[Array, Array, Array]:
    xp = namespace(x)
    if name == "sine":
        w = 2 * math.pi
        return xp.sin(w * x), w * xp.cos(w * x), -(w**2) * xp.sin(w * x)
    if name == "exponential":
        return (xp.exp(x),) * 3
    q = 1 / (1 + 25 * (x - 0.3) ** 2)
    slope = -50 * (x - 0.3) * q * q
    return q, slope, -50 * q * q + 5000 * (x - 0.3) ** 2 * q**3


def _network(x: Array, kinks: Array, start: Array, turns: Array) -> tuple[Array, Array]:
    """start + sum_i turns_i relu(x - kink_i) and its slope, at x (cells, 5)."""
    xp = namespace(x)
    past = x[..., None] - kinks
    on = xp.astype(past > 0, xp.float64)
    return start + xp.sum(turns * past * on, axis=-1), xp.sum(turns * on, axis=-1)


@kernel(floats=lambda N, **_: 20 * N * N)
def relu_interpolation(N: int, function: Function, *, trials: int, rng: Generator) -> Interpolated:
    """Interpolate a function on [0, 1] by a network of N ReLU units with kinks h = 1/N apart.

    function: "sine" sin(2 pi x), "exponential", "runge" 1/(1 + 25 (x - .3)^2). Returns fields value and slope: the L2
    errors over h^2 |f''| and h |f''|, each (trials,), all equal.

    >>> from sims.arrays import strict_rng
    >>> relu_interpolation(8, "sine", trials=2, rng=strict_rng(0)).slope.shape
    (2,)
    """
    index = arrays.arange(rng, N + 1)
    xp = namespace(index)
    knots = xp.astype(index, xp.float64) / N
    at = _with_derivatives(function, knots)[0]
    slopes = (at[1:] - at[:-1]) * N
    turns = xp.concat([slopes[:1], slopes[1:] - slopes[:-1]])
    x = _nodes(rng, N)
    value, slope = _network(x, knots[:-1], at[0], turns)
    f, f1, f2 = _with_derivatives(function, x)
    size, room = _norm(f2, rng), arrays.zeros(rng, (trials,))
    return Interpolated(N**2 * _norm(value - f, rng) / size + room, N * _norm(slope - f1, rng) / size + room)


@kernel(floats=lambda teeth, **_: 400 * teeth * teeth)
def relu_zigzag(teeth: int, *, trials: int, rng: Generator) -> Interpolated:
    """Compare a network with itself plus a zigzag of so many teeth of height 1/(4 teeth) and slopes +1 and -1.

    Both are networks of one ReLU layer. Returns fields value and slope: L2 norms of the differences, each (trials,).

    >>> from sims.arrays import strict_rng
    >>> relu_zigzag(3, trials=2, rng=strict_rng(0)).value.shape
    (2,)
    """
    cells = 4 * teeth
    index = arrays.arange(rng, cells)
    xp = namespace(index)
    kinks = xp.astype(index, xp.float64) / cells
    # Up to a quarter, down to three quarters, up again; the kinks at the halves turn nothing.
    period = xp.astype(index % 4, xp.float64)
    zigzag = 2 * xp.astype(period == 3, xp.float64) - 2 * xp.astype(period == 1, xp.float64)
    zigzag = zigzag + xp.astype(index == 0, xp.float64)
    turns = rng.standard_normal(size=(cells,))
    x = _nodes(rng, cells)
    start, room = arrays.zeros(rng, ()), arrays.zeros(rng, (trials,))
    one, other = _network(x, kinks, start, turns), _network(x, kinks, start, turns + zigzag)
    return Interpolated(_norm(other[0] - one[0], rng) + room, _norm(other[1] - one[1], rng) + room)
