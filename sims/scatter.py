"""Scatter of classes: means, deviations, and how fuzzy the separation is. Samples are columns, as contracts have it."""

from __future__ import annotations

from sims.arrays import Array, device, eigh, namespace


def class_means(H: Array, Y: Array) -> Array:
    """Return the class means (..., d, C) of features H (..., d, N) with one-hot labels Y (C, N), no class empty."""
    return H @ (Y / namespace(Y).sum(Y, axis=-1, keepdims=True)).mT


def deviations(H: Array, Y: Array) -> Array:
    """Return what is left of H (..., d, N) when each sample's class mean is taken out."""
    return H - class_means(H, Y) @ Y


def fuzziness(H: Array, Y: Array) -> Array:
    r"""Return $\mathrm{tr}(S_W S_B^+)$ of features H (..., d, N) with one-hot labels Y (C, N), shape (...).

    $S_W = \frac1N \sum (h-\mu_c)(h-\mu_c)'$, $S_B = \frac1N \sum_c n_c (\mu_c-\mu)(\mu_c-\mu)'$, $\mu$ the mean of all
    samples. No d x d matrix is formed. Singular values of the means below 1e-7 of the largest count as zero.

    >>> import numpy as np
    >>> round(float(fuzziness(np.asarray([[1.0, 3, -1, -3]]), np.asarray([[1.0, 1, 0, 0], [0, 0, 1, 1]]))), 12)
    0.25
    """
    xp = namespace(H)
    (C, N), sizes = Y.shape, xp.sum(Y, axis=-1)
    means = class_means(H, Y)
    M = (means - xp.mean(H, axis=-1, keepdims=True)) * xp.sqrt(sizes / N)
    inside = over_square(M.mT @ M, M.mT @ (H - means @ Y), min(H.shape[-2], C - 1))
    return xp.sum(inside * inside, axis=(-2, -1)) / N


def over_square(G: Array, A: Array, rank: int) -> Array:
    """G^+ A up to a rotation: with G = M'M and A = M'E its squared norm is tr(E E' (M M')^+)."""
    xp = namespace(G)
    values, vectors = eigh(G)
    order = xp.arange(values.shape[-1], device=device(G))
    # Centred means have rank at most C - 1, and at most d: the rest is dropped by count, true zeros by size.
    kept = (order >= values.shape[-1] - rank) & (values > 1e-14 * values[..., -1:])
    inverse = xp.astype(kept, values.dtype) / xp.where(kept, values, xp.ones_like(values))
    return inverse[..., None] * (vectors.mT @ A)
