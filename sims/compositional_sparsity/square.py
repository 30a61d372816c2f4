"""The square by explicit ReLU networks: iterated tents, and interpolants at knots."""

from __future__ import annotations

from sims import arrays
from sims.arrays import Array, Generator, kernel, namespace


def numbers(source: Generator, count: int) -> Array:
    """0, 1, ..., count - 1 as floats."""
    return namespace(source).astype(arrays.arange(source, count), namespace(source).float64)


def _relu(x: Array) -> Array:
    return namespace(x).clip(x, 0.0)


def tent(x: Array) -> Array:
    """T(x) = 2 relu(x) - 4 relu(x - 1/2)."""
    return 2 * _relu(x) - 4 * _relu(x - 0.5)


@kernel(floats=lambda m, **_: 4 * 2 ** (m + 4))
def square_deep_error(m: int, *, trials: int, rng: Generator) -> Array:
    """Largest error of x - sum 4^-s T_s(x) from x^2 on the dyadic grid of step 2^-(m + 4), by m levels of two units.

    m: levels, up to 20. Returns (trials,), all equal: nothing is drawn.

    >>> from sims.arrays import strict_rng
    >>> float(square_deep_error(2, trials=1, rng=strict_rng(0))[0])
    0.015625
    """
    if m > 20:
        raise ValueError(f"m = {m}: must be at most 20")
    xp = namespace(rng)
    cells = 2 ** (m + 4)
    x = numbers(rng, cells + 1) * (1 / cells)
    level, found = x, x
    for s in range(1, m + 1):
        level = tent(level)
        found = found - 4.0**-s * level
    return xp.max(xp.abs(found - x * x)) + arrays.zeros(rng, (trials,))


@kernel(floats=lambda pieces, **_: 600 * pieces)
def interpolation_error(pieces: int, uniform: bool = False, *, trials: int, rng: Generator) -> Array:
    """Largest error from x^2 of the interpolant at drawn knots, shifted down by half its own largest error.

    pieces: affine pieces; uniform: knots at equal distances, else drawn uniformly. The interpolant is a sum of ReLU
    units at the knots, looked at on 64 points a piece. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> round(float(interpolation_error(2, True, trials=1, rng=strict_rng(0))[0]), 6)
    0.03125
    """
    xp = namespace(rng)
    inner = xp.sort(rng.random(size=(trials, max(pieces - 1, 1))), axis=-1)[:, : pieces - 1]
    if uniform:
        inner = 0.0 * inner + (numbers(rng, pieces - 1) + 1.0) / pieces
    zero = arrays.zeros(rng, (trials, 1))
    knots = xp.concat((zero, inner, zero + 1.0), axis=-1)
    low, high = knots[:, :-1], knots[:, 1:]
    slopes = low + high  # of the chords of x^2
    steps = xp.concat((slopes[:, :1], slopes[:, 1:] - slopes[:, :-1]), axis=-1)
    share = numbers(rng, 65) / 64.0
    x = xp.reshape(low[:, :, None] + (high - low)[:, :, None] * share, (trials, -1))
    found = 0.0 * x
    for j in range(pieces):
        found = found + steps[:, j : j + 1] * _relu(x - low[:, j : j + 1])
    above = xp.max(found - x * x, axis=-1)
    return xp.max(xp.abs(found - above[:, None] / 2 - x * x), axis=-1)
