"""Gradient flow of the unconstrained features model from a spectral start, integrated as it stands."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sims.arrays import Array, Generator, asarray, haar_frames, kernel, namespace, zeros
from sims.neural_collapse.central_path import FEW
from sims.neural_collapse.metrics import metrics_of
from sims.neural_collapse.samples import indicators
from sims.stacks import norm

AMPLITUDE = 1e-6
"""Size of the within-class deviations: their laws hold to its square, which turns the modes and leaks the slow part
into the fast one; far below it rounding shows."""


class Modes(NamedTuple):
    """Strengths and aligned decays (trials, K, times), the decay orthogonal to all modes (trials, times).

    residual (trials,): the largest relative change of any of them by halving the step, sixteen times what is left.
    """

    strength: Array
    aligned: Array
    orthogonal: Array
    residual: Array


def _slopes(W: Array, H: Array, Y: Array, lam: float) -> tuple[Array, Array]:
    """Minus the gradient of |WH - Y|^2/(2N) + lam (|W|^2 + |H|^2)/2."""
    R = (Y - W @ H) / Y.shape[-1]
    return R @ H.mT - lam * W, W.mT @ R - lam * H


def _runge_kutta(W: Array, H: Array, Y: Array, lam: float, dt: float) -> tuple[Array, Array]:
    a, b = _slopes(W, H, Y, lam)
    c, e = _slopes(W + 0.5 * dt * a, H + 0.5 * dt * b, Y, lam)
    f, g = _slopes(W + 0.5 * dt * c, H + 0.5 * dt * e, Y, lam)
    p, q = _slopes(W + dt * f, H + dt * g, Y, lam)
    return W + (dt / 6) * (a + 2 * c + 2 * f + p), H + (dt / 6) * (b + 2 * e + 2 * g + q)


Measure = Callable[[Array, Array], tuple[Array, ...]]


def _flow(
    W: Array, H: Array, Y: Array, lam: float, t: Sequence[float], longest: float, measure: Measure
) -> tuple[Array, ...]:
    """What `measure` finds at the times t on the flow from (W, H), stacked along a last axis."""
    now, found = 0.0, []
    for time in t:
        steps = max(1, math.ceil((time - now) / longest))
        for _ in range(steps):
            W, H = _runge_kutta(W, H, Y, lam, (time - now) / steps)
        found.append(measure(W, H))
        now = time
    return tuple(namespace(W).stack(list(parts), axis=-1) for parts in zip(*found, strict=True))


def _halved(
    W: Array, H: Array, Y: Array, n_k: Sequence[int], lam: float, t: Sequence[float], measure: Measure
) -> tuple[tuple[Array, ...], Array]:
    """The flow with steps of at most 0.05 N/(2 sqrt(max n_k)), and its largest change against steps twice as long."""
    xp = namespace(W)
    longest = 0.05 * Y.shape[-1] / (2 * math.sqrt(max(n_k)))
    fine, coarse = (_flow(W, H, Y, lam, t, longest * times, measure) for times in (1, 2))
    residual = zeros(W, (W.shape[0],))
    for a, b in zip(fine, coarse, strict=True):
        change = xp.max(xp.reshape(xp.abs(b / a - 1), (a.shape[0], -1)), axis=-1)
        residual = xp.maximum(residual, change)
    return fine, residual


@kernel(floats=lambda **_: FEW)
def ufm_modes(
    u0: Sequence[float], t: Sequence[float], n_k: Sequence[int], N: int, lam: float, *,
    d: int, trials: int, rng: Generator,
) -> Modes:  # fmt: skip
    """Follow the flow of W and H from W = sum sqrt(u_k) e_k q_k', H = sum sqrt(u_k) q_k 1_k'/sqrt(n_k) + E.

    The frame q is random, E is a random within-class deviation of size 1e-6; d > K, some n_k >= 2. Fourth-order
    Runge-Kutta.

    u0 (K,): strengths at time 0, > 0; t: increasing times; n_k (K,): class sizes; N: samples in the mean; lam >= 0:
    both penalties. Returns the fields of Modes.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> ufm_modes([0.1, 0.2], [0.0, 1.0], [2, 3], 5, 0.01, d=3, trials=1, rng=rng)._fields
    ('strength', 'aligned', 'orthogonal', 'residual')
    """
    xp, K = namespace(rng), len(n_k)
    if sum(n_k) != N or len(u0) != K:
        raise ValueError(f"N = {N}: must be sum(n_k) = {sum(n_k)}, with as many u0 as n_k")
    if d <= K or max(n_k) < 2:
        raise ValueError(f"d = {d}: must be at least K + 1 = {K + 1}, with some n_k >= 2")
    Y = indicators(rng, n_k)
    roots = asarray(rng, [math.sqrt(u) for u in u0])
    sizes = asarray(rng, [math.sqrt(n) for n in n_k])
    q = haar_frames(rng, trials, d, K)
    E = AMPLITUDE * rng.standard_normal(size=(trials, d, N))
    average = Y.mT @ (Y / (sizes * sizes)[:, None])
    E = E - E @ average
    W, H = (q * roots).mT, (q * (roots / sizes)) @ Y + E
    aligned = q.mT @ E
    outside = E - q @ aligned

    def measured(W: Array, H: Array) -> tuple[Array, ...]:
        strength = xp.sum((W @ H) * Y, axis=-1) / sizes
        now = H - H @ average
        along = q.mT @ now
        rest = now - q @ along
        return (
            strength,
            xp.sum(along * aligned, axis=-1) / xp.sum(aligned * aligned, axis=-1),
            xp.sum(rest * outside, axis=(-2, -1)) / xp.sum(outside * outside, axis=(-2, -1)),
        )

    (strength, aligned_decay, orthogonal), residual = _halved(W, H, Y, n_k, lam, t, measured)
    return Modes(strength, aligned_decay, orthogonal, residual)


@kernel(floats=lambda **_: FEW)
def ufm_mode_strength(
    u0: Sequence[float], t: Sequence[float], n_k: Sequence[int], N: int, lam: float, *,
    d: int, trials: int, rng: Generator,
) -> Array:  # fmt: skip
    """Strengths e_k' W H 1_k/sqrt(n_k) of the class modes under the flow of `ufm_modes`: (trials, K, times).

    u0 (K,): strengths at time 0, > 0; t: increasing times; n_k (K,): class sizes; N: samples in the mean; lam >= 0:
    both penalties; d > K features.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> ufm_mode_strength([0.1, 0.2], [0.0, 1.0], [2, 3], 5, 0.01, d=3, trials=1, rng=rng).shape
    (1, 2, 2)
    """
    return ufm_modes(u0, t, n_k, N, lam, d=d, trials=trials, rng=rng).strength


@kernel(floats=lambda **_: FEW)
def ufm_within_class_decay(
    u0: Sequence[float], t: Sequence[float], n_k: Sequence[int], N: int, lam: float, aligned: bool = True, *,
    d: int, trials: int, rng: Generator,
) -> Array:  # fmt: skip
    """Decay e(t)/e(0) of within-class deviations in that flow: (trials, K, times), or (trials, times) off the modes.

    u0, t, n_k, N, lam, d: as `ufm_modes`; aligned: the deviation starts along the modes, or orthogonal to them all.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> ufm_within_class_decay([0.1, 0.2], [0.0, 1.0], [2, 3], 5, 0.01, d=4, trials=1, rng=rng).shape
    (1, 2, 2)
    """
    modes = ufm_modes(u0, t, n_k, N, lam, d=d, trials=trials, rng=rng)
    return modes.aligned if aligned else modes.orthogonal


class Relaxation(NamedTuple):
    """NC1 and |W'W - HH'| relative to its start (trials, times), and -log of the last step of NC1 (trials,).

    residual (trials,): the largest relative change of NC1 or |W'W - HH'| by halving the step.
    """

    nc1: Array
    imbalance: Array
    decay: Array
    residual: Array


@kernel(floats=lambda **_: FEW)
def ufm_relaxation(
    n_k: Sequence[int], lam: float, t: Sequence[float], scale: float, *, d: int, trials: int, rng: Generator
) -> Relaxation:
    """Follow the flow of W and H from independent normal entries of standard deviation `scale`; d > K.

    n_k (K,): class sizes >= 1; lam >= 0: both penalties; t: increasing times; scale > 0. Returns the fields of
    Relaxation.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> ufm_relaxation([2, 2], 0.01, [0.0, 1.0], 0.1, d=3, trials=1, rng=rng)._fields
    ('nc1', 'imbalance', 'decay', 'residual')
    """
    xp, K, N = namespace(rng), len(n_k), sum(n_k)
    Y = indicators(rng, n_k)
    W = scale * rng.standard_normal(size=(trials, K, d))
    H = scale * rng.standard_normal(size=(trials, d, N))
    start = norm(W.mT @ W - H @ H.mT)

    def measured(W: Array, H: Array) -> tuple[Array, ...]:
        return metrics_of(H, Y).nc1, norm(W.mT @ W - H @ H.mT) / start

    (nc1, imbalance), residual = _halved(W, H, Y, n_k, lam, t, measured)
    return Relaxation(nc1, imbalance, -xp.log(nc1[:, -1] / nc1[:, -2]), residual)
