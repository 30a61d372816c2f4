"""Stacks of dense nets: drawing them, and the passes forward and backward."""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple

from sims.arrays import Array, Generator, Namespace, device, namespace, zeros
from sims.dense_nets.words import chosen

ACTIVATIONS = ("relu", "tanh", "linear")


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
        chosen("activation", name, ACTIVATIONS)
    chosen("dtype", dtype, ("float32", "float64"))
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


def layer_norms(net: Net) -> Array:
    """Return the Frobenius norms of the weights, (trials, layers); the biases are not counted.

    >>> import numpy as np
    >>> layer_norms(Net((np.ones((1, 2, 2)), np.ones((1, 2, 8)))))
    array([[2., 4.]])
    """
    xp = namespace(net.weights[0])
    return xp.stack([xp.sqrt(xp.sum(w * w, axis=(-2, -1))) for w in net.weights], axis=-1)
