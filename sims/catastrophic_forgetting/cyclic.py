"""Cyclic orders by powers of the product of the projections."""

from __future__ import annotations

from sims.arrays import Array, Generator, asarray, kernel, namespace


def matrix_power(M: Array, n: int) -> Array:
    """Return M^n (n >= 1) for a stack of square matrices, by doubling."""
    result = None
    while n:
        if n & 1:
            result = M if result is None else M @ result
        M = M @ M
        n >>= 1
    return result


def cycle(P: Array) -> Array:
    """Return the product P_T ... P_1 of projections stacked along axis -3."""
    product = P[..., 0, :, :]
    for t in range(1, P.shape[-3]):
        product = P[..., t, :, :] @ product
    return product


@kernel(floats=lambda T, **_: 12 * T)
def fan_forgetting(T: int, n: int, delta: float, trials: int, rng: Generator) -> Array:
    r"""Learn T lines in the plane at angles 0, delta, ... in cyclic order, n passes; return the forgetting.

    The fan is turned by a random angle, the teacher lies along the first line. Returns forgetting (trials,).

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(fan_forgetting(3, 1, 1.0471975511965976, trials=2, rng=strict_rng(0))).round(6)
    array([0.03125, 0.03125])
    """
    angles = 6.283185307179586 * rng.random(size=(trials, 1)) + delta * asarray(rng, [float(j) for j in range(T)])
    xp = namespace(angles)
    lines = xp.stack([xp.cos(angles), xp.sin(angles)], axis=-1)
    P = lines[..., :, None] * lines[..., None, :]
    e = matrix_power(cycle(P), n) @ -lines[:, 0, :, None]
    residual = e[:, None, :, :] - P @ e[:, None, :, :]
    return xp.mean(xp.sum(residual**2, axis=(-2, -1)), axis=-1)
