"""What the kernels of the topic share: targets of given rank, orthogonal starts, descent watched at chosen updates."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sims import arrays
from sims.arrays import Array, Generator
from sims.factor_descent import Factors, descend
from sims.subspaces import haar_orthogonal

Numbers = Sequence[float]
State = TypeVar("State")
Seen = TypeVar("Seen", bound=Any)


def target(rng: Generator, trials: int, d: int, s: Numbers) -> tuple[Array, Array, Array]:
    """M = left diag(s) right' (trials, d, d) with random orthonormal left and right (trials, d, r)."""
    if not 1 <= len(s) <= d:
        raise ValueError(f"s = {s!r}: must be 1 to d = {d} numbers")
    left, right = arrays.haar_frames(rng, trials, d, len(s)), arrays.haar_frames(rng, trials, d, len(s))
    return (left * arrays.asarray(rng, [float(value) for value in s])) @ right.mT, left, right


def orthogonal_start(rng: Generator, trials: int, d: int, eps: Numbers) -> Factors:
    """W_l(0): eps_l times uniformly random orthogonal matrices."""
    return tuple(float(scale) * haar_orthogonal(rng, trials, d) for scale in eps)


def descent(M: Array, eta: float, decay: float = 0.0) -> Callable[[Factors], Factors]:
    """One update of all factors on |F - M|^2/2."""
    return lambda factors: descend(factors, lambda product: product - M, eta, decay)


def watch(
    step: Callable[[State], State], state: State, steps: int, at: Sequence[int] | None, look: Callable[[State], Seen]
) -> Seen:
    """Take `steps` steps; what `look` sees (a NamedTuple of (T, ...)) on a new axis 1, after the numbers in `at`.

    at: numbers of steps, ascending, those beyond `steps` taken as it; None: 0, 1, ..., steps.
    """
    seen, done = [], 0
    for t in range(steps + 1) if at is None else [min(int(t), steps) for t in at]:
        for _ in range(t - done):
            state = step(state)
        done = t
        seen.append(look(state))
    xp = arrays.namespace(seen[0][0])
    return type(seen[0])(*(xp.stack(list(field), axis=1) for field in zip(*seen, strict=True)))


def crossing_times(
    step: Callable[[Factors], Factors],
    factors: Factors,
    strengths: Callable[[Factors], Array],
    level: Array,
    eta: float,
    time: float,
) -> Array:
    """Steps times eta at which strengths (T, k) first reach level (k,); NaN where they do not within `time`.

    Between two steps the logarithm of a strength is taken to be linear.
    """
    xp, before = arrays.namespace(level), strengths(factors)
    found = xp.zeros_like(before) + math.nan
    for t in range(math.ceil(time / eta)):
        factors = step(factors)
        now = strengths(factors)
        crossed = (before < level) & (now >= level) & (found != found)  # NaN: not yet
        low = xp.log(xp.where(crossed, before, level / 2))
        share = (xp.log(level) - low) / (xp.log(xp.where(crossed, now, level)) - low)
        found, before = xp.where(crossed, eta * (t + share), found), now
    return found


def squares(x: Array) -> Array:
    """The squared Frobenius norm of each matrix."""
    return arrays.namespace(x).sum(x * x, axis=(-2, -1))
