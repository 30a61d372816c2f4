"""Algorithms stopped where their training loss is the one wanted: a monotone parameter, found by halving."""

from __future__ import annotations

from collections.abc import Callable

from sims.arrays import Array, namespace

_HALVINGS = 64


def match(train: Callable[[Array], Array], target: float, scale: Array) -> tuple[Array, Array]:
    """Return parameters (T, 1) at which `train`, increasing from (T, 1) to (T,), is `target`, and relative residuals.

    They are sought from 1e-26 to 1e26 times `scale` (T,); a residual far from 0 says that none is there.
    """
    xp = namespace(scale)
    low = xp.log(scale)[:, None] - 60.0
    width = 120.0
    for _ in range(_HALVINGS):
        width /= 2
        short = (train(xp.exp(low + width)) < target)[:, None]
        low = xp.where(short, low + width, low)
    found = xp.exp(low + width / 2)
    return found, xp.abs(train(found) / target - 1)


def ridge_filter(eigenvalues: Array, l: Array) -> Array:
    """What ridge of penalty l leaves of the targets along eigenvectors of ZZ'/n, l/(x + l)."""
    return l / (eigenvalues + l)


def flow_filter(eigenvalues: Array, l: Array) -> Array:
    """What gradient flow stopped at time 1/l leaves of them, exp(-x/l)."""
    return namespace(eigenvalues).exp(-eigenvalues / l)


def fitted(left: Array, eigenvalues: Array) -> Array:
    """(1 - left)/eigenvalue, 0 where the eigenvalue is 0: there is nothing to fit."""
    xp = namespace(left)
    some = eigenvalues > 0
    return xp.where(some, (1 - left) / xp.where(some, eigenvalues, xp.ones_like(eigenvalues)), xp.zeros_like(left))
