"""Coding rates and their gradients on stacks: classes are consecutive columns, `sizes` of them each."""

from __future__ import annotations

from collections.abc import Sequence

from sims import arrays
from sims.arrays import Array, namespace

Sizes = Sequence[int]


def half_logdet(S: Array) -> Array:
    """(1/2) log det of positive definite matrices (..., n, n)."""
    xp = namespace(S)
    return xp.sum(xp.log(xp.linalg.diagonal(arrays.cholesky(S))), axis=-1)


def coded(Z: Array, eps: float) -> Array:
    """I + d/(m eps^2) Z Z' for features (..., d, m)."""
    d, m = Z.shape[-2:]
    return arrays.eye(Z, d) + d / (m * eps**2) * (Z @ Z.mT)


def coding_rates(Z: Array, eps: float) -> Array:
    """R of features (..., d, m), by the smaller of both Grams."""
    d, m = Z.shape[-2:]
    if d <= m:
        return half_logdet(coded(Z, eps))
    return half_logdet(arrays.eye(Z, m) + d / (m * eps**2) * (Z.mT @ Z))


def classes(Z: Array, sizes: Sizes) -> list[Array]:
    """The columns of each class."""
    ends = [sum(sizes[: j + 1]) for j in range(len(sizes))]
    return [Z[..., end - size : end] for end, size in zip(ends, sizes, strict=True)]


def rate_reductions(Z: Array, sizes: Sizes, eps: float) -> Array:
    """Delta R of features (..., d, m), shape (...)."""
    total, m = coding_rates(Z, eps), Z.shape[-1]
    for own in classes(Z, sizes):
        total = total - own.shape[-1] / m * coding_rates(own, eps)
    return total


def pair_rates(Z: Array, Y: Array, eps: float) -> Array:
    """Delta R between two sets of as many features (..., d, m)."""
    both = namespace(Z).concat([Z, Y], axis=-1)
    return coding_rates(both, eps) - (coding_rates(Z, eps) + coding_rates(Y, eps)) / 2


def value_and_slopes(parts: Sequence[Array], eps: float) -> tuple[Array, list[Array]]:
    """Delta R (...) of classes (..., d, m_j) and its gradients in each: (E - gamma_j C_j) Z_j."""
    xp = namespace(parts[0])
    d, m = parts[0].shape[-2], sum(Z.shape[-1] for Z in parts)
    alpha, grams = d / (m * eps**2), [Z @ Z.mT for Z in parts]
    one, total = arrays.eye(parts[0], d), grams[0]
    for gram in grams[1:]:
        total = total + gram
    # One stack for all: first the whole, then the classes.
    k = len(parts)
    scale = arrays.asarray(parts[0], [alpha, *(d / (Z.shape[-1] * eps**2) for Z in parts)])
    share = arrays.asarray(parts[0], [1.0, *(-Z.shape[-1] / m for Z in parts)])
    stacked = one + scale[:, None, None] * xp.stack([total, *grams], axis=-3)
    value = xp.sum(share * half_logdet(stacked), axis=-1)
    inverse = arrays.spd_inverse(stacked)
    return value, [alpha * ((inverse[..., 0, :, :] - inverse[..., j, :, :]) @ parts[j - 1]) for j in range(1, k + 1)]
