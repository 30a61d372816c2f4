"""Cyclic orders by powers of the product of the projections."""

from __future__ import annotations

import math

from sims.arrays import Array, Generator, asarray, eye, kernel, namespace, spd_inverse


def apply_power(M: Array, n: int, x: Array) -> Array:
    """Return M^n x for stacks of square matrices and of columns, by doubling: log2 n products of matrices."""
    while n:
        if n & 1:
            x = M @ x
        n >>= 1
        if n:
            M = M @ M
    return x


def cycle(P: Array) -> Array:
    """Return the product P_T ... P_1 of projections stacked along axis -3."""
    product = P[..., 0, :, :]
    for t in range(1, P.shape[-3]):
        product = P[..., t, :, :] @ product
    return product


def lines_forgetting(angles: list[float], n: int, trials: int, rng: Generator) -> Array:
    """Forgetting (trials,) of lines at the given angles, turned together by a random angle, teacher along the first."""
    turned = 2 * math.pi * rng.random(size=(trials, 1)) + asarray(rng, angles)
    xp = namespace(turned)
    lines = xp.stack([xp.cos(turned), xp.sin(turned)], axis=-1)
    P = lines[..., :, None] * lines[..., None, :]
    e = apply_power(cycle(P), n, -lines[:, 0, :, None])
    residual = e[:, None, :, :] - P @ e[:, None, :, :]
    return xp.mean(xp.sum(residual**2, axis=(-2, -1)), axis=-1)


@kernel(floats=lambda T, **_: 12 * T)
def fan_forgetting(T: int, n: int, delta: float, trials: int, rng: Generator) -> Array:
    r"""Learn T lines in the plane at angles 0, delta, ..., (T - 1) delta in cyclic order, n passes.

    Each pass is one product of projections, all passes a power by doubling. Returns forgetting (trials,).

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(fan_forgetting(3, 1, math.pi / 3, trials=2, rng=strict_rng(0))).round(6)
    array([0.03125, 0.03125])
    """
    return lines_forgetting([j * delta for j in range(T)], n, trials, rng)


@kernel(floats=lambda T, **_: 12 * T)
def zigzag_forgetting(T: int, n: int, delta: float, trials: int, rng: Generator) -> Array:
    r"""Learn T = 2h lines at angles delta, ..., h delta, (h - 1) delta, ..., 0 in cyclic order, n passes.

    Returns forgetting (trials,).

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(zigzag_forgetting(2, 1, math.pi / 4, trials=2, rng=strict_rng(0))).round(6)
    array([0.125, 0.125])
    """
    steps = [*range(1, T // 2 + 1), *range(T // 2 - 1, -1, -1)]
    return lines_forgetting([j * delta for j in steps], n, trials, rng)


@kernel(floats=lambda T, d, r, **_: 2 * T * r * (d + r) + 4 * d * d)
def gaussian_cyclic_forgetting(T: int, n: int, d: int, r: int, *, trials: int, rng: Generator) -> Array:
    r"""Learn T Gaussian tasks of r rows in R^d in cyclic order, n passes, each to the minimum-norm change.

    The teacher w* ~ N(0, I/d) is shared. Passes are powers of one matrix, $\prod_t (I - X_t^+ X_t)$, by doubling.
    Returns forgetting $\frac1T\sum_t\|X_t (w - w^*)\|^2$ after the last pass, (trials,).

    >>> from sims.arrays import strict_rng
    >>> gaussian_cyclic_forgetting(5, 100, 50, 10, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    X = rng.standard_normal(size=(trials, T, r, d))
    e = rng.standard_normal(size=(trials, d, 1)) / -math.sqrt(d)
    xp, inverse = namespace(X), spd_inverse(X @ X.mT) @ X
    whole = eye(X, d) - X[:, 0, ...].mT @ inverse[:, 0, ...]
    for t in range(1, T):
        whole -= X[:, t, ...].mT @ (inverse[:, t, ...] @ whole)
    e = apply_power(whole, n, e)
    return xp.sum((X @ e[:, None, ...]) ** 2, axis=(-3, -2, -1)) / T
