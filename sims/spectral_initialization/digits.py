"""A network on handwritten digits: what its training fits first, beside the tangent kernel at its start."""

from __future__ import annotations

import math
from typing import NamedTuple

from sims import arrays, images, instances
from sims.arrays import Array, Generator, Positive, kernel, namespace
from sims.dense_nets import Net, backward, forward
from sims.tangent import tangent_gram

PER_CLASS, TOP = 10, 10
"""Images of each digit, and how many eigenvectors of the kernel count as leading."""


class Start(NamedTuple):
    """The tangent kernel a class, the mean over the outputs (n, n), and the residual f - y at the start (n, 10)."""

    K0: Array
    res0: Array


class Shares(NamedTuple):
    """What is left of the squared residual along the leading eigenvectors of the kernel, and along all others."""

    leading: Array
    others: Array


def _data() -> tuple[Array, Array]:
    chosen = images.sorted_digits(PER_CLASS)
    x = chosen.images / ((chosen.images**2).sum(axis=1).mean()) ** 0.5
    return x, 1.0 * (chosen.labels[:, None] == arrays.host_array(range(10))[None, :]) - 0.1


def _net(width: int, instance: int) -> Net:
    rng = instances.generator("digits_net", instance)
    first = rng.standard_normal((1, 64, width))
    return Net((first, rng.standard_normal((1, width, 10)) / math.sqrt(width)), activation="tanh")


def digits_start(width: int, *, instance: int = 0) -> Start:
    """The net 64-width-10 (tanh, no biases) of an instance on 100 digits, before training.

    >>> digits_start(8).res0.shape
    (100, 10)
    """
    x, y = _data()
    net = _net(width, instance)
    return Start(tangent_gram(net, x)[0] / 10, forward(net, x)[-1][0] - y)


@kernel(floats=lambda width, **_: 2000 * width, block=2)
def digits_residual(width: int, t: int, rate: Positive, number: arrays.Whole, *, trials: int, rng: Generator) -> Shares:
    """Train net `number` t steps on half the squared error, all images at once; all trials are equal.

    The step is rate over the largest eigenvalue of the kernel at the start.

    >>> from sims.arrays import strict_rng
    >>> digits_residual(8, 2, 0.5, 0, trials=2, rng=strict_rng(0)).leading.shape
    (2,)
    """
    start = digits_start(width, instance=number)
    values, vectors = arrays.eigh(arrays.asarray(rng, start.K0))
    x, y = (arrays.asarray(rng, part) for part in _data())
    host = _net(width, number)
    net = Net(tuple(arrays.asarray(rng, w) for w in host.weights), activation="tanh")
    xp, eta = namespace(x), rate / values[-1]
    for _ in range(t):
        layers = forward(net, x)
        grad = backward(net, layers, layers[-1] - y)
        net = Net(tuple(w - eta * g for w, g in zip(net.weights, grad.weights, strict=True)), activation="tanh")
    res = forward(net, x)[-1][0, ...] - y
    along, before = vectors.T @ res, vectors.T @ arrays.asarray(rng, start.res0)
    left = xp.sum(along**2, axis=-1), xp.sum(before**2, axis=-1)
    each = arrays.zeros(rng, (trials,))
    leading, others = (xp.sum(left[0][part]) / xp.sum(left[1][part]) for part in (slice(-TOP, None), slice(-TOP)))
    return Shares(each + leading, each + others)
