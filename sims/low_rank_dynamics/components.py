"""Components of the target, learnt one after the other: descent on full matrices from an aligned start."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Literal, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Positive, kernel
from sims.factor_descent import Factors, product
from sims.low_rank_dynamics.descent import Numbers, crossing_times, descent, orthogonal_start, squares, watch
from sims.subspaces import haar_orthogonal

Start = Literal["aligned", "orthogonal"]


class Components(NamedTuple):
    """left_i' F right_i (trials, times, d), and what of F is outside them, in Frobenius norm (trials, times)."""

    u: Array
    outside: Array


class _Bases(NamedTuple):
    M: Array
    left: Array
    right: Array
    W: Factors


def _problem(rng: Generator, trials: int, s: Numbers, d: int, eps: float, L: int, start: str) -> _Bases:
    """M = left diag(s) right' (d x d) with random bases, and a start that is aligned with them or not."""
    if len(s) > d:
        raise ValueError(f"s = {s!r}: must be at most d = {d} numbers")
    bases = [haar_orthogonal(rng, trials, d) for _ in range(L + 1)]
    W = tuple(eps * after @ before.mT for before, after in itertools.pairwise(bases))
    if start == "orthogonal":
        W = orthogonal_start(rng, trials, d, (eps,) * L)
    left, right = bases[-1][..., : len(s)], bases[0][..., : len(s)]
    return _Bases((left * arrays.asarray(rng, [float(value) for value in s])) @ right.mT, left, right, W)


def _strengths(F: Array, left: Array, right: Array) -> Array:
    return arrays.namespace(F).sum(left * (F @ right), axis=-2)


@kernel(floats=lambda s, L, **_: 8 * (L + 3) * len(s) ** 2, block=4)
def component_recursion(
    s: Numbers,
    eps: Positive,
    L: int,
    eta: NonNegative,
    steps: int,
    *,
    at: Sequence[int] | None = None,
    trials: int,
    rng: Generator,
) -> Components:
    """Train L layers d x d, d = len(s), from W_l = eps B_l B_{l-1}' with the singular bases of M at both ends.

    at: updates after which to look, ascending, those beyond steps taken as it; None: all. Returns `Components`.

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(component_recursion((2.0, 0.0), 0.5, 2, 0.1, 1, trials=1, rng=strict_rng(0)).u)[0].round(6)
    array([[0.25    , 0.25    ],
           [0.345156, 0.237656]])
    """
    M, left, right, W = _problem(rng, trials, s, len(s), eps, L, "aligned")

    def look(factors: Factors) -> Components:
        F = product(factors)
        u = _strengths(F, left, right)
        return Components(u, squares(F - (left * u[..., None, :]) @ right.mT) ** 0.5)

    return watch(descent(M, eta), W, steps, at, look)


@kernel(floats=lambda s, L, d=None, **_: 8 * (L + 3) * (d or len(s)) ** 2 + 20 * len(s), block=4)
def half_time(
    s: Numbers,
    eps: Positive,
    L: int,
    *,
    eta: Positive,
    time: Positive,
    start: Start = "aligned",
    d: int | None = None,
    trials: int,
    rng: Generator,
) -> Array:
    """Number of updates times eta at which descent has learnt half of each component, (trials, len(s)).

    Between two updates log u is taken to be linear. time: how long to train; NaN for a component not half learnt by
    then. start: aligned with the singular bases of M, or eps times random orthogonal
    matrices. d: the width, len(s) where it is None; M is 0 in the other directions.

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(half_time((2.0,), 0.1, 2, eta=0.01, time=2.0, trials=1, rng=strict_rng(0))).round(4)
    array([[1.3314]])
    """
    M, left, right, W = _problem(rng, trials, s, d or len(s), eps, L, start)
    half = arrays.asarray(rng, [float(value) / 2 for value in s])
    return crossing_times(descent(M, eta), W, lambda w: _strengths(product(w), left, right), half, eta, time)
