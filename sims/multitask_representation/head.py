"""A new task fitted on a given representation, and from scratch, by least squares on drawn samples."""

from __future__ import annotations

import math

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Whole, kernel


def fitted_risk(frame: Array, theta: Array, x: Array, sigma2: float) -> Array:
    """Excess risk of least squares on z = x frame, label noise integrated: frame (.., d, k), theta (.., d, 1).

    What of the target lies outside the frame enters the labels literally.
    """
    xp = arrays.namespace(x)
    z = x @ frame
    inverse = arrays.spd_inverse(z.mT @ z)
    error = frame @ (inverse @ (z.mT @ (x @ theta))) - theta
    return xp.sum(error[..., 0] ** 2, axis=-1) + sigma2 * xp.linalg.trace(inverse)


@kernel(floats=lambda k, n2, d=None, **_: (2 * n2 + 2 * k) * (d or k + 1))
def transfer_risk(
    rho2: NonNegative, k: int, n2: int, sigma2: NonNegative, d: int | None = None, *, trials: int, rng: Generator
) -> Array:
    """Excess risk of least squares on a random k-dimensional representation that leaves out rho2 of the target.

    The target is of length 1 inside the representation; label noise is integrated, the part outside is not.

    rho2 >= 0; n2 >= k target samples; sigma2 >= 0: noise; d: dimensions of the inputs, more than k (default: k + 1).
    Returns (trials,). Raises ValueError for n2 < k or d <= k.

    >>> from sims.arrays import strict_rng
    >>> transfer_risk(0.5, 3, 12, 0.25, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    d = k + 1 if d is None else d
    if n2 < k:
        raise ValueError(f"n2 = {n2!r}: must be an integer >= k = {k}")
    if d <= k:
        raise ValueError(f"d = {d!r}: must be an integer > k = {k}")
    frames = arrays.haar_frames(rng, trials, d, k + 1)
    coordinates = arrays.asarray(rng, [[1 / math.sqrt(k)]] * k + [[math.sqrt(rho2)]])
    x = rng.standard_normal(size=(trials, n2, d))
    return fitted_risk(frames[..., :k], frames @ coordinates, x, sigma2)


@kernel(floats=lambda d, n2, **_: n2 * d + 3 * min(n2, d) ** 2)
def scratch_risk(
    d: int, n2: Whole, sigma2: NonNegative, theta_norm2: NonNegative = 1.0, *, trials: int, rng: Generator
) -> Array:
    """Excess risk of (minimum-norm) least squares on all d inputs; labels are drawn with their noise.

    d: dimensions; n2 >= 0: target samples; sigma2 >= 0: noise; theta_norm2 = |theta|^2 >= 0. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> scratch_risk(30, 12, 0.25, 1.0, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    theta = arrays.asarray(rng, [[math.sqrt(theta_norm2 / d)]] * d)
    xp = arrays.namespace(theta)
    if n2 == 0:
        return arrays.zeros(rng, (trials,)) + xp.sum(theta**2)
    x = rng.standard_normal(size=(trials, n2, d))
    y = x @ theta + math.sqrt(sigma2) * rng.standard_normal(size=(trials, n2, 1))
    wide = n2 < d
    found = x.mT @ arrays.spd_solve(x @ x.mT, y) if wide else arrays.spd_solve(x.mT @ x, x.mT @ y)
    return xp.sum((found - theta)[..., 0] ** 2, axis=-1)


@kernel(floats=lambda d, n2, **_: n2 * d + 4 * d**2)
def head_start(
    rho2: NonNegative, k: int, d: int, n2: int, sigma2: NonNegative, *, trials: int, rng: Generator
) -> Array:
    """Excess risk from scratch less that on a representation that leaves out rho2, on the same n2 target samples.

    rho2 >= 0; k < d <= n2: dimensions and target samples; sigma2 >= 0: label noise, integrated. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> head_start(0.5, 3, 12, 31, 1.0, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    if not k < d <= n2:
        raise ValueError(f"d = {d!r}: must be an integer > k = {k} and <= n2 = {n2}")
    frames = arrays.haar_frames(rng, trials, d, k + 1)
    x = rng.standard_normal(size=(trials, n2, d))
    learned = fitted_risk(frames[..., :k], math.sqrt(rho2) * frames[..., k:], x, sigma2)
    return sigma2 * arrays.inv_trace(x.mT @ x) - learned
