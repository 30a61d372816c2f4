"""Weights removed over drawn Gaussian designs, and the energy that magnitude pruning of Gaussian weights removes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, Share, kernel, namespace


class RemovalLoss(NamedTuple):
    """Loss increase with the others refitted, and with the mask alone, each (trials,)."""

    update: Array
    mask: Array


@kernel(floats=lambda n, Sigma, w, S: 2 * n * len(w) + 3 * len(w) ** 2)
def removal_loss(n: int, Sigma: Array, w: Array, S: Sequence[int], *, trials: int, rng: Generator) -> RemovalLoss:
    """Loss increases |z|^2/(2n) of the removed part z = X_S w_S, and of its residual after least squares on X_R.

    n: samples; Sigma: (p, p), covariance of the rows, n >= p; w: (p,); S: indices, not all. Returns `RemovalLoss`.

    >>> from sims.arrays import host_array, strict_rng
    >>> found = removal_loss(5, host_array([[1.0, 0.5], [0.5, 1.0]]), host_array([1.0, 2.0]), (0,), trials=3,
    ...     rng=strict_rng(0))
    >>> found.update.shape
    (3,)
    """
    p = len(w)
    if n < p:
        raise ValueError(f"n = {n!r}: must be an integer >= p = {p}")
    if not S or len(set(S)) < len(S) or not all(0 <= i < p for i in S) or len(S) == p:
        raise ValueError(f"S = {S!r}: must be distinct integers from 0 to {p - 1}, not all")
    root = arrays.cholesky(arrays.asarray(rng, Sigma))
    x = rng.standard_normal(size=(trials, n, p)) @ root.mT
    xp = namespace(x)
    z = x @ arrays.asarray(rng, [float(w[i]) if i in S else 0.0 for i in range(p)])[:, None]
    kept = xp.take(x, arrays.asarray(rng, [i for i in range(p) if i not in S]), axis=-1)
    z2 = xp.sum(z * z, axis=(-2, -1))
    _, explained = arrays.inv_forms(kept.mT @ kept, kept.mT @ z)
    return RemovalLoss((z2 - explained[..., 0]) / (2 * n), z2 / (2 * n))


@kernel(floats=lambda s, p=100: 4 * p)
def magnitude_energy_fraction(s: Share, p: int = 100, *, trials: int, rng: Generator) -> Array:
    """Sum of the squares of the s p smallest of p Gaussian weights, over p; s p must be an integer.

    >>> from sims.arrays import strict_rng
    >>> magnitude_energy_fraction(0.5, 4, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    if abs(s * p - round(s * p)) > 1e-9:
        raise ValueError(f"p = {p!r}: must make s p = {s * p:g} an integer")
    w = rng.standard_normal(size=(trials, p))
    xp = namespace(w)
    return xp.sum(xp.sort(w * w, axis=-1)[:, : round(s * p)], axis=-1) / p
