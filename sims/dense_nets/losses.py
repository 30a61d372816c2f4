"""Losses of a stack of nets, with their slopes, and what is counted beside them."""

from __future__ import annotations

from sims.arrays import Array, namespace
from sims.dense_nets.words import chosen

LOSSES = ("mse", "cross_entropy")


def loss_and_slope(outputs: Array, targets: Array, loss: str) -> tuple[Array, Array]:
    """Return the loss of each trial, (trials,), and its derivative by the outputs, (trials, N, K)."""
    xp = namespace(outputs)
    n = outputs.shape[-2]
    if chosen("loss", loss, LOSSES) == "mse":
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
