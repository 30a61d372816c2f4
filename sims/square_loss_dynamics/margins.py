"""The margin of the global minimum of deep linear nets on orthonormal inputs, searched from several starts."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Positive, kernel
from sims.factor_descent import Factors, gradients, product
from sims.optimize import best_of, flattest

_COLLAPSED = 0.5  # the objective of W = 0


class Margin(NamedTuple):
    """Of the best start, (trials,): mean of y f, its spread over samples, the objective, the gradient's norm; and the
    share of starts that ended higher, 0 where none ended below the collapsed net."""

    margin: Array
    spread: Array
    value: Array
    gradient: Array
    missed: Array


def unpack(point: Array, shapes: Sequence[tuple[int, int]]) -> Factors:
    """Matrices (problems, rows, columns) of these shapes, one after the other in points (problems, size)."""
    xp, factors, start = arrays.namespace(point), [], 0
    for rows, columns in shapes:
        part = point[:, start : start + rows * columns]
        factors.append(xp.reshape(part, (point.shape[0], rows, columns)))
        start += rows * columns
    return tuple(factors)


@kernel(floats=lambda fbar, L, starts=6, hidden=4, **_: 40 * starts * hidden * (hidden * L + fbar**-2), block=8)
def quasi_interpolation_margin(
    lam: NonNegative,
    L: int,
    fbar: Positive,
    *,
    starts: int = 6,
    hidden: int = 4,
    steps: int = 150,
    trials: int,
    rng: Generator,
) -> Margin:
    """Minimise sum (f_i - y_i)^2/(2N) + (lam/2) sum |W_l|^2, f = W_L ... W_1, N = 1/fbar^2 inputs e_i, y_i = +-1.

    hidden: width of the inner layers. Gaussian starts whose layers have the norm 1.5 N^(1/2L), three times `steps` of
    L-BFGS, and
    the collapsed net W = 0 beside them. Returns `Margin`.

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(quasi_interpolation_margin(0.02, 3, 6**-0.5, trials=1, rng=strict_rng(0)).margin).round(5)
    array([0.9632])
    """
    N = round(fbar**-2)
    if L < 2 or N < 1 or abs(N * fbar**2 - 1) > 1e-9:
        raise ValueError(f"fbar = {fbar!r}: must be N^(-1/2) for an integer N, and L >= 2")
    sides = (N, *(hidden,) * (L - 1), 1)
    shapes = tuple((b, a) for a, b in itertools.pairwise(sides))
    u = rng.random(size=(trials, 1, N))
    xp = arrays.namespace(u)
    y = 1.0 - 2.0 * xp.astype(u < 0.5, u.dtype)
    wanted = xp.reshape(xp.broadcast_to(y[:, None, :, :], (trials, starts, 1, N)), (trials * starts, 1, N))
    parts = []
    for a, b in shapes:
        draw = rng.standard_normal(size=(trials * starts, a * b))
        parts.append(draw * (1.5 * N ** (1 / (2 * L)) / xp.sqrt(xp.sum(draw * draw, axis=-1, keepdims=True))))

    def objective(point: Array) -> tuple[Array, Array]:
        factors = unpack(point, shapes)
        error = product(factors) - wanted
        value = xp.sum(error * error, axis=(-2, -1)) / (2 * N) + 0.5 * lam * xp.sum(point * point, axis=-1)
        slopes = gradients(factors, error / N)
        flat = [xp.reshape(g, (g.shape[0], -1)) for g in slopes]
        return value, xp.concat(flat, axis=-1) + lam * point

    end = flattest(objective, xp.concat(parts, axis=-1), steps)
    best = best_of(end, starts)
    margins = (product(unpack(best.point, shapes)) * y)[:, 0, :]
    mean = xp.mean(margins, axis=-1)
    collapsed = best.value >= _COLLAPSED
    zero = xp.zeros_like(mean)
    spread = xp.sqrt(xp.mean((margins - mean[:, None]) ** 2, axis=-1))
    return Margin(
        xp.where(collapsed, zero, mean),
        xp.where(collapsed, zero, spread),
        xp.where(collapsed, zero + _COLLAPSED, best.value),
        best.gradient,
        xp.where(collapsed, zero, 1.0 - best.reached),
    )
