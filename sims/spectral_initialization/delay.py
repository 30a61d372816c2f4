"""Two modes from a random start, and from one of the same strengths with orthogonal rows: how much later they are."""

from __future__ import annotations

import math
from typing import NamedTuple

from sims.arrays import Array, Generator, Positive, kernel, namespace


class Delay(NamedTuple):
    """How much later the second mode is half learned, and kept = exp(-2 s2 delay); each (trials,)."""

    delay: Array
    kept: Array


class _Rows(NamedTuple):
    """U, (T,) each: two columns suffice, because the flow of U Q is that of U times Q for every orthogonal Q."""

    u11: Array
    u12: Array
    u21: Array
    u22: Array

    @property
    def second(self) -> Array:
        """Strength of the second mode."""
        return self.u21 * self.u21 + self.u22 * self.u22


def _field(U: _Rows, s1: float, s2: float) -> _Rows:
    """(M - U U^T) U for M = diag(s1, s2)."""
    grow1, grow2 = s1 - U.u11 * U.u11 - U.u12 * U.u12, s2 - U.second
    cross = U.u11 * U.u21 + U.u12 * U.u22
    return _Rows(
        grow1 * U.u11 - cross * U.u21,
        grow1 * U.u12 - cross * U.u22,
        grow2 * U.u21 - cross * U.u11,
        grow2 * U.u22 - cross * U.u12,
    )


def _moved(U: _Rows, slope: _Rows, length: float) -> _Rows:
    return _Rows(*(u + length * k for u, k in zip(U, slope, strict=True)))


def _runge_kutta(U: _Rows, s1: float, s2: float, step: float) -> _Rows:
    a = _field(U, s1, s2)
    b = _field(_moved(U, a, step / 2), s1, s2)
    c = _field(_moved(U, b, step / 2), s1, s2)
    d = _field(_moved(U, c, step), s1, s2)
    return _Rows(*(u + step / 6 * (i + 2 * j + 2 * k + l) for u, i, j, k, l in zip(U, a, b, c, d, strict=True)))


def _half_time(U: _Rows, s1: float, s2: float, horizon: float, step: float) -> Array:
    """When the second mode reaches s2/2, by its logarithm's chord inside the step; NaN if it does not."""
    xp = namespace(U.u11)
    level = math.log(s2 / 2)
    time, before = xp.full_like(U.u11, math.nan), xp.log(U.second)
    for k in range(math.ceil(horizon / step)):
        U = _runge_kutta(U, s1, s2, step)
        after = xp.log(U.second)
        crossed = (before < level) & (after >= level)
        rise = xp.where(crossed, after - before, xp.ones_like(after))
        time = xp.where(crossed, step * (k + (level - before) / rise), time)
        before = after
    return time


@kernel(floats=lambda r, **_: 2 * r + 30)
def two_mode_delay(
    r: int,
    s1: Positive,
    s2: Positive,
    alpha: Positive,
    horizon: Positive,
    step: Positive,
    *,
    trials: int,
    rng: Generator,
) -> Delay:
    """Follow the flow of two eigenvalues s1 > s2 from rows alpha g, Gaussian g (2, r), and from orthogonal rows of the
    same lengths, until the second mode is half learned; Runge and Kutta's steps of length `step` up to `horizon`.

    >>> from sims.arrays import strict_rng
    >>> two_mode_delay(4, 2.0, 1.0, 0.01, 8.0, 0.1, trials=3, rng=strict_rng(0)).delay.shape
    (3,)
    """
    g = rng.standard_normal(size=(trials, 2, r))
    xp = namespace(g)
    first, second = (xp.sum(g[:, i, :] ** 2, axis=-1) for i in (0, 1))
    along = xp.sum(g[:, 0, :] * g[:, 1, :], axis=-1) / xp.sqrt(first)
    rest = g[:, 1, :] - (along / xp.sqrt(first))[:, None] * g[:, 0, :]
    across, none = xp.sqrt(xp.sum(rest * rest, axis=-1)), xp.zeros_like(first)
    start = _Rows(xp.sqrt(first), none, along, across)
    apart = _Rows(xp.sqrt(first), none, none, xp.sqrt(second))
    late, early = (_half_time(_Rows(*(alpha * u for u in U)), s1, s2, horizon, step) for U in (start, apart))
    delay = late - early
    return Delay(delay, xp.exp(-2 * s2 * delay))
