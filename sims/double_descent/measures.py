"""Measures of ridge regression for data of one's own: any array-API arrays (NumPy, CuPy, PyTorch), stacks allowed."""

from __future__ import annotations

from sims import arrays
from sims.arrays import Array


def _check(X: Array, y: Array, lam: float) -> None:
    if X.ndim < 2 or y.ndim != X.ndim - 1 or tuple(X.shape[:-1]) != tuple(y.shape):
        raise ValueError(f"X, y of shapes {tuple(X.shape)}, {tuple(y.shape)}: must be (..., n, p) and (..., n)")
    if 0 in X.shape:
        raise ValueError(f"X has shape {tuple(X.shape)}: must hold at least one sample and one feature")
    if not isinstance(lam, int | float) or isinstance(lam, bool) or not 0 <= lam < float("inf"):
        raise ValueError(f"lam = {lam!r}: must be a real number in [0, inf)")


def _residual_and_leverage(X: Array, y: Array, lam: float) -> tuple[Array, Array]:
    """Return c (I-H) y and c diag(I-H), (..., n) each; c = 1 if p <= n, c = 1/(n lam) if p > n (finite at 0)."""
    xp = arrays.namespace(X)
    n, p = X.shape[-2:]
    if p <= n:
        inverse = arrays.spd_inverse(X.mT @ X + n * lam * arrays.eye(X, p))
        hat = X @ inverse
        fitted = (hat @ (X.mT @ y[..., None]))[..., 0]
        return y - fitted, 1 - xp.sum(hat * X, axis=-1)
    inverse = arrays.spd_inverse(X @ X.mT + n * lam * arrays.eye(X, n))
    return (inverse @ y[..., None])[..., 0], xp.linalg.diagonal(inverse)


def gcv(X: Array, y: Array, lam: float) -> Array:
    r"""Return the generalised cross-validation estimate of the test error of ridge regression with penalty n lam.

    .. math:: \mathrm{GCV} = \frac{|y - Hy|^2/n}{(1 - \mathrm{tr}H/n)^2}, \qquad H = X(X'X + n\lambda)^{-1}X'

    X (..., n, p), y (..., n): data without intercept (centre them first); lam >= 0. At lam = 0 with p > n the limit
    n y'(XX')^{-2}y / (tr (XX')^{-1})^2 is taken. Trust it only where leverages are nearly equal; else `leave_one_out`.

    >>> import numpy as np
    >>> float(gcv(np.array([[1.0], [1.0]]), np.array([1.0, 3.0]), 1.0).round(6))
    5.555556
    """
    _check(X, y, lam)
    xp = arrays.namespace(X)
    residual, left = _residual_and_leverage(X, y, lam)
    return xp.mean(residual * residual, axis=-1) / xp.mean(left, axis=-1) ** 2
