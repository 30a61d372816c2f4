"""Training a stack of nets in place: gradients with decay, masks and frozen layers, batches, schedules."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence

from sims.arrays import Array, Generator, namespace, permutations
from sims.dense_nets.losses import loss_and_slope
from sims.dense_nets.nets import Net, backward, forward
from sims.dense_nets.optimisers import Adam, GradientDescent
from sims.dense_nets.words import chosen


def gradient(
    net: Net,
    x: Array,
    targets: Array,
    loss: str = "mse",
    weight_decay: float | Array = 0.0,
    *,
    decay_biases: bool = True,
    masks: Sequence[Array] = (),
    frozen: Collection[int] = (),
) -> tuple[Array, Net]:
    """Return the loss (without penalty), (trials,), and the gradient of loss + (weight_decay/2) |parameters|^2.

    weight_decay: one number, or one a trial as an array (trials, 1, 1); of the weights alone if decay_biases is False.
    masks: one a layer, (d_in, d_out) or (trials, d_in, d_out), which multiply the gradient by the weights. frozen:
    layers, counted from 0, whose weights and biases have gradient zero.

    >>> import numpy as np
    >>> net = Net((np.ones((1, 2, 2)), np.ones((1, 2, 1))), activation="linear")
    >>> gradient(net, np.eye(2), np.zeros((2, 1)), masks=(np.eye(2), np.ones((2, 1))), frozen=[1])[1].weights[0]
    array([[[1., 0.],
            [0., 1.]]])
    """
    layers = forward(net, x)
    value, slope = loss_and_slope(layers[-1], targets, loss)
    grad = backward(net, layers, slope)
    if not isinstance(weight_decay, float) or weight_decay != 0.0:
        decayed = len(net.parameters) if decay_biases else len(net.weights)
        for g, p in zip(grad.parameters[:decayed], net.parameters[:decayed], strict=True):
            g += weight_decay * p
    _restrict(grad, masks, frozen)
    return value, grad


def _restrict(grad: Net, masks: Sequence[Array], frozen: Collection[int]) -> None:
    """Multiply a gradient by the masks of its weights, and by zero in frozen layers, in place."""
    count = len(grad.weights)
    if len(masks) not in (0, count):
        raise ValueError(f"masks = {len(masks)} arrays: must be {count}, one a layer")
    for g, mask in zip(grad.weights, masks, strict=False):
        g *= mask
    for l in frozen:
        if not 0 <= l < count:
            raise ValueError(f"frozen = {list(frozen)!r}: must be layers from 0 to {count - 1}")
        for g in (grad.weights[l], *grad.biases[l : l + 1]):
            g *= 0.0


def batches(rng: Generator, trials: int, n: int, size: int) -> Iterator[Array]:
    """Yield index arrays (trials, size) for ever: every epoch is a fresh permutation, cut into n // size batches."""
    if not 1 <= size <= n:
        raise ValueError(f"size = {size!r}: must be an integer from 1 to n = {n}")
    while True:
        order = permutations(rng, trials, n)
        for start in range(0, n - size + 1, size):
            yield order[:, start : start + size]


def gather(data: Array, index: Array) -> Array:
    """Return the rows data[index[t]] of each trial, (trials, size, d), from shared (N, d) or per-trial data."""
    xp = namespace(data)
    trials, size = index.shape
    if len(data.shape) == 3:
        rows = data.shape[1]
        index = index + rows * xp.reshape(xp.arange(trials, dtype=index.dtype, device=data.device), (-1, 1))
        data = xp.reshape(data, (trials * rows, data.shape[2]))
    return xp.reshape(xp.take(data, xp.reshape(index, (-1,)), axis=0), (trials, size, data.shape[-1]))


def train(
    net: Net,
    x: Array,
    targets: Array,
    *,
    loss: str = "mse",
    steps: int,
    lr: float,
    optimiser: GradientDescent | Adam | None = None,
    schedule: str = "constant",
    weight_decay: float | Array = 0.0,
    decay_biases: bool = True,
    masks: Sequence[Array] = (),
    frozen: Collection[int] = (),
    batch: int | None = None,
    rng: Generator | None = None,
) -> Iterator[tuple[int, Array]]:
    """Train the stack in place, yielding (steps done, loss before the step) after each step.

    Plain gradient descent unless an optimiser is given; schedule "constant" or "cosine" (lr cos^2(pi s / (2 steps)),
    to 0); full batch, or `batch` samples without replacement drawn from `rng`, independently in each trial. Weight
    decay, masks and frozen layers as in `gradient`; the weights are multiplied by the masks before the first step.

    >>> import numpy as np
    >>> from sims.dense_nets import initialise
    >>> rng = np.random.default_rng(0)
    >>> net = initialise(rng, 1, (2, 16, 1), activation="tanh")
    >>> x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> xor = np.array([[0.0], [1.0], [1.0], [0.0]])
    >>> bool([value[0] for _, value in train(net, x, xor, steps=1000, lr=0.5)][-1] < 1e-3)
    True
    """
    chosen("schedule", schedule, ("constant", "cosine"))
    if batch is not None and rng is None:
        raise ValueError("rng = None: must be a generator where batch is given")
    trials = net.weights[0].shape[0]
    indices = None if batch is None else batches(rng, trials, x.shape[-2], batch)
    optimiser = GradientDescent(net) if optimiser is None else optimiser
    for w, mask in zip(net.weights, masks, strict=False):
        w *= mask
    for step in range(steps):
        index = None if indices is None else next(indices)
        inputs, wanted = (x, targets) if index is None else (gather(x, index), gather(targets, index))
        value, grad = gradient(
            net, inputs, wanted, loss, weight_decay, decay_biases=decay_biases, masks=masks, frozen=frozen
        )
        rate = lr if schedule == "constant" else lr * math.cos(0.5 * math.pi * step / steps) ** 2
        optimiser.step(net, grad, rate)
        yield step + 1, value
