"""Test-time training: each image draws its own noise and tunes its own shrinkage."""

from __future__ import annotations

from typing import NamedTuple

from sims import arrays, instances
from sims.arrays import Array, Generator, NonNegative, kernel


class Image(NamedTuple):
    """A noisy image y (n,) and the subspace's orthonormal basis U (n, d)."""

    y: Array
    U: Array


def _check(d: int) -> None:
    if d < 3:
        raise ValueError(f"d = {d}: must be an integer >= 3")


def noisy_images(rng: Generator, trials: int, d: int, tau2: float, sigma2: float) -> tuple[Array, Array]:
    """Images and their noisy versions inside the subspace, (trials, d): nothing else reaches the estimate."""
    x = tau2**0.5 * rng.standard_normal(size=(trials, d))
    return x, x + sigma2**0.5 * rng.standard_normal(size=(trials, d))


def _shrink(y: Array, sigma2: float, k: float, positive_part: bool) -> Array:
    xp = arrays.namespace(y)
    alpha = 1 - k * sigma2 / xp.sum(y * y, axis=-1, keepdims=True)
    return (xp.clip(alpha, 0.0) if positive_part else alpha) * y


def error(estimate: Array, x: Array) -> Array:
    """Squared error of each image."""
    return arrays.namespace(x).sum((estimate - x) ** 2, axis=-1)


@kernel(floats=lambda d, **_: 6 * d)
def ttt_risk(
    d: int,
    tau2: NonNegative,
    sigma2: NonNegative,
    k: NonNegative | None = None,
    positive_part: bool = False,
    *,
    trials: int,
    rng: Generator,
) -> Array:
    """Squared error of an image shrunk by 1 - k sigma2/|U'y|^2, clipped at 0 if `positive_part`, shape (trials,).

    d: dimension of the subspace, integer >= 3; tau2, sigma2 >= 0; k >= 0, d where it is None. Nothing is integrated.

    >>> from sims.arrays import strict_rng
    >>> ttt_risk(10, 1.0, 0.5, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    _check(d)
    x, y = noisy_images(rng, trials, d, tau2, sigma2)
    return error(_shrink(y, sigma2, d if k is None else k, positive_part), x)


@kernel(floats=lambda d, **_: 8 * d)
def ttt_excess(
    d: int,
    tau2: NonNegative,
    sigma2: NonNegative,
    k: NonNegative | None = None,
    positive_part: bool = False,
    *,
    trials: int,
    rng: Generator,
) -> Array:
    """Squared error as in `ttt_risk` less that of the best fixed shrinkage on the same image, shape (trials,).

    >>> from sims.arrays import strict_rng
    >>> ttt_excess(10, 1.0, 0.5, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    _check(d)
    x, y = noisy_images(rng, trials, d, tau2, sigma2)
    best = error(tau2 / (tau2 + sigma2) * y, x)
    return error(_shrink(y, sigma2, d if k is None else k, positive_part), x) - best


def projected_images(count: int, n: int, d: int, tau2: float, sigma2: float, *, instance: int = 0) -> Image:
    """Return `count` noisy images y (count, n) and their subspaces U (count, n, d), by instance number.

    count images of n pixels, subspaces of dimension d; tau2, sigma2 >= 0: variances of the signal's coordinates and
    of the noise; instance: the same number gives the same images.

    >>> projected_images(2, 6, 3, 1.0, 0.1)[0].shape
    (2, 6)
    """
    return instances.stack(_one, count, n, d, tau2, sigma2, instance=instance)


def _one(n: int, d: int, tau2: float, sigma2: float, *, instance: int = 0) -> Image:
    U = instances.frame(n, d, instance=instance)
    rng = instances.generator("projected_image", instance)
    return Image(U @ (tau2**0.5 * rng.standard_normal(d)) + sigma2**0.5 * rng.standard_normal(n), U)


def ttt_shrinkage(y: Array, U: Array, sigma2: float) -> Array:
    """The shrinkage that minimises |y - alpha P y|^2 + 2 alpha sigma2 tr P, P = U U', by gradient descent from 0.

    y (..., n); U (..., n, d), orthonormal columns. The step is a Newton step shortened to 9/10, so that the distance
    falls by 10 a step; twenty steps reach rounding.

    >>> import numpy as np
    >>> round(float(ttt_shrinkage(np.asarray([3.0, 4.0, 1.0]), np.eye(3)[:, :2], 0.5)), 12)
    0.96
    """
    xp = arrays.namespace(y)
    P = U @ U.mT
    projected = (P @ y[..., None])[..., 0]
    curvature = 2 * xp.sum(projected * projected, axis=-1)
    alpha = xp.zeros_like(curvature)
    for _ in range(20):
        residual = y - alpha[..., None] * projected
        slope = -2 * xp.sum(residual * projected, axis=-1) + 2 * sigma2 * xp.linalg.trace(P)
        alpha = alpha - 0.9 * slope / curvature
    return alpha


@kernel(floats=lambda y, U, **_: 3 * y.size * U.shape[-2])
def tuned_images(y: Array, U: Array, sigma2: NonNegative, *, trials: int, rng: Generator) -> Array:
    """The shrinkage of each image of a stack y (count, n), U (count, n, d): shape (trials, count), all trials equal.

    >>> from sims.arrays import strict_rng
    >>> tuned_images(*projected_images(2, 5, 3, 1.0, 0.1), 0.1, trials=1, rng=strict_rng(0)).shape
    (1, 2)
    """
    alpha = ttt_shrinkage(arrays.asarray(rng, y), arrays.asarray(rng, U), sigma2)
    return alpha[None, ...] + arrays.zeros(rng, (trials, 1))
