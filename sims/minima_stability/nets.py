"""Shallow networks on the real line: stacks of them, and the curvature of their loss where they interpolate."""

from __future__ import annotations

from typing import NamedTuple

from sims import arrays, instances
from sims.arrays import Array
from sims.dense_nets import Net
from sims.tangent import tangent_gram


class Shallow(NamedTuple):
    """A stack of networks: w1, b1, w2 (count, h), and the samples of each, x (count, n)."""

    w1: Array
    b1: Array
    w2: Array
    x: Array


def random_nets(count: int, h: int, n: int, *, instance: int = 0) -> Shallow:
    """Return networks and samples with independent normal entries, by number.

    >>> random_nets(4, 3, 5).x.shape
    (4, 5)
    """
    rng = instances.generator("random_nets", instance)
    return Shallow(*(rng.standard_normal((count, size)) for size in (h, h, h, n)))


def clustered(spread: float) -> Shallow:
    """Return one neuron with its kink at -1/2 and strength 2, and five samples that are 1 up to `spread`.

    >>> clustered(0.0).x
    array([[1., 1., 1., 1., 1.]])
    """
    at = [1 + spread * shift for shift in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    return Shallow(*map(arrays.host_array, ([[1.0]], [[0.5]], [[2.0]], [at])))


def two_clusters(spread: float, strength: float) -> Shallow:
    """Return two neurons with kinks at 0, active on either side, and four samples that are -1 or 1 up to `spread`.

    >>> two_clusters(0.5, 1.0).x
    array([[-1.5, -0.5,  0.5,  1.5]])
    """
    at = [-1 - spread, -1 + spread, 1 - spread, 1 + spread]
    return Shallow(*map(arrays.host_array, ([[1.0, -1.0]], [[0.0, 0.0]], [[strength, strength]], [at])))


def dense(w1: Array, b1: Array, w2: Array) -> Net:
    """The stack as `sims.dense_nets` has it, with output bias 0."""
    return Net((w1[:, None, :], w2[..., None]), (b1[:, None, :], 0.0 * w2[:, None, :1]))


def sharpness(net: Net, x: Array) -> Array:
    """Return lambda_max of G G'/n, (trials,): the curvature of the loss where a net with one output interpolates.

    NaN for a net whose parameters are not finite any more.
    """
    gram = tangent_gram(net, x)
    xp = arrays.namespace(gram)
    finite = xp.isfinite(xp.sum(gram, axis=(-2, -1), keepdims=True))
    largest = arrays.eigvalsh(xp.where(finite, gram, xp.zeros_like(gram)))[..., -1]
    return arrays.where_valid(finite[..., 0, 0], largest) / x.shape[-2]
