"""The central path, walked: gradient steps on features whose within-class covariance is put back to the identity."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from sims.arrays import (
    Array,
    Generator,
    asarray,
    cholesky,
    eigh,
    eigvalsh,
    haar_frames,
    kernel,
    namespace,
    solve_lower,
    spd_solve,
)  # fmt: skip
from sims.neural_collapse.metrics import metrics_of
from sims.neural_collapse.samples import indicators

FEW = 500_000
"""Numbers that a start is charged for: all starts walk the same path, so a block holds a handful of them."""


class CentralPath(NamedTuple):
    """Singular values omega (trials, C-1, times), loss, NC1 and the turn of the singular vectors (trials, times).

    residual (trials,): the largest relative change of any omega by the last order of the extrapolation (by the last
    halving of the step where there is none), which bounds what is left.
    """

    omega: Array
    loss: Array
    nc1: Array
    drift: Array
    residual: Array


class _Walk(NamedTuple):
    """What does not change on the way: one-hot labels Y (C, N), centred labels, start directions U, V."""

    Y: Array
    centred: Array
    U: Array
    V: Array


def _start(rng: Generator, trials: int, omega0: Sequence[float], n: int, d: int) -> tuple[_Walk, Array]:
    """Random features with Sigma_W = I whose centred means have the singular values omega0."""
    C = len(omega0) + 1
    Y = indicators(rng, (n,) * C)
    E = rng.standard_normal(size=(trials, d, C * n))
    E -= (E @ Y.mT / n) @ Y
    E = solve_lower(cholesky(E @ E.mT / (C * n)), E)
    # Helmert's matrix: an orthonormal basis of the vectors of R^C with sum 0.
    rows = [
        [1 / math.sqrt(j * (j + 1)) if i < j else -j / math.sqrt(j * (j + 1)) if i == j else 0.0 for j in range(1, C)]
        for i in range(C)
    ]
    V = asarray(rng, rows) @ haar_frames(rng, trials, C - 1, C - 1)
    U = haar_frames(rng, trials, d, C - 1)
    return _Walk(Y, Y - 1 / C, U, V), E + (U * asarray(rng, [float(w) for w in omega0])) @ V.mT @ Y


def _inverse_root(S: Array) -> Array:
    values, vectors = eigh(S)
    return (vectors / namespace(S).sqrt(values)[..., None, :]) @ vectors.mT


def _gradient(H: Array, walk: _Walk) -> tuple[Array, Array]:
    """Loss and its gradient by H under the least-squares classifier with bias."""
    xp, N = namespace(H), H.shape[-1]
    centred = H - xp.mean(H, axis=-1, keepdims=True)
    WT = spd_solve(centred @ centred.mT, centred @ walk.centred.mT)
    R = WT.mT @ centred - walk.centred
    return xp.sum(R * R, axis=(-2, -1)) / (2 * N), WT @ R / N


def _step(H: Array, walk: _Walk, dt: float, flow: str) -> Array:
    """One Euler step, then Sigma_W = I restored."""
    Y, N = walk.Y, H.shape[-1]
    average = Y.mT @ Y * (Y.shape[0] / N)
    g = _gradient(H, walk)[1]
    if flow == "renormalised":
        H = H - dt * g
        E = H - H @ average
        return _inverse_root(E @ E.mT / N) @ H
    means, g_means = H @ average, g @ average
    E, g_within = H - means, g - g_means
    overlap = g_within @ E.mT
    g_within = g_within - (overlap + overlap.mT) @ E / (2 * N)
    E = E - dt * g_within
    return (means - dt * g_means) + _inverse_root(E @ E.mT / N) @ E


class _Measured(NamedTuple):
    omega: Array
    loss: Array
    nc1: Array
    drift: Array


def _measured(H: Array, walk: _Walk) -> _Measured:
    xp, Y, N = namespace(H), walk.Y, H.shape[-1]
    means = H @ Y.mT * (Y.shape[0] / N)
    E = H - means @ Y
    gamma = _inverse_root(E @ E.mT / N) @ (means - xp.mean(means, axis=-1, keepdims=True))
    squares = xp.flip(eigvalsh(gamma.mT @ gamma)[..., 1:], axis=-1)
    inner = walk.U.mT @ gamma @ walk.V
    diagonal = inner * xp.eye(inner.shape[-1], dtype=inner.dtype, device=inner.device)
    off = gamma - walk.U @ diagonal @ walk.V.mT
    total = xp.sum(gamma * gamma, axis=(-2, -1))
    drift = xp.sqrt(xp.sum(off * off, axis=(-2, -1)) / total)
    return _Measured(xp.sqrt(squares), _gradient(H, walk)[0], metrics_of(H, Y).nc1, drift)


def _walked(H: Array, walk: _Walk, times: Sequence[float], flow: str, steps: int) -> _Measured:
    """Euler with `steps` equal steps between consecutive times."""
    found, now = [], 0.0
    for time in times:
        for _ in range(steps):
            H = _step(H, walk, (time - now) / steps, flow)
        found.append(_measured(H, walk))
        now = time
    return _Measured(*(namespace(H).stack(list(parts), axis=-1) for parts in zip(*found, strict=True)))


@kernel(floats=lambda **_: FEW)
def central_path_omega(
    omega0: Sequence[float], t: Sequence[float], C: int, n: int, flow: str = "projected", *, d: int, steps: int,
    trials: int, rng: Generator,
) -> CentralPath:  # fmt: skip
    """Walk the central path from random features with the given singular values (descending), C n - C >= d >= C - 1.

    Euler between consecutive times with `steps`, 2 `steps` and 4 `steps` steps, extrapolated to step 0 (Romberg: the
    Euler error is a power series in the step).

    omega0: the C - 1 singular values at time 0, > 0; t: increasing times from 0 on; C >= 2 classes of n >= 2 samples;
    flow: "projected" or "renormalised". Returns the fields of CentralPath, omega of shape (trials, times, C - 1).

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> found = central_path_omega([1.5, 1.0], [0.0, 0.5], 3, 4, d=3, steps=8, trials=2, rng=rng)
    >>> found.omega.shape
    (2, 2, 2)
    """
    if len(omega0) != C - 1:
        raise ValueError(f"omega0 = {omega0!r}: must hold C - 1 = {C - 1} singular values")
    walk, H = _start(rng, trials, omega0, n, d)
    coarse, middle, fine = (_walked(H, walk, t, flow, steps * refined) for refined in (1, 2, 4))
    parts = zip(coarse[:-1], middle[:-1], fine[:-1], strict=True)
    omega, loss, nc1 = ((8 * c - 6 * b + a) / 3 for a, b, c in parts)
    residual = _largest(omega / (2 * fine.omega - middle.omega) - 1)
    return CentralPath(omega, loss, nc1, fine.drift, residual)


def _largest(errors: Array) -> Array:
    return namespace(errors).max(namespace(errors).abs(errors), axis=(-2, -1))


@kernel(floats=lambda **_: FEW)
def central_path_euler(
    omega0: Sequence[float], t: Sequence[float], C: int, n: int, flow: str = "projected", *, d: int, steps: int,
    trials: int, rng: Generator,
) -> CentralPath:  # fmt: skip
    """The same walk without extrapolation: its error is proportional to the step.

    omega0 (C - 1,), t, C, n, flow, d: as `central_path_omega`; steps >= 1: steps between consecutive times. Returns
    the fields of CentralPath.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> found = central_path_euler([1.5, 1.0], [0.0, 0.5], 3, 4, d=3, steps=8, trials=2, rng=rng)
    >>> found.omega.shape
    (2, 2, 2)
    """
    walk, H = _start(rng, trials, omega0, n, d)
    coarse, fine = (_walked(H, walk, t, flow, s) for s in (max(1, steps // 2), steps))
    return CentralPath(*fine, _largest(fine.omega / coarse.omega - 1))
