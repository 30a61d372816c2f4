"""What the gradient of a fully connected layer gives away exactly: one sample by a ratio, a batch's row space."""

from __future__ import annotations

from typing import NamedTuple

from sims import dense_nets
from sims.arrays import Array, Generator, NonNegative, eye, kernel, namespace, singular_values, spd_solve
from sims.gradient_reconstruction.measures import largest_ratio, numerical_rank


class Inversion(NamedTuple):
    """Relative error of the ratio's sample, without and with clipping of the gradient, each (trials,)."""

    error: Array
    error_clipped: Array


class RowSpace(NamedTuple):
    """Rank of a weight change and its relative part outside the span of the samples, each (trials,)."""

    rank: Array
    outside: Array


def first_layer_gradient(
    rng: Generator, trials: int, B: int, m: int, d: int, n_outputs: int = 5
) -> tuple[dense_nets.Net, Array, Array, dense_nets.Net]:
    """Nets d -> m -> n_outputs with relu and cross-entropy, a Gaussian batch, one-hot labels and the gradient."""
    xp = namespace(rng)
    net = dense_nets.initialise(rng, trials, (d, m, n_outputs))
    X = rng.standard_normal(size=(trials, B, d))
    labels = xp.reshape(rng.integers(0, n_outputs, size=(trials, B)), (-1,))
    targets = xp.reshape(xp.take(eye(X, n_outputs), labels, axis=0), (trials, B, n_outputs))
    return net, X, targets, _gradient(net, X, targets)


def _gradient(net: dense_nets.Net, X: Array, targets: Array) -> dense_nets.Net:
    layers = dense_nets.forward(net, X)
    _, slope = dense_nets.loss_and_slope(layers[-1], targets, "cross_entropy")
    return dense_nets.backward(net, layers, slope)


@kernel(floats=lambda m, d, **_: 6 * m * d)
def single_sample_inversion(m: int, d: int, B: int = 1, *, trials: int, rng: Generator) -> Inversion:
    """Invert the first layer of a real network's gradient on B samples; the error is to the nearest of them.

    Clipping to half the gradient's norm rescales weights and biases alike, so the ratio does not feel it.

    m, d: neurons and inputs, integers >= 1; B: samples, 1 where the claim holds.

    >>> from sims.arrays import strict_rng
    >>> single_sample_inversion(8, 10, trials=3, rng=strict_rng(0))[0].shape
    (3,)
    """
    xp = namespace(rng)
    _, X, _, gradient = first_layer_gradient(rng, trials, B, m, d)
    grad_W, grad_b = gradient.weights[0].mT, gradient.biases[0][:, 0, :]
    norm = xp.sqrt(xp.sum(grad_W * grad_W, axis=(-2, -1)) + xp.sum(grad_b * grad_b, axis=-1))
    scale = 1 / (2 * norm)
    plain = _nearest(largest_ratio(grad_W, grad_b), X)
    clipped = _nearest(largest_ratio(grad_W * scale[:, None, None], grad_b * scale[:, None]), X)
    return Inversion(plain, clipped)


def _nearest(x: Array, X: Array) -> Array:
    xp = namespace(X)
    difference = X - x[:, None, :]
    ratio = xp.sum(difference * difference, axis=-1) / xp.sum(X * X, axis=-1)
    return xp.sqrt(xp.min(ratio, axis=-1))


@kernel(floats=lambda B, m, d, **_: 8 * m * d + 4 * B * d)
def row_space_leakage(
    B: int, m: int, d: int, updates: int = 1, *, learning_rate: NonNegative = 0.1, trials: int, rng: Generator
) -> RowSpace:
    """Train for some full-batch steps and compare the first layer's weight change with the span of the samples.

    B, m, d: samples, neurons, inputs, integers >= 1; updates: descent steps before the gradient is seen.

    >>> from sims.arrays import strict_rng
    >>> row_space_leakage(2, 8, 10, trials=3, rng=strict_rng(0))[0].shape
    (3,)
    """
    xp = namespace(rng)
    net, X, targets, gradient = first_layer_gradient(rng, trials, B, m, d)
    start = net.weights[0] + 0.0
    for _ in range(updates):
        for parameter, slope in zip(net.parameters, gradient.parameters, strict=True):
            parameter -= learning_rate * slope
        gradient = _gradient(net, X, targets)
    change = (net.weights[0] - start).mT
    inside = (spd_solve(X @ X.mT, X @ change.mT).mT @ X) if B <= d else change
    outside = change - inside
    relative = xp.sum(outside * outside, axis=(-2, -1)) / xp.sum(change * change, axis=(-2, -1))
    return RowSpace(numerical_rank(change), xp.sqrt(relative))


@kernel(floats=lambda B, m, d, **_: 4 * m * d)
def gradient_rank(B: int, m: int, d: int, *, trials: int, rng: Generator) -> Array:
    """Return the numerical rank of G_W = sum_i delta_i x_i' for generic (Gaussian) residuals, shape (trials,).

    B, m, d: samples, neurons, inputs, integers >= 1.

    >>> from sims.arrays import strict_rng
    >>> gradient_rank(2, 8, 10, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    delta = rng.standard_normal(size=(trials, B, m))
    values = singular_values(delta.mT @ rng.standard_normal(size=(trials, B, d)))
    xp = namespace(values)
    return xp.sum(xp.astype(values > 1e-9 * values[:, :1], xp.float64), axis=-1)


@kernel(floats=lambda B, n_outputs, d, **_: 9 * d * (d + n_outputs) + 4 * B * (2 * d + n_outputs))
def softmax_gradient_rank(B: int, n_outputs: int, d: int, *, trials: int, rng: Generator) -> Array:
    """Return the numerical rank of a softmax output layer's weight gradient on a Gaussian batch, shape (trials,).

    B, n_outputs, d: samples, classes, inputs, integers >= 1.

    >>> from sims.arrays import strict_rng
    >>> softmax_gradient_rank(2, 4, 5, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    _, _, _, gradient = first_layer_gradient(rng, trials, B, 3 * d, d, n_outputs)
    return numerical_rank(gradient.weights[-1])
