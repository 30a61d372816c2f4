"""The gradients of a trained network, one a sample: an instance for what is said of minima."""

from __future__ import annotations

import functools
import math

from sims import arrays, instances
from sims.arrays import Array
from sims.dense_nets import Net, backward, forward, initialise, train


def sine_data(n: int, number: int) -> tuple[Array, Array]:
    """Return n equally spaced samples on [-1.5, 1.5] and noisy values of a sine, each (n, 1), by number."""
    rng = instances.generator("sine_data", number)
    x = [3.0 * j / max(n - 1, 1) - 1.5 for j in range(n)]
    y = [0.5 * math.sin(2.5 * at) + 0.25 * noise for at, noise in zip(x, rng.standard_normal(n), strict=True)]
    return arrays.host_array(x)[:, None], arrays.host_array(y)[:, None]


@functools.cache
def trained_gradients(n: int = 6, h: int = 20, steps: int = 4000, *, instance: int = 0) -> Array:
    """Return the gradients (n, 3h + 1) of f at the samples, of a shallow network trained by descent with step 0.1.

    >>> trained_gradients(4, 5, steps=10).shape
    (4, 16)
    """
    x, y = sine_data(n, instance)
    net = initialise(instances.generator("trained_gradients", instance), 1, (1, h, 1))
    for _ in train(net, x, y, steps=steps, lr=0.1):
        pass
    return arrays.host_array([_flat(net, x[j : j + 1]) for j in range(n)])


def _flat(net: Net, x: Array) -> list[float]:
    """The gradient of the one output at one sample."""
    layers = forward(net, x)
    return [float(g) for part in backward(net, layers, 0.0 * layers[-1] + 1.0).parameters for g in part.flatten()]
