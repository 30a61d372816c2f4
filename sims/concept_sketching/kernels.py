"""One random layer, and a chain of them: what happens to an inner product."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Annotated

from sims.arrays import Array, Generator, Whole, asarray, kernel, namespace, zeros
from sims.arrays.domain import In


def _pre_activations(rng: Generator, shape: tuple[int, ...], x: Sequence[float], y: Sequence[float]) -> list[Array]:
    """g.x and g.y for standard normal g, each of that shape: weights are drawn in full dimension."""
    if len(x) != len(y):
        raise ValueError(f"y = {y!r}: must have the length of x, {len(x)}")
    both = asarray(rng, [[float(v) for v in x], [float(v) for v in y]])
    z = rng.standard_normal(size=(*shape, len(x))) @ both.mT
    return [z[..., 0], z[..., 1]]


def _power(z: Array, order: int) -> Array:
    """relu(z)^order, order 0 the indicator."""
    if order == 0:
        return namespace(z).astype(z > 0, z.dtype)
    active = namespace(z).clip(z, 0.0, None)
    return active if order == 1 else active * active


@kernel(floats=lambda x, neurons=64, **_: 4 * neurons * len(x))
def arccos_kernel(
    x: Sequence[float], y: Sequence[float], order: Whole, neurons: int = 64, *, trials: int, rng: Generator
) -> Array:
    """Twice the mean over neurons of (g.x)_+^order (g.y)_+^order, for order 1 the inner product after the layer.

    x, y: inputs of one length; order 0, 1 or 2; neurons >= 1 a trial. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> arccos_kernel([1.0, 0.0], [0.0, 1.0], 1, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    if order > 2:
        raise ValueError(f"order = {order!r}: must be 0, 1 or 2")
    u, v = _pre_activations(rng, (trials, neurons), x, y)
    return 2 * namespace(u).mean(_power(u, order) * _power(v, order), axis=-1)


@kernel(floats=lambda x, m, copies=32, **_: 4 * copies * m * len(x))
def kernel_variance(
    x: Sequence[float], y: Sequence[float], m: int, copies: int = 32, *, trials: int, rng: Generator
) -> Array:
    """The unbiased sample variance of the inner product over `copies` independent layers of m neurons.

    x, y: inputs of one length; m >= 1; copies >= 2. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> kernel_variance([1.0, 0.0], [0.0, 1.0], 4, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    if copies < 2:
        raise ValueError(f"copies = {copies!r}: must be an integer >= 2")
    u, v = _pre_activations(rng, (trials, copies, m), x, y)
    xp = namespace(u)
    return xp.var(2 * xp.mean(_power(u, 1) * _power(v, 1), axis=-1), axis=-1, correction=1.0)


@kernel(floats=lambda x, hashes=64, **_: 4 * hashes * len(x))
def simhash_collision(
    x: Sequence[float], y: Sequence[float], hashes: int = 64, *, trials: int, rng: Generator
) -> Array:
    """The share of random hyperplanes with both inputs on one side.

    x, y: inputs of one length; hashes >= 1 a trial. Returns (trials,).

    >>> import numpy as np
    >>> simhash_collision([1.0, 0.0], [2.0, 0.0], trials=2, rng=np.random.default_rng(0))
    array([1., 1.])
    """
    u, v = _pre_activations(rng, (trials, hashes), x, y)
    xp = namespace(u)
    return xp.mean(xp.astype((u > 0) == (v > 0), u.dtype), axis=-1)


@kernel(floats=lambda width=128, **_: 8 * width)
def depth_correlation(
    rho0: Annotated[float, In(-1.0, 1.0)], depth: Whole, width: int = 128, *, trials: int, rng: Generator
) -> Array:
    """Correlations of two inputs after 0, 1, ..., depth layers of that width, shape (trials, depth + 1).

    Exact in law at every width: given the Gram matrix of a layer's outputs the next pre-activations are independent
    normal pairs with that covariance, so no weight matrix is drawn. NaN where all neurons of a layer are inactive.

    rho0: correlation of the inputs, in [-1, 1]; depth >= 0; width >= 1.

    >>> from sims.arrays import strict_rng
    >>> depth_correlation(0.5, 2, trials=2, rng=strict_rng(0)).shape
    (2, 3)
    """
    xp = namespace(zeros(rng, (1,)))
    correlation = zeros(rng, (trials,)) + rho0
    found = [correlation]
    for _ in range(depth):
        # A layer does not feel the inputs' lengths, so each starts again from unit vectors.
        g = rng.standard_normal(size=(trials, 2, width))
        along, across = correlation[:, None], xp.sqrt(xp.clip(1 - correlation * correlation, 0.0, None))[:, None]
        u = xp.clip(g[:, 0, :], 0.0, None)
        v = xp.clip(along * g[:, 0, :] + across * g[:, 1, :], 0.0, None)
        size = xp.sqrt(xp.sum(u * u, axis=-1) * xp.sum(v * v, axis=-1))
        dead = size == 0
        correlation = xp.clip(xp.sum(u * v, axis=-1) / xp.where(dead, 1.0, size), -1.0, 1.0)
        correlation = xp.where(dead, math.nan, correlation)
        found.append(correlation)
    return xp.stack(found, axis=-1)


NODES = 24
"""Of Gauss and Legendre on at most half a turn: the integrand below is a sine squared, exact to rounding."""


@kernel(floats=lambda **_: 4 * NODES, block=1)
def depth_distance(rho0: Annotated[float, In(-1.0, 1.0)], depth: int, *, trials: int, rng: Generator) -> Array:
    """1 - rho after `depth` layers of infinite width: the mean of (relu(g.x) - relu(g.y))^2 for unit x, y at each.

    By quadrature over the direction a of g in their plane, seen from x; y lies at the angle t. Both are active from
    t - pi/2 to pi/2, where cos a - cos(a - t) = -2 sin(t/2) sin(a - t/2); one alone on two arcs of length t, with
    sines from 0 on. The same on every trial.

    rho0: correlation of the inputs, in [-1, 1]; depth >= 1. Returns (trials,).

    >>> import numpy as np
    >>> depth_distance(0.0, 1, trials=1, rng=np.random.default_rng(0))
    array([0.68169011])
    """
    points, masses = zip(*_legendre(NODES), strict=True)
    nodes, weights = asarray(rng, list(points)), asarray(rng, list(masses))
    t = zeros(rng, (trials, 1)) + math.acos(rho0)
    xp = namespace(t)
    for _ in range(depth):
        both = math.pi - t
        shared = xp.sin(both * (nodes - 0.5)) ** 2 @ weights * both[:, 0]
        alone = xp.sin(t * nodes) ** 2 @ weights * t[:, 0]
        left = (4 * xp.sin(0.5 * t[:, 0]) ** 2 * shared + 2 * alone) / math.pi
        t = 2 * xp.asin(xp.sqrt(0.5 * left))[:, None]
    return left


@functools.cache
def _legendre(n: int) -> list[tuple[float, float]]:
    """Nodes and weights on [0, 1], by Newton steps on the Legendre polynomial."""
    rule = []
    for k in range(n):
        x = math.cos(math.pi * (k + 0.75) / (n + 0.5))
        for _ in range(8):
            before, value = 1.0, x
            for j in range(2, n + 1):
                before, value = value, ((2 * j - 1) * x * value - (j - 1) * before) / j
            slope = n * (x * value - before) / (x * x - 1)
            x -= value / slope
        rule.append((0.5 * (1 + x), 1 / ((1 - x * x) * slope * slope)))
    return rule
