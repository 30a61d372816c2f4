"""Compressed activations, step by step: changes with noise of all signs, and direct quantisation."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Positive, Share, Whole, kernel, namespace

LONGEST = 16
"""Steps whose noise is enumerated: 2^16 paths."""


class DeltaMoments(NamedTuple):
    """Mean squares of the weight's error and of the unsent change, (trials, steps + 1) or (trials,)."""

    e2: Array
    u2: Array


class Rounded(NamedTuple):
    """After the last step: |w - b| and |w - msg| over the quantiser's step, each (trials,)."""

    error: Array
    lag: Array


def _two_point(rng: Generator, steps: int, upper: float) -> tuple[list[Array], list[Array]]:
    """Every sequence of a noise with two values, mean 0 and variance 1: values and probabilities, (2^steps,) a step."""
    if steps > LONGEST:
        raise ValueError(f"steps = {steps!r}: must be an integer from 0 to {LONGEST}, as all paths are enumerated")
    if not 0 < upper < 1:
        raise ValueError(f"upper = {upper!r}: must be a number between 0 and 1")
    high, low = math.sqrt((1 - upper) / upper), -math.sqrt(upper / (1 - upper))
    index = arrays.arange(rng, 2**steps)
    xp = namespace(index)
    bits = [xp.astype((index // 2**t) % 2, xp.float64) for t in range(steps)]
    return [low + (high - low) * bit for bit in bits], [1 - upper + (2 * upper - 1) * bit for bit in bits]


def _descent(eta: float, c: float | Array, w: Array, msg: Array, noise: list[Array]) -> Iterator[tuple[Array, Array]]:
    """The delta scheme on (w - b)^2/2, b = 1: (e, u) before the first step and after each."""
    yield w - 1, w - msg
    for xi in noise:
        msg = msg + (w - msg) * (1 + c * xi)
        w = w - eta * (msg - 1)
        yield w - 1, w - msg


def _start(rng: Generator, e0sq: float, u0sq: float, shape: tuple[int, ...]) -> tuple[Array, Array]:
    room = arrays.zeros(rng, shape)
    w = 1 + math.sqrt(e0sq) + room
    return w, w - math.sqrt(u0sq)


def _enumerated(
    rng: Generator, eta: float, c: float | Array, e0sq: float, u0sq: float, steps: int, upper: float
) -> tuple[list[Array], list[Array]]:
    noise, chances = _two_point(rng, steps, upper)
    weight = arrays.zeros(rng, (2**steps,)) + 1.0
    xp = namespace(weight)
    for chance in chances:
        weight = weight * chance
    path = list(_descent(eta, c, *_start(rng, e0sq, u0sq, (2**steps,)), noise))
    return [xp.sum(weight * e * e) for e, _ in path], [xp.sum(weight * u * u) for _, u in path]


@kernel(floats=lambda steps, **_: 6 * steps * 2**steps)
def delta_second_moments(
    eta: Positive, c: NonNegative, e0sq: NonNegative, u0sq: NonNegative, steps: Whole, upper: float = 0.5, *,
    trials: int, rng: Generator,
) -> DeltaMoments:  # fmt: skip
    """Descend on (w - b)^2/2 with quantised changes along every one of the 2^steps paths of a noise with two values.

    upper: probability of the upper value (mean 0, variance 1 whatever it is); steps up to 16. Returns fields e2, u2,
    each (trials, steps + 1): means over all paths, nothing is drawn.

    >>> from sims.arrays import strict_rng
    >>> delta_second_moments(0.3, 0.6, 1.0, 1.0, 3, trials=1, rng=strict_rng(0)).e2.shape
    (1, 4)
    """
    e2, u2 = _enumerated(rng, eta, c, e0sq, u0sq, steps, upper)
    xp, room = namespace(e2[0]), arrays.zeros(rng, (trials, 1))
    return DeltaMoments(xp.stack(e2) + room, xp.stack(u2) + room)


@kernel(floats=lambda steps, **_: 4 * steps + 8)
def delta_chains(
    eta: Positive, c: NonNegative, e0sq: NonNegative, u0sq: NonNegative, steps: Whole, *, trials: int, rng: Generator
) -> DeltaMoments:
    """Squares after `steps` steps of chains with Gaussian noise: fields e2, u2, each (trials,).

    >>> from sims.arrays import strict_rng
    >>> delta_chains(0.3, 0.6, 1.0, 1.0, 3, trials=2, rng=strict_rng(0)).e2.shape
    (2,)
    """
    xi = rng.standard_normal(size=(steps, trials))
    *_, (e, u) = _descent(eta, c, *_start(rng, e0sq, u0sq, (trials,)), [xi[t, :] for t in range(steps)])
    return DeltaMoments(e * e, u * u)


@kernel(floats=lambda steps=14, **_: 6 * steps * 2**steps)
def delta_critical_c(eta: Positive, steps: int = 14, *, trials: int, rng: Generator) -> Array:
    """Bisect for the noise c at which the last of `steps` steps leaves the mean square of u, over all paths, as it was.

    Returns (trials,), all equal; right up to the second eigenvalue to the power steps - 1.

    >>> from sims.arrays import strict_rng
    >>> delta_critical_c(1.0, 6, trials=1, rng=strict_rng(0)).shape
    (1,)
    """
    low, high = arrays.zeros(rng, ()), arrays.zeros(rng, ()) + 2.0
    xp = namespace(low)
    for _ in range(30):
        c = (low + high) / 2
        _, u2 = _enumerated(rng, eta, c, 1.0, 1.0, steps, 0.5)
        grows = u2[-1] > u2[-2]
        low, high = xp.where(grows, low, c), xp.where(grows, c, high)
    return (low + high) / 2 + arrays.zeros(rng, (trials,))


@kernel(floats=lambda steps=60, **_: 3 * steps + 8)
def direct_floor(
    eta: Positive, c: NonNegative, b: float, steps: int = 60, window: int = 20, *, trials: int, rng: Generator
) -> Array:
    """Mean of (w - b)^2 over the last `window` of `steps` steps with gradient Q(w) - b, Gaussian noise: (trials,).

    >>> from sims.arrays import strict_rng
    >>> direct_floor(0.3, 0.6, 2.0, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    if window > steps:
        raise ValueError(f"window = {window!r}: must be an integer from 1 to steps = {steps}")
    xi = rng.standard_normal(size=(steps, trials))
    w, total = b + arrays.zeros(rng, (trials,)), arrays.zeros(rng, (trials,))
    for t in range(steps):
        w = w - eta * (w * (1 + c * xi[t, :]) - b)
        if t >= steps - window:
            total = total + (w - b) ** 2
    return total / window


@kernel(floats=lambda steps=200, **_: 16)
def delta_rounding(
    eta: Positive, step: Positive, share: Share = 1.0, steps: int = 200, *, trials: int, rng: Generator
) -> Rounded:
    """The delta scheme with changes rounded to multiples of `step`: what error is left, in units of the step.

    share: of the start's error that the first message already knows. Starts e = 1 + a random part of a step. Returns
    `Rounded`.

    >>> from sims.arrays import strict_rng
    >>> delta_rounding(0.3, 0.1, trials=2, rng=strict_rng(0)).lag.shape
    (2,)
    """
    w = 2 + step * rng.random(size=(trials,))
    xp = namespace(w)
    msg = share * w
    for _ in range(steps):
        msg = msg + step * xp.round((w - msg) / step)
        lag = w - msg
        w = w - eta * (msg - 1)
    return Rounded(xp.abs(w - 1) / step, xp.abs(lag) / step)
