"""Training the first layer of a wide network, beside its linearisation at the start."""

from __future__ import annotations

import math
from typing import NamedTuple

from sims import arrays, instances
from sims.arrays import Array, Generator, Positive, Whole, kernel, namespace


class Samples(NamedTuple):
    """Inputs of norm 1 as rows x (n, d) and targets y (n,)."""

    x: Array
    y: Array


class LinearModel(NamedTuple):
    """A Jacobian J (n, p) with J J^T of largest eigenvalue 1, and a residual res0 (n,)."""

    J: Array
    res0: Array


class Deviation(NamedTuple):
    """|res_t - linearised|/|y|, (trials,)."""

    deviation: Array


class Path(NamedTuple):
    """Residual along each eigenvector of the kernel at the start over its value there, and the eigenvalues' step.

    share (trials, steps + 1, n), largest eigenvalue first; rate: eta times the eigenvalue, (trials, n).
    """

    share: Array
    rate: Array


def samples(n: int, d: int, *, instance: int = 0) -> Samples:
    """Uniform inputs on the sphere, Gaussian targets.

    >>> samples(4, 3).x.shape
    (4, 3)
    """
    rng = instances.generator("unit_samples", instance)
    x, y = rng.standard_normal((n, d)), rng.standard_normal(n)
    return Samples(x / ((x * x).sum(axis=1) ** 0.5)[:, None], y)


def linear_model(n: int, p: int, *, instance: int = 0) -> LinearModel:
    """Gaussian features with eigenvalues 1 to 1/n^2 of the kernel, random directions; a Gaussian residual.

    >>> linear_model(3, 5).J.shape
    (3, 5)
    """
    J = instances.with_singular_values([1 / (i + 1) for i in range(n)], n, p, instance=instance)
    return LinearModel(J, instances.gaussian(1, n, instance=instance)[0])


def linearized_residual(K0: Array, res0: Array, eta: float, t: int) -> Array:
    """The residual after t steps res <- res - eta K0 res; K0 (..., n, n), res0 (..., n).

    >>> import numpy as np
    >>> linearized_residual(np.diag([1.0, 0.1]), np.ones(2), 0.5, 2)
    array([0.25  , 0.9025])
    """
    res = res0[..., None]
    for _ in range(t):
        res = res - eta * (K0 @ res)
    return res[..., 0]


class Fitted(NamedTuple):
    """The residual of a linear model after its descent, (trials, n)."""

    residual: Array


@kernel(floats=lambda J, **_: 4 * J.size, block=1)
def linear_descent(J: Array, res0: Array, eta: Positive, t: int, *, trials: int, rng: Generator) -> Fitted:
    """Descend t steps on |J theta + res0|^2/2 in the parameters, from theta = 0; all trials are equal.

    >>> import numpy as np
    >>> linear_descent(*linear_model(3, 5), 0.5, 4, trials=1, rng=np.random.default_rng(0)).residual.shape
    (1, 3)
    """
    J, res0 = arrays.asarray(rng, J), arrays.asarray(rng, res0)[:, None]
    theta = arrays.zeros(rng, (J.shape[1], 1))
    for _ in range(t):
        theta = theta - eta * (J.mT @ (J @ theta + res0))
    return Fitted((J @ theta + res0)[:, 0][None, :] + arrays.zeros(rng, (trials, 1)))


class _Wide(NamedTuple):
    x: Array  # (n, d)
    y: Array  # (n, 1)
    W: Array  # (T, d, h)
    v: Array  # (h,)


def _paired(rng: Generator, trials: int, width: int, given: Samples) -> _Wide:
    """Neurons in pairs that cancel at the start: f = 0 there."""
    if width % 2:
        raise ValueError(f"width = {width}: must be even, neurons stand in pairs")
    x, y = arrays.asarray(rng, given.x), arrays.asarray(rng, given.y)[:, None]
    half = rng.standard_normal(size=(trials, x.shape[1], width // 2))
    xp = namespace(half)
    ones = arrays.zeros(rng, (width // 2,)) + 1 / math.sqrt(width)
    return _Wide(x, y, xp.concat([half, half], axis=-1), xp.concat([ones, -ones]))


def _hidden(net: _Wide, W: Array) -> tuple[Array, Array]:
    """Activations (T, n, h) and the residual (T, n, 1)."""
    h = namespace(W).tanh(net.x @ W)
    return h, (h @ net.v)[..., None] - net.y


def _step(net: _Wide, W: Array, h: Array, res: Array, eta: float) -> Array:
    return W - eta * (net.x.mT @ ((1 - h * h) * net.v * res))


def _kernel(net: _Wide, h: Array) -> Array:
    S = (1 - h * h) * net.v
    return (S @ S.mT) * (net.x @ net.x.mT)


@kernel(floats=lambda n, width, **_: 6 * n * width)
def residual_along_jacobian(
    n: int, d: int, eta: Positive, t: int, width: int, number: Whole, *, trials: int, rng: Generator
) -> Deviation:
    r"""Train $f = \sum_j v_j\tanh(w_j^\top x)$, v = +-1/sqrt(width), by t steps on |f - y|^2/2 in w alone.

    The n samples in dimension d are instance `number`; neurons start Gaussian, in pairs that cancel.

    >>> from sims.arrays import strict_rng
    >>> residual_along_jacobian(3, 2, 0.5, 4, 8, 0, trials=2, rng=strict_rng(0)).deviation.shape
    (2,)
    """
    net = _paired(rng, trials, width, samples(n, d, instance=number))
    W = net.W
    h, res = _hidden(net, W)
    linear = linearized_residual(_kernel(net, h), res[..., 0], eta, t)
    for _ in range(t):
        W = _step(net, W, h, res, eta)
        h, res = _hidden(net, W)
    xp = namespace(W)
    apart = res[..., 0] - linear
    return Deviation(xp.sqrt(xp.sum(apart * apart, axis=-1) / xp.sum(net.y * net.y)))


@kernel(floats=lambda n, t, width, **_: 6 * n * width + n * t)
def residual_path(
    n: int, d: int, eta: Positive, t: int, width: int, number: Whole, *, trials: int, rng: Generator
) -> Path:
    """The whole training of `residual_along_jacobian` along the eigenvectors of its kernel at the start.

    >>> from sims.arrays import strict_rng
    >>> residual_path(3, 2, 0.5, 4, 8, 0, trials=2, rng=strict_rng(0)).share.shape
    (2, 5, 3)
    """
    net = _paired(rng, trials, width, samples(n, d, instance=number))
    W = net.W
    h, res = _hidden(net, W)
    xp = namespace(W)
    values, vectors = arrays.eigh(_kernel(net, h))
    start = vectors.mT @ res
    found = [xp.ones_like(start)]
    for _ in range(t):
        W = _step(net, W, h, res, eta)
        h, res = _hidden(net, W)
        found.append((vectors.mT @ res) / start)
    share = xp.flip(xp.concat(found, axis=-1).mT, axis=-1)
    return Path(share, eta * xp.flip(values, axis=-1))
