"""Online descent of one neuron on the sphere, exactly as a Markov chain of its overlap, and literally."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, kernel
from sims.feature_learning.hermite import hermite_values

_LOOK = 64  # steps between two looks at whether all runs have ended


def _steps(s: Sequence[float], d: int) -> list[int]:
    return [round(float(time) * d) for time in s]


def moved(m: Array, k: int, rate: float, sigma2: float, p: Array, q: Array, rest: Array, noise: Array) -> Array:
    """The overlap after one step: p = w.x, q along the part of u orthogonal to w, rest = |x|^2 - p^2 - q^2."""
    xp = arrays.namespace(m)
    z = m * p + xp.sqrt(xp.clip(1 - m * m, 0.0)) * q
    y = hermite_values(z, k)[k] + math.sqrt(sigma2) * noise
    push = rate * math.sqrt(k) * y * hermite_values(p, k - 1)[k - 1]
    length2 = 1 + 2 * push * p + push * push * (p * p + q * q + rest)
    return (m + push * z) / xp.sqrt(length2)


def _draws(rng: Generator, size: int, d: int) -> tuple[Array, Array, Array, Array]:
    z = rng.standard_normal(size=(3, size))
    return z[0, ...], z[1, ...], rng.chisquare(d - 2, size=(size,)), z[2, ...]


@kernel(floats=lambda **_: 40.0)
def sgd_overlap(
    k: int, delta: NonNegative, m0: float, s: Sequence[float], sigma2: NonNegative = 0.0, *, d: int, trials: int,
    rng: Generator,
) -> Array:  # fmt: skip
    """Overlap after s d steps of online descent in dimension d >= 3, shape (trials, times).

    By the chain that it follows exactly: a step depends on w.x, on x along the part of u orthogonal to w, on the
    squared length of the rest of x (chi-square, d - 2 degrees of freedom) and on the label noise. s: times, ascending.

    >>> from sims.arrays import strict_rng
    >>> sgd_overlap(1, 0.5, 0.1, (0.5, 1.0), d=10, trials=3, rng=strict_rng(0)).shape
    (3, 2)
    """
    m, done, found = arrays.zeros(rng, (trials,)) + m0, 0, []
    for target in _steps(s, d):
        for _ in range(target - done):
            m = moved(m, k, delta / d, sigma2, *_draws(rng, trials, d))
        done = target
        found.append(m)
    return arrays.namespace(m).stack(found, axis=-1)


@kernel(floats=lambda d, **_: 6 * d)
def literal_overlap(
    k: int, delta: NonNegative, m0: float, s: Sequence[float], sigma2: NonNegative = 0.0, *, d: int, trials: int,
    rng: Generator,
) -> Array:  # fmt: skip
    """The same on whole vectors w and x in dimension d, u the first axis; shape (trials, times).

    >>> from sims.arrays import strict_rng
    >>> literal_overlap(1, 0.5, 0.1, (0.5, 1.0), d=10, trials=3, rng=strict_rng(0)).shape
    (3, 2)
    """
    start = arrays.asarray(rng, [m0, math.sqrt(1 - m0 * m0)] + [0.0] * (d - 2))
    w, done, found = arrays.zeros(rng, (trials, 1)) + start, 0, []
    xp = arrays.namespace(w)
    for target in _steps(s, d):
        for _ in range(target - done):
            x = rng.standard_normal(size=(trials, d))
            p = xp.sum(w * x, axis=-1)
            y = hermite_values(x[:, 0], k)[k] + math.sqrt(sigma2) * rng.standard_normal(size=(trials,))
            push = delta / d * math.sqrt(k) * y * hermite_values(p, k - 1)[k - 1]
            w = w + push[:, None] * x
            w = w / xp.sqrt(xp.sum(w * w, axis=-1, keepdims=True))
        done = target
        found.append(w[:, 0])
    return xp.stack(found, axis=-1)


@kernel(floats=lambda copies=64, **_: 16 * copies)
def sgd_drift(
    k: int, delta: NonNegative, m: float, sigma2: NonNegative = 0.0, *, d: int, copies: int = 64, trials: int,
    rng: Generator,
) -> Array:  # fmt: skip
    """Change of the overlap in one step times d, mean of `copies` independent steps from m; shape (trials,).

    >>> from sims.arrays import strict_rng
    >>> sgd_drift(2, 0.5, 0.1, d=10, copies=4, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    now = arrays.zeros(rng, (trials * copies,)) + m
    after = moved(now, k, delta / d, sigma2, *_draws(rng, trials * copies, d))
    xp = arrays.namespace(now)
    return d * xp.mean(xp.reshape(after - now, (trials, copies)), axis=-1)


@kernel(floats=lambda **_: 40.0, block=64)
def escape_steps(
    k: int, delta: NonNegative, m0: float, level: float, sigma2: NonNegative = 0.0, *, d: int, most: int,
    trials: int, rng: Generator,
) -> Array:  # fmt: skip
    """Number of steps until the size of the overlap first reaches a level, at most `most`; shape (trials,).

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(escape_steps(1, 0.5, 0.1, 0.9, d=10, most=2, trials=3, rng=strict_rng(0))).tolist()
    [2.0, 2.0, 2.0]
    """
    m = arrays.zeros(rng, (trials,)) + m0
    xp = arrays.namespace(m)
    steps, waiting = 0 * m, xp.abs(m) < level
    for step in range(most):
        if step % _LOOK == 0 and not arrays.to_host(xp.any(waiting)):
            break
        steps = steps + xp.astype(waiting, m.dtype)
        m = moved(m, k, delta / d, sigma2, *_draws(rng, trials, d))
        waiting = xp.logical_and(waiting, xp.abs(m) < level)
    return steps
