"""Two-layer linear networks from balanced starts: strengths of their modes, and the times at which they are learned."""

from __future__ import annotations

import math
from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Positive, Share, haar_frames, kernel, namespace
from sims.factor_descent import Factors, descend, gradients, product
from sims.spectral_initialization.flow import extrapolated
from sims.spectral_initialization.riccati import descend as descend_symmetric

WIDTHS = (6, 5, 4)
"""Inputs, hidden units, outputs of the networks."""


class Strengths(NamedTuple):
    """Strength of each mode, (trials, modes), and the extrapolation's own error, (trials,)."""

    strength: Array
    error: Array


class NullMode(NamedTuple):
    """Strength of a mode without signal and the extrapolation's own error, (trials,)."""

    strength: Array
    error: Array


class Network(NamedTuple):
    """The target (T, 4, 6), its singular directions (T, 4, m), (T, 6, m) and the aligned balanced factors W1, W2."""

    target: Array
    left: Array
    right: Array
    factors: Factors


def aligned(rng: Generator, trials: int, s: tuple[float, ...], a0: float) -> Network:
    """Draw Sigma = U diag(s) V^T and W1 = sqrt(a0) R V^T, W2 = sqrt(a0) U R^T with random orthonormal columns."""
    m = len(s)
    d_in, hidden, d_out = WIDTHS
    if m > min(WIDTHS):
        raise ValueError(f"s = {s!r}: must hold at most {min(WIDTHS)} numbers")
    V, R, U = (haar_frames(rng, trials, n, m) for n in (d_in, hidden, d_out))
    sizes = arrays.asarray(rng, [float(one) for one in s])
    root = math.sqrt(a0)
    return Network((U * sizes) @ V.mT, U, V, (root * R @ V.mT, root * U @ R.mT))


def strengths_of(network: Network, factors: Factors) -> Array:
    """u_i^T W2 W1 v_i of each mode, (T, modes)."""
    inner = network.left * (product(factors) @ network.right)
    return namespace(inner).sum(inner, axis=-2)


@kernel(floats=lambda s, a0, t, **_: 600, block=4)
def mode_strength(
    s: tuple[float, ...], a0: Positive, t: NonNegative, *, steps: int = 64, trials: int, rng: Generator
) -> Strengths:
    """Train a two-layer linear network on Sigma from an aligned balanced start of strength a0, in the limit of short
    steps; `steps`: those of the coarsest descent.

    >>> from sims.arrays import strict_rng
    >>> mode_strength((2.0, 1.0), 0.1, 1.0, steps=8, trials=3, rng=strict_rng(0)).strength.shape
    (3, 2)
    """
    network = aligned(rng, trials, s, a0)

    def strengths(n: int) -> Array:
        factors = network.factors
        for _ in range(n):
            factors = descend(factors, lambda P: P - network.target, t / n)
        return strengths_of(network, factors)

    return Strengths(*extrapolated(strengths, steps))


@kernel(floats=lambda a0, t, **_: 200, block=4)
def null_mode(a0: Positive, t: NonNegative, *, steps: int = 64, trials: int, rng: Generator) -> NullMode:
    """Descend on |U U^T|^2/4 from one random direction of strength a0, in the limit of short steps; `steps`: those of
    the coarsest descent, which has four a unit of time at least.

    >>> from sims.arrays import strict_rng
    >>> null_mode(0.04, 20.0, trials=1, rng=strict_rng(0)).strength.shape
    (1,)
    """
    U0 = math.sqrt(a0) * haar_frames(rng, trials, 4, 1)
    xp, nothing = namespace(U0), arrays.zeros(rng, (4, 4))

    def strength(n: int) -> Array:
        return xp.sum(descend_symmetric(nothing, U0, t / n, n) ** 2, axis=(-2, -1))

    return NullMode(*extrapolated(strength, max(steps, math.ceil(4 * t))))


class Times(NamedTuple):
    """Time at which each mode reaches its share, (trials, modes), NaN where it does not; the same by L = ln(1/a0)."""

    time: Array
    ratio: Array


@kernel(floats=lambda s, a0, frac, **_: 900, block=1)
def mode_time(
    s: tuple[float, ...], a0: Positive, frac: Share, *, horizon: Positive, step: Positive, trials: int, rng: Generator
) -> Times:
    r"""Times at which the modes of the network of `mode_strength` reach frac s, and ratio = 2 s time/ln(1/a0).

    The flow by Runge and Kutta's fourth order, `step` long, up to `horizon`; inside the step in which a mode crosses by
    Hermite's cubic.

    >>> import numpy as np
    >>> mode_time((2.0,), 0.1, 0.5, horizon=2.0, step=0.05, trials=1, rng=np.random.default_rng(0)).time.round(4)
    array([[0.7361]])
    """
    network = aligned(rng, trials, s, a0)
    sizes = arrays.asarray(rng, [float(one) for one in s])
    level = frac * sizes
    factors, value = network.factors, strengths_of(network, network.factors)
    slope = _slope(network, factors)
    xp = namespace(value)
    time = xp.full_like(value, math.nan)
    for k in range(math.ceil(horizon / step)):
        factors = _runge_kutta(network, factors, step)
        ahead, steeper = strengths_of(network, factors), _slope(network, factors)
        crossed = (value < level) & (ahead >= level)
        # Where no level is crossed the cubic is a line, and not read.
        before, after = xp.where(crossed, value - level, -step), xp.where(crossed, ahead - level, step)
        slopes = (xp.where(crossed, m, 2.0) for m in (slope, steeper))
        inside = _inverse(before / step, after / step, *slopes)
        time = xp.where(crossed, step * (k + inside), time)
        value, slope = ahead, steeper
    return Times(time, 2 * sizes * time / math.log(1 / a0))


def _field(network: Network, factors: Factors) -> Factors:
    return tuple(-g for g in gradients(factors, product(factors) - network.target))


def _slope(network: Network, factors: Factors) -> Array:
    d1, d2 = _field(network, factors)
    return strengths_of(network, (d1, factors[1])) + strengths_of(network, (factors[0], d2))


def _runge_kutta(network: Network, factors: Factors, step: float) -> Factors:
    def at(stage: Factors, length: float) -> Factors:
        return _field(network, tuple(w + length * k for w, k in zip(factors, stage, strict=True)))

    k1 = _field(network, factors)
    k2 = at(k1, step / 2)
    k3 = at(k2, step / 2)
    k4 = at(k3, step)
    return tuple(w + step / 6 * (a + 2 * b + 2 * c + d) for w, a, b, c, d in zip(factors, k1, k2, k3, k4, strict=True))


def _inverse(y0: Array, y1: Array, m0: Array, m1: Array) -> Array:
    """Where in [0, 1] Hermite's cubic of these values and slopes is 0, by Newton's steps from the chord."""
    x = namespace(y0).clip(-y0 / (y1 - y0), 0.0, 1.0)
    b, c = 3 * (y1 - y0) - 2 * m0 - m1, m0 + m1 - 2 * (y1 - y0)
    for _ in range(6):
        x = x - (y0 + x * (m0 + x * (b + x * c))) / (m0 + x * (2 * b + 3 * x * c))
    return x
