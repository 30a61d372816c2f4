"""Total-variation smoothing of many sequences at once: an interior point of the dual, by tridiagonal systems."""

from __future__ import annotations

import functools
from typing import NamedTuple

from sims.arrays import Array, namespace, to_host


class TotalVariation(NamedTuple):
    """Smoothed sequences u (T, n), and the duality gap over |y - mean|^2/2, (T,)."""

    u: Array
    gap: Array


def tridiagonal_solve(lower: Array, diagonal: Array, upper: Array, right: Array) -> Array:
    """Solve stacks of tridiagonal systems by cyclic reduction, log2 n stages: all arguments (..., n).

    Row i reads lower_i x_{i-1} + diagonal_i x_i + upper_i x_{i+1} = right_i; lower_0 and upper_{n-1} must be 0. Stable
    where the diagonal dominates.

    >>> import numpy as np
    >>> a, b = np.asarray([0.0, -1.0, -1.0]), np.asarray([2.0, 2.0, 2.0])
    >>> tridiagonal_solve(a, b, np.asarray([-1.0, -1.0, 0.0]), np.asarray([1.0, 0.0, 1.0]))
    array([1., 1., 1.])
    """
    n = diagonal.shape[-1]
    if n == 1:
        return right / diagonal
    xp = namespace(right)
    zero = xp.zeros_like(right[..., :1])
    if n % 2 == 0:  # one equation x = 0 more: then there is an even row on both sides of every odd one
        lower, upper, right = (xp.concat([a, zero], axis=-1) for a in (lower, upper, right))
        diagonal = xp.concat([diagonal, zero + 1.0], axis=-1)
    (la, lb, lc, lr), (a, b, c, r), (ra, rb, rc, rr) = (
        [v[..., part] for v in (lower, diagonal, upper, right)]
        for part in (slice(0, -1, 2), slice(1, None, 2), slice(2, None, 2))
    )
    left, after = a / lb, c / rb
    odd = tridiagonal_solve(-left * la, b - left * lc - after * ra, -after * rc, r - left * lr - after * rr)
    padded = xp.concat([zero, odd, zero], axis=-1)
    even = right[..., ::2] - lower[..., ::2] * padded[..., :-1] - upper[..., ::2] * padded[..., 1:]
    even = even / diagonal[..., ::2]
    both = xp.stack([even, padded[..., 1:]], axis=-1)
    return xp.reshape(both, (*right.shape[:-1], 2 * even.shape[-1]))[..., :n]


def total_variation(y: Array, lam: Array | float, target: float = 1e-10, most: int = 50) -> TotalVariation:
    r"""Minimise |u - y|^2/2 + lam sum_i |u_{i+1} - u_i| for each sequence of y (T, n); lam > 0, a number or (T, 1).

    The dual is $\min |y - D'z|^2/2$ over $|z_i| \le lam$, $u = y - D'z$, D the differences: Mehrotra's predictor and
    corrector, two tridiagonal systems a step for all sequences. The gap $\sum_i (lam |d_i| - z_i d_i)$, d = Du, is a
    sum of terms >= 0; a sequence below `target` stands still.

    >>> import numpy as np
    >>> total_variation(np.asarray([[0.0, 0.0, 3.0, 3.0]]), 1.0).u.round(6)
    array([[0.5, 0.5, 2.5, 2.5]])
    """
    if y.shape[-1] < 2:
        raise ValueError(f"y = array of shape {tuple(y.shape)}: must be (T, n) with n >= 2")
    xp = namespace(y)
    differences = y[..., 1:] - y[..., :-1]
    rise = 0.0 * differences + 1.0
    edge = xp.concat([0.0 * rise[..., :1], rise[..., 1:]], axis=-1)
    lower, upper = -edge, -xp.flip(edge, axis=-1)
    bound = lam * rise
    spread = 1e-300 + 0.5 * xp.sum((y - xp.mean(y, axis=-1, keepdims=True)) ** 2, axis=-1, keepdims=True)

    def slope(z: Array) -> Array:
        """Du = D(y - D'z)."""
        left = xp.concat([0.0 * z[..., :1], z[..., :-1]], axis=-1)
        right = xp.concat([z[..., 1:], 0.0 * z[..., :1]], axis=-1)
        return differences - (2 * z - left - right)

    z = 0.0 * rise
    d = slope(z)
    # Multipliers of z <= lam and of -z <= lam: their difference is Du at the solution.
    level = xp.mean(xp.abs(d), axis=-1, keepdims=True) + 1e-300
    above, below = xp.clip(d, 0.0) + level, xp.clip(-d, 0.0) + level
    gap = xp.sum(bound * xp.abs(d) - z * d, axis=-1, keepdims=True) / spread
    for _ in range(most):
        moving = ~(gap <= target)
        if not to_host(moving).any():
            break
        top, bottom = bound - z, bound + z
        weights = above / top + below / bottom
        mean = xp.mean(above * top + below * bottom, axis=-1, keepdims=True) / 2
        stationary = d - above + below

        def direction(r_above: Array, r_below: Array) -> tuple[Array, Array, Array]:
            """Right sides of top da - above dz = r_above and bottom db + below dz = r_below."""
            right = stationary - r_above / top + r_below / bottom  # noqa: B023
            dz = tridiagonal_solve(lower, 2 + weights, upper, right)  # noqa: B023
            return dz, (r_above + above * dz) / top, (r_below - below * dz) / bottom  # noqa: B023

        dz, da, db = direction(-above * top, -below * bottom)
        far = _longest((top, -dz), (bottom, dz), (above, da), (below, db))
        ahead = (above + far * da) * (top - far * dz) + (below + far * db) * (bottom + far * dz)
        aim = (xp.mean(ahead, axis=-1, keepdims=True) / (2 * mean)) ** 3 * mean
        dz, da, db = direction(aim - above * top + da * dz, aim - below * bottom - db * dz)
        far = xp.clip(0.995 * _longest((top, -dz), (bottom, dz), (above, da), (below, db)), None, 1.0)
        z, above, below = (xp.where(moving, v + far * dv, v) for v, dv in ((z, dz), (above, da), (below, db)))
        d = slope(z)
        gap = xp.sum(bound * xp.abs(d) - z * d, axis=-1, keepdims=True) / spread
    zero = 0.0 * y[..., :1]
    u = y + xp.concat([z, zero], axis=-1) - xp.concat([zero, z], axis=-1)
    return TotalVariation(u, gap[..., 0])


def _longest(*pairs: tuple[Array, Array]) -> Array:
    """The largest step that keeps all v + step dv >= 0, at most 2."""
    xp = namespace(pairs[0][0])
    worst = functools.reduce(xp.maximum, (xp.max(-dv / v, axis=-1, keepdims=True) for v, dv in pairs))
    return 1 / xp.clip(worst, 0.5)
