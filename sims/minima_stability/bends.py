"""How much a shallow network bends between its samples: its kinks, counted with a weight that the samples give."""

from __future__ import annotations

from typing import NamedTuple

from sims import arrays
from sims.arrays import Array
from sims.dense_nets import Net

_GRID = 400


class Bent(NamedTuple):
    """Per network (trials,): the sum of the kinks' strengths times their weights, and without weights."""

    weighted: Array
    plain: Array


def kinks(net: Net) -> tuple[Array, Array]:
    """Places and strengths of the kinks of f, (trials, h): where f' jumps, and by how much."""
    w1, w2, b1 = net.weights[0][:, 0, :], net.weights[1][:, :, 0], net.biases[0][:, 0, :]
    return -b1 / w1, arrays.namespace(w1).abs(w1) * w2


def place_weight(tau: Array, x: Array) -> Array:
    """The smaller of both sides' P^2 E|X - tau| sqrt(1 + E[X]^2), of samples x (n,), at places tau of any shape."""
    xp = arrays.namespace(tau)
    sides = []
    for sign in (1.0, -1.0):
        beyond = xp.astype(sign * (x - tau[..., None]) > 0, tau.dtype)
        share, distance = xp.mean(beyond, axis=-1), xp.mean(beyond * sign * (x - tau[..., None]), axis=-1)
        total = xp.mean(beyond * x, axis=-1)
        # share^2 (distance/share) sqrt(1 + (total/share)^2): nothing is divided by a share of zero.
        sides.append(distance * xp.sqrt(share * share + total * total))
    return xp.minimum(sides[0], sides[1])


def weighted_kinks(net: Net, x: Array) -> Bent:
    """Of a stack of relu networks, samples x (n, 1)."""
    xp, (tau, strength) = arrays.namespace(x), kinks(net)
    size = xp.abs(strength)
    return Bent(xp.sum(size * place_weight(tau, x[:, 0]), axis=-1), xp.sum(size, axis=-1))


def smooth_curvature(net: Net, x: Array) -> Array:
    """The integral of |f''| times the weight over the range of the samples, of a stack of tanh networks, (trials,)."""
    xp = arrays.namespace(x)
    low, high = xp.min(x), xp.max(x)
    points = (xp.astype(arrays.arange(x, _GRID), x.dtype) + 0.5) / _GRID
    at = (low + (high - low) * points)[:, None]
    w1 = net.weights[0]
    t = xp.tanh(at @ w1 + net.biases[0])
    second = (-2.0 * t * (1.0 - t * t) * w1 * w1) @ net.weights[1]
    return xp.mean(xp.abs(second[..., 0]) * place_weight(at[:, 0], x[:, 0]), axis=-1) * (high - low)
