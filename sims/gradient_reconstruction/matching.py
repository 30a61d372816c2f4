"""Gradient matching on a last layer z = W x + b with known labels: Jacobian ranks, and what an optimiser finds."""

from __future__ import annotations

from typing import NamedTuple

from sims import digits
from sims.arrays import (
    Array,
    Generator,
    asarray,
    eye,
    kernel,
    less_equal,
    namespace,
    permutations,
    singular_values,
    where_valid,
)
from sims.gradient_reconstruction.measures import partner_errors
from sims.levenberg import Model, search


class Layer(NamedTuple):
    """A stack of last layers and labels: weights (T, K, d), biases (T, K), targets (T, B, K), and the loss."""

    W: Array
    b: Array
    targets: Array
    loss: str


class Matching(NamedTuple):
    """Per trial: whether the gradient was matched, whether the data found are then the true ones (NaN where it was not
    matched: nothing was found), whether it was matched by other data, and the certificate `mismatch`, half the squared
    relative one."""

    matched: Array
    recovered: Array
    impostor: Array
    mismatch: Array


def random_layer(rng: Generator, trials: int, B: int, d: int, n_outputs: int, loss: str) -> Layer:
    """Draw Gaussian weights (variance 1/d), Gaussian biases and labels: one-hot for softmax, Gaussian for squared."""
    if loss not in ("softmax", "squared"):
        raise ValueError(f"loss = {loss!r}: must be one of 'softmax', 'squared'")
    W = rng.standard_normal(size=(trials, n_outputs, d)) / d**0.5
    b = rng.standard_normal(size=(trials, n_outputs))
    if loss == "softmax":
        labels = rng.integers(0, n_outputs, size=(trials, B))
        targets = namespace(W).take(eye(W, n_outputs), namespace(W).reshape(labels, (-1,)), axis=0)
        targets = namespace(W).reshape(targets, (trials, B, n_outputs))
    else:
        targets = rng.standard_normal(size=(trials, B, n_outputs))
    return Layer(W, b, targets, loss)


def layer_gradient(layer: Layer, X: Array) -> tuple[Array, Array]:
    """Return the residuals delta (T, B, K) and the gradient (G_W, G_b) as one vector (T, K (d + 1)) of a batch."""
    xp = namespace(X)
    delta, _ = _residuals(layer, X)
    flat = xp.reshape(delta.mT @ X, (X.shape[0], -1))
    return delta, xp.concat([flat, xp.sum(delta, axis=1)], axis=-1)


def layer_jacobian(layer: Layer, X: Array) -> Array:
    """Return the Jacobian of X -> (G_W, G_b), shape (T, K (d + 1), B d)."""
    xp = namespace(X)
    trials, batch, d = X.shape
    outputs = layer.W.shape[1]
    delta, moved = _residuals(layer, X)
    # d delta_ik / d x_iq, as (T, K, 1, B, q); then the two factors of delta_ik x_il.
    slope = xp.permute_dims(moved, (0, 2, 1, 3))[:, :, None, :, :]
    by_input = slope * xp.permute_dims(X, (0, 2, 1))[:, None, :, :, None]
    by_input += delta.mT[:, :, None, :, None] * eye(X, d)[:, None, :]
    weights = xp.reshape(by_input, (trials, outputs * d, batch * d))
    biases = xp.reshape(slope, (trials, outputs, batch * d))
    return xp.concat([weights, biases], axis=1)


def _residuals(layer: Layer, X: Array) -> tuple[Array, Array]:
    """delta (T, B, K) and its derivative by each sample's own input, (T, B, K, d)."""
    xp = namespace(X)
    z = X @ layer.W.mT + layer.b[:, None, :]
    if layer.loss == "squared":
        return z - layer.targets, layer.W[:, None, :, :] + 0.0 * z[..., None]
    p = xp.exp(z - xp.max(z, axis=-1, keepdims=True))
    p = p / xp.sum(p, axis=-1, keepdims=True)
    inner = (p @ layer.W)[:, :, None, :]
    return p - layer.targets, p[..., None] * (layer.W[:, None, :, :] - inner)


@kernel(floats=lambda B, d, n_outputs, **_: 5 * n_outputs * (d + 1) * B * d)
def gradient_jacobian_rank(B: int, d: int, n_outputs: int, loss: str, *, trials: int, rng: Generator) -> Array:
    """Return the numerical rank (singular values above 1e-9 of the largest) of the Jacobian at random data.

    B samples in d dimensions, n_outputs outputs; loss: "squared" or "cross_entropy". Returns (trials,).

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> gradient_jacobian_rank(2, 3, 2, 'squared', trials=2, rng=rng)
    array([6., 6.])
    """
    xp = namespace(rng)
    layer = random_layer(rng, trials, B, d, n_outputs, loss)
    values = singular_values(layer_jacobian(layer, rng.standard_normal(size=(trials, B, d))))
    return xp.sum(xp.astype(values > 1e-9 * values[:, :1], xp.float64), axis=-1)


def match_gradient(layer: Layer, gradient: Array, starts: list[Array], steps: int) -> tuple[Array, Array]:
    """Find inputs (T, B, d) whose gradient is the given one; later starts serve only what has not matched yet.

    Returns the inputs and half the squared mismatch relative to the gradient's, (T,).
    """
    xp = namespace(gradient)
    shape = starts[0].shape
    size = xp.sqrt(xp.sum(gradient * gradient, axis=-1))[:, None]

    def problems(chosen: Array) -> Model:
        W, b, targets = (xp.take(entry, chosen, axis=0) for entry in layer[:3])
        part = Layer(W, b, targets, layer.loss)
        goal, scale = xp.take(gradient, chosen, axis=0), xp.take(size, chosen, axis=0)

        def model(x: Array) -> tuple[Array, Array]:
            X = xp.reshape(x, (x.shape[0], *shape[1:]))
            difference = layer_gradient(part, X)[1] - goal
            return difference / scale, layer_jacobian(part, X) / scale[..., None]

        return model

    fit = search(problems, (xp.reshape(start, (shape[0], -1)) for start in starts), steps, TARGET)
    return xp.reshape(fit.point, shape), fit.cost


TARGET, MATCHED = 1e-20, 1e-16
"""Half the squared relative mismatch at which a descent may stop, and up to which a gradient counts as matched."""


@kernel(floats=lambda B, d, n_outputs, **_: 9 * n_outputs * (d + 1) * B * d + 4 * (B * d) ** 2)
def gradient_matching(
    B: int, d: int, n_outputs: int, loss: str, *, steps: int = 100, restarts: int = 4, trials: int, rng: Generator
) -> Matching:
    """Match the gradient of random data from random starts; recovered: every sample to a squared error below 1e-6.

    B samples in d dimensions, n_outputs outputs; loss: "squared" or "cross_entropy". Returns the fields of Matching.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> gradient_matching(1, 3, 2, 'squared', steps=50, restarts=2, trials=2, rng=rng)[0].shape
    (2,)
    """
    layer = random_layer(rng, trials, B, d, n_outputs, loss)
    return _attack(layer, rng.standard_normal(size=(trials, B, d)), steps, restarts, rng)


@kernel(floats=lambda B, **_: 4 * 650 * B * 64 + 4 * (B * 64) ** 2)
def digits_matching(B: int, *, steps: int = 200, restarts: int = 3, trials: int, rng: Generator) -> Matching:
    """Match the softmax gradient of B digits with their true labels (K = 10, d = 64) under random weights.

    B >= 1; steps, restarts: of the descent. Returns the fields of Matching, each (trials,).

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> digits_matching(1, steps=20, restarts=1, trials=2, rng=rng)[0].shape
    (2,)
    """
    xp = namespace(rng)
    data = digits.load()
    chosen = xp.reshape(permutations(rng, trials, len(data.labels))[:, :B], (-1,))
    X = xp.reshape(xp.take(asarray(rng, data.images), chosen, axis=0), (trials, B, 64))
    layer = random_layer(rng, trials, B, 64, 10, "softmax")
    labels = xp.take(asarray(rng, data.labels), chosen, axis=0)
    targets = xp.reshape(xp.take(eye(X, 10), labels, axis=0), (trials, B, 10))
    return _attack(layer._replace(targets=targets), X, steps, restarts, rng)


def _attack(layer: Layer, X: Array, steps: int, restarts: int, rng: Generator) -> Matching:
    xp = namespace(X)
    starts = [rng.standard_normal(size=tuple(X.shape)) for _ in range(restarts)]
    found, mismatch = match_gradient(layer, layer_gradient(layer, X)[1], starts, steps)
    recovered = less_equal(xp.max(partner_errors(found, X), axis=-1), 1e-6)
    matched = less_equal(mismatch, MATCHED)
    return Matching(matched, where_valid(mismatch <= MATCHED, recovered), matched * (1 - recovered), mismatch)
