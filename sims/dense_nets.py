"""Dense networks trained for real: whole stacks of nets (leading axis: trials), gradients written out by hand.

A net maps rows: a layer sends (trials, N, d_in) to a(x W + b) with W (trials, d_in, d_out), b (trials, 1, d_out); the
last layer is linear. Data may be shared, (N, d), or per trial, (trials, N, d). Losses are means over the N samples:
`mse` is sum_i |f_i - y_i|^2 / (2N), `cross_entropy` is sum_i CE(softmax f_i, y_i) / N, with one-hot rows y_i (any
targets for mse). Weight decay adds lambda * parameter to every gradient, biases included: the penalty is
(lambda/2) |all parameters|^2.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import NamedTuple

from sims.arrays import Array, Generator, Namespace, device, namespace, permutations, zeros

ACTIVATIONS = ("relu", "tanh", "linear")
LOSSES = ("mse", "cross_entropy")


class Net(NamedTuple):
    """A stack of nets: weights (trials, d_in, d_out), biases (trials, 1, d_out) or none, and the hidden activation."""

    weights: tuple[Array, ...]
    biases: tuple[Array, ...] = ()
    activation: str | tuple[str, ...] = "relu"

    @property
    def parameters(self) -> tuple[Array, ...]:
        """All parameter arrays: the weights, then the biases."""
        return self.weights + self.biases

    @property
    def activations(self) -> tuple[str, ...]:
        """The activation of each hidden layer."""
        hidden = len(self.weights) - 1
        return (self.activation,) * hidden if isinstance(self.activation, str) else self.activation


def _chosen(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ValueError(f"{name} = {value!r}: must be one of {', '.join(map(repr, allowed))}")
    return value


def _cast(array: Array, dtype: str) -> Array:
    return array if dtype == "float64" else namespace(array).astype(array, getattr(namespace(array), dtype))


def initialise(
    rng: Generator,
    trials: int,
    widths: tuple[int, ...],
    *,
    gain: float = 2.0,
    biases: bool = True,
    activation: str | tuple[str, ...] = "relu",
    dtype: str = "float64",
) -> Net:
    """Draw a stack of nets with weights N(0, gain/d_in) (gain 2: He) and zero biases; widths = (input, ..., output).

    activation: "relu", "tanh" or "linear", one for all hidden layers or one each;
    dtype "float32" halves the time of a long training; data and targets must then be float32 too.

    >>> import numpy as np
    >>> [w.shape for w in initialise(np.random.default_rng(0), 2, (3, 8, 4)).weights]
    [(2, 3, 8), (2, 8, 4)]
    """
    for name in (activation,) if isinstance(activation, str) else activation:
        _chosen("activation", name, ACTIVATIONS)
    _chosen("dtype", dtype, ("float32", "float64"))
    if len(widths) < 2:
        raise ValueError(f"widths = {widths!r}: must hold at least an input and an output width")
    if not isinstance(activation, str) and len(activation) != len(widths) - 2:
        raise ValueError(f"activation = {activation!r}: must be one name, or {len(widths) - 2}, one a hidden layer")
    weights = []
    for d_in, d_out in itertools.pairwise(widths):
        w = rng.standard_normal(size=(trials, d_in, d_out))
        w *= math.sqrt(gain / d_in)
        weights.append(_cast(w, dtype))
    shifts = tuple(_cast(zeros(rng, (trials, 1, d)), dtype) for d in widths[1:]) if biases else ()
    return Net(tuple(weights), shifts, activation)


def copy(net: Net) -> Net:
    """Return a net with parameters of its own (training works in place)."""
    return Net(tuple(w + 0.0 for w in net.weights), tuple(b + 0.0 for b in net.biases), net.activation)


def _activate(xp: Namespace, z: Array, activation: str) -> Array:
    if activation == "relu":
        return xp.maximum(z, xp.zeros((), dtype=z.dtype, device=device(z)))
    return xp.tanh(z) if activation == "tanh" else z


def _times_slope(xp: Namespace, g: Array, h: Array, activation: str) -> Array:
    """Multiply g in place by the activation's derivative, written in terms of its output h."""
    if activation == "relu":
        g *= xp.astype(h > 0, g.dtype)
    elif activation == "tanh":
        g *= 1.0 - h * h
    return g


def forward(net: Net, x: Array) -> tuple[Array, ...]:
    """Return the outputs of all layers, (x, h_1, ..., h_{L-1}, f): the last but one are the features."""
    xp = namespace(x)
    layers = [x]
    for l, w in enumerate(net.weights):
        z = layers[-1] @ w
        if net.biases:
            z += net.biases[l]
        layers.append(_activate(xp, z, net.activations[l]) if l < len(net.weights) - 1 else z)
    return tuple(layers)


def loss_and_slope(outputs: Array, targets: Array, loss: str) -> tuple[Array, Array]:
    """Return the loss of each trial, (trials,), and its derivative by the outputs, (trials, N, K)."""
    xp = namespace(outputs)
    n = outputs.shape[-2]
    if _chosen("loss", loss, LOSSES) == "mse":
        slope = outputs - targets
        value = xp.sum(slope * slope, axis=(-2, -1)) / (2 * n)
    else:
        shifted = outputs - xp.max(outputs, axis=-1, keepdims=True)
        slope = xp.exp(shifted)
        total = xp.sum(slope, axis=-1, keepdims=True)
        value = xp.sum(xp.log(total), axis=(-2, -1)) / n - xp.sum(shifted * targets, axis=(-2, -1)) / n
        slope /= total
        slope -= targets
    slope /= n
    return value, slope


def backward(net: Net, layers: tuple[Array, ...], slope: Array) -> Net:
    """Return the gradient of the loss by all parameters, from the layers of `forward` and the slope at the outputs."""
    xp = namespace(slope)
    weights: list[Array] = []
    biases: list[Array] = []
    for l in range(len(net.weights) - 1, -1, -1):
        weights.append(layers[l].mT @ slope)
        if net.biases:
            biases.append(xp.sum(slope, axis=-2, keepdims=True))
        if l > 0:
            slope = _times_slope(xp, slope @ net.weights[l].mT, layers[l], net.activations[l - 1])
    return Net(tuple(reversed(weights)), tuple(reversed(biases)), net.activation)


def layer_slopes(net: Net, layers: tuple[Array, ...], slope: Array) -> tuple[Array, ...]:
    """Return the slopes at the pre-activations of all layers, (trials, N, d_out) each, from that at the outputs."""
    xp, slopes = namespace(slope), [slope]
    for l in range(len(net.weights) - 1, 0, -1):
        slopes.append(_times_slope(xp, slopes[-1] @ net.weights[l].mT, layers[l], net.activations[l - 1]))
    return tuple(reversed(slopes))


def gradient(
    net: Net, x: Array, targets: Array, loss: str = "mse", weight_decay: float | Array = 0.0
) -> tuple[Array, Net]:
    """Return the loss (without penalty), (trials,), and the gradient of loss + (weight_decay/2) |parameters|^2.

    weight_decay is one number, or one a trial as an array (trials, 1, 1).
    """
    layers = forward(net, x)
    value, slope = loss_and_slope(layers[-1], targets, loss)
    grad = backward(net, layers, slope)
    if not isinstance(weight_decay, float) or weight_decay != 0.0:
        for g, p in zip(grad.parameters, net.parameters, strict=True):
            g += weight_decay * p
    return value, grad


class GradientDescent:
    """p <- p - lr * v with v <- momentum * v + g, in place."""

    def __init__(self, net: Net, momentum: float = 0.0) -> None:
        self.momentum = momentum
        self.velocity = [namespace(p).zeros_like(p) for p in net.parameters] if momentum else []

    def step(self, net: Net, grad: Net, lr: float) -> None:
        """Move the net's parameters; the gradient is used up."""
        for i, (p, g) in enumerate(zip(net.parameters, grad.parameters, strict=True)):
            if self.momentum:
                self.velocity[i] *= self.momentum
                self.velocity[i] += g
                p -= lr * self.velocity[i]
            else:
                g *= lr
                p -= g


class Adam:
    """Adam with bias correction, in place; weight decay comes with the gradient (no decoupling)."""

    def __init__(self, net: Net, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8) -> None:
        self.b1, self.b2, self.eps, self.count = b1, b2, eps, 0
        self.first = [namespace(p).zeros_like(p) for p in net.parameters]
        self.second = [namespace(p).zeros_like(p) for p in net.parameters]

    def step(self, net: Net, grad: Net, lr: float) -> None:
        """Move the net's parameters; the gradient is used up."""
        self.count += 1
        rate, scale = lr / (1 - self.b1**self.count), 1 / math.sqrt(1 - self.b2**self.count)
        for p, g, m, v in zip(net.parameters, grad.parameters, self.first, self.second, strict=True):
            m *= self.b1
            m += (1 - self.b1) * g
            v *= self.b2
            g *= g
            g *= 1 - self.b2
            v += g
            root = namespace(v).sqrt(v)
            root *= scale
            root += self.eps
            p -= rate * m / root


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
    batch: int | None = None,
    rng: Generator | None = None,
) -> Iterator[tuple[int, Array]]:
    """Train the stack in place, yielding (steps done, loss before the step) after each step.

    Plain gradient descent unless an optimiser is given; schedule "constant" or "cosine" (lr cos^2(pi s / (2 steps)),
    to 0); full batch, or `batch` samples without replacement drawn from `rng`, independently in each trial.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> net = initialise(rng, 1, (2, 16, 1), activation="tanh")
    >>> x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> xor = np.array([[0.0], [1.0], [1.0], [0.0]])
    >>> bool([value[0] for _, value in train(net, x, xor, steps=1000, lr=0.5)][-1] < 1e-3)
    True
    """
    _chosen("schedule", schedule, ("constant", "cosine"))
    if batch is not None and rng is None:
        raise ValueError("rng = None: must be a generator where batch is given")
    trials = net.weights[0].shape[0]
    indices = None if batch is None else batches(rng, trials, x.shape[-2], batch)
    optimiser = GradientDescent(net) if optimiser is None else optimiser
    for step in range(steps):
        index = None if indices is None else next(indices)
        inputs, wanted = (x, targets) if index is None else (gather(x, index), gather(targets, index))
        value, grad = gradient(net, inputs, wanted, loss, weight_decay)
        rate = lr if schedule == "constant" else lr * math.cos(0.5 * math.pi * step / steps) ** 2
        optimiser.step(net, grad, rate)
        yield step + 1, value


def accuracy(outputs: Array, targets: Array) -> Array:
    """Return the share of samples whose largest output is at the one-hot target, (trials,)."""
    xp = namespace(outputs)
    right = xp.argmax(outputs, axis=-1) == xp.argmax(targets, axis=-1)
    return xp.mean(xp.astype(right, outputs.dtype), axis=-1)


def one_hot(labels: Array, classes: int) -> Array:
    """Return the rows e_label, (..., N, classes), of integer labels (..., N)."""
    xp = namespace(labels)
    k = xp.arange(classes, dtype=labels.dtype, device=labels.device)
    return xp.astype(labels[..., None] == k, xp.float64)
