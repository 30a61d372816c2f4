"""Moments up to order 4 of few directions at once, by symmetric Khatri-Rao products: one pass over the neurons.

Symmetric pairs (i, j) are packed as i <= j; d (d+1)/2 by d numbers for order 3. Contractions afterwards are free.
"""

from __future__ import annotations

from typing import NamedTuple

from sims.arrays import Array, asarray, eye, namespace

LARGEST_TENSOR = 10
"""The largest dimension whose third-order tensor is formed; beyond it only contractions are."""


class SmallMoments(NamedTuple):
    """Means over the neurons of g, g w, g w w', g (w w') w packed (T, P, d) and g (w w')(w w') packed (T, P, P)."""

    zeroth: Array
    first: Array
    second: Array
    third: Array
    fourth: Array | None


def small_moments(W: Array, g: Array, fourth: bool = False) -> SmallMoments:
    """Return the raw moments of W (T, m, d) weighted by g (T, m), with the fourth if asked for."""
    xp = namespace(W)
    d, m = W.shape[-1], W.shape[1]
    rows, weights = xp.stack([W[..., i] for i in range(d)], axis=1), (g / m)[:, None, :]
    # Neurons along the last axis of fresh arrays: long contiguous products.
    pairs = xp.concat([rows[:, i : i + 1, :] * rows[:, i:, :] for i in range(d)], axis=1)
    weighted = pairs * weights
    second = _unpack(xp.sum(weighted, axis=-1), d)
    high = weighted @ pairs.mT if fourth else None
    return SmallMoments(xp.sum(weights, axis=-1)[..., None], (weights @ W)[:, 0, :], second, weighted @ W, high)


def contract3(moments: SmallMoments, a: Array) -> Array:
    """Return the mean of g H_3(w)(I, I, a) for vectors a (T, d), shape (T, d, d)."""
    along = namespace(a).sum(moments.first * a, axis=-1)[:, None, None]
    mixed = moments.first[..., None] * a[:, None, :]
    raw = _unpack((moments.third @ a[..., None])[..., 0], a.shape[-1])
    return raw - along * eye(a, a.shape[-1]) - mixed - mixed.mT


def contract4(moments: SmallMoments, A: Array) -> Array:
    """Return the mean of g H_4(w)(I, I, A) for symmetric A (T, d, d), shape (T, d, d)."""
    xp = namespace(A)
    d = A.shape[-1]
    first, second = _pair_indices(d)
    flat = xp.reshape(A, (A.shape[0], d * d))
    packed = xp.take(flat, asarray(A, [i * d + j for i, j in zip(first, second, strict=True)]), axis=-1)
    raw = _unpack((moments.fourth @ (packed * _pair_weights(A, d))[..., None])[..., 0], d)
    identity = eye(A, d)
    trace = xp.sum(A * identity, axis=(-2, -1))[:, None, None]
    along = xp.sum(A * moments.second, axis=(-2, -1))[:, None, None]
    mixed = moments.second @ A
    low = along * identity + trace * moments.second + 2 * (mixed + mixed.mT)
    return raw - low + moments.zeroth * (trace * identity + 2 * A)


def third_tensor(W: Array, g: Array) -> Array:
    """Return the mean of g H_3(w), shape (T, d, d, d)."""
    d = W.shape[-1]
    packed = _third_hermite(_third_moments(W, g), d)
    return namespace(W).permute_dims(_unpack(packed.mT, d), (0, 2, 3, 1))


def third_order_squared(first: tuple[Array, Array], other: tuple[Array, Array]) -> Array:
    """Return the squared Frobenius distance of the order-3 moment tensors of two networks (W, g), shape (T,)."""
    xp = namespace(first[0])
    d = first[0].shape[-1]
    difference = _third_hermite(_third_moments(*first), d) - _third_hermite(_third_moments(*other), d)
    return xp.sum(difference * difference * _pair_weights(difference, d)[:, None], axis=(-2, -1))


def _third_moments(W: Array, g: Array) -> tuple[Array, Array]:
    """The means of g w and of g (w w') w packed, one w_i after the other: pairs are never held all at once."""
    xp, d = namespace(W), W.shape[-1]
    weighted = W * (g / W.shape[1])[..., None]
    # Neurons last: long passes in memory order.
    rows, scales = (xp.stack([part[..., i] for i in range(d)], axis=-2) for part in (W, weighted))
    parts = [(rows[:, i:, :] * scales[:, i : i + 1, :]) @ W for i in range(d)]
    return xp.sum(weighted, axis=-2), xp.concat(parts, axis=-2)


def _third_hermite(moments: tuple[Array, Array], d: int) -> Array:
    """The packed mean of g H_3(w): minus delta_ij w_k + delta_ik w_j + delta_jk w_i."""
    mean, third = moments
    xp = namespace(third)
    i, j = (asarray(third, index) for index in _pair_indices(d))
    identity = eye(third, d)
    same = xp.astype(i == j, xp.float64)
    tensor = third - same[:, None] * mean[:, None, :]
    tensor -= xp.take(identity, i, axis=0) * xp.take(mean, j, axis=-1)[..., None]
    tensor -= xp.take(identity, j, axis=0) * xp.take(mean, i, axis=-1)[..., None]
    return tensor


def _pair_indices(d: int) -> tuple[list[int], list[int]]:
    chosen = [(i, j) for i in range(d) for j in range(i, d)]
    return [i for i, _ in chosen], [j for _, j in chosen]


def _pair_weights(like: Array, d: int) -> Array:
    """How often a packed pair occurs in the full tensor."""
    return asarray(like, [1.0 if i == j else 2.0 for i, j in zip(*_pair_indices(d), strict=True)])


def _unpack(packed: Array, d: int) -> Array:
    """Symmetric matrices (..., d, d) from packed pairs (..., P)."""
    position = {pair: n for n, pair in enumerate(zip(*_pair_indices(d), strict=True))}
    index = [position[min(i, j), max(i, j)] for i in range(d) for j in range(d)]
    xp = namespace(packed)
    return xp.reshape(xp.take(packed, asarray(packed, index), axis=-1), (*packed.shape[:-1], d, d))
