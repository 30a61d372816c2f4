"""Cross-entropy on stacks of logits, its gradient, and the duality gap of its unconstrained features model."""

from __future__ import annotations

from typing import NamedTuple

from sims.arrays import Array, eigvalsh, namespace
from sims.neural_collapse.samples import squared_norm


class CrossEntropy(NamedTuple):
    """value (problems,), the weighted cross-entropy; gradient (problems, K, N) in the logits; probabilities alike."""

    value: Array
    gradient: Array
    probabilities: Array


def cross_entropy(logits: Array, Y: Array, weights: Array | float) -> CrossEntropy:
    """Return sum_i weights_i CE(logits_i, Y_i): Y one-hot (K, N), weights (..., 1, N) or one number."""
    xp = namespace(logits)
    shifted = logits - xp.max(logits, axis=-2, keepdims=True)
    exponentials = xp.exp(shifted)
    total = xp.sum(exponentials, axis=-2, keepdims=True)
    each = xp.log(total) - xp.sum(shifted * Y, axis=-2, keepdims=True)
    probabilities = exponentials / total
    return CrossEntropy(xp.sum(each * weights, axis=(-2, -1)), (probabilities - Y) * weights, probabilities)


def penalised_gap(
    value: Array, ce: CrossEntropy, Y: Array, weights: Array | float, c: float, *, nonnegative: bool = False
) -> Array:
    """Return value - (a lower bound on the minimum) for min sum_i weights_i CE(Z_i) + c |Z|_*, Z = WH.

    The dual is max sum_i weights_i entropy(q_i) over distributions q_i with |(Y - q) weights h| <= c |h| for all h
    (`nonnegative`: all h >= 0, as for features H >= 0): the model's own probabilities, drawn towards the labels until
    they are feasible. For h >= 0 the largest eigenvalue of the positive part of the Gram matrix bounds |G h|^2 / |h|^2.
    """
    xp = namespace(value)
    residual = ce.gradient
    gram = residual.mT @ residual if nonnegative else residual @ residual.mT
    largest = xp.sqrt(eigvalsh(xp.where(gram > 0, gram, xp.zeros_like(gram)) if nonnegative else gram)[..., -1])
    share = xp.where(largest > c, c / xp.where(largest > 0, largest, xp.ones_like(largest)), xp.ones_like(largest))
    q = Y + share[:, None, None] * (ce.probabilities - Y)
    positive = q > 0
    surprise = xp.where(positive, -q * xp.log(xp.where(positive, q, xp.ones_like(q))), xp.zeros_like(q))
    return value - xp.sum(surprise * weights, axis=(-2, -1))


def unpack(x: Array, K: int, d: int) -> tuple[Array, Array]:
    """Split points (problems, d (K + N)) into classifiers W (problems, K, d) and features H (problems, d, N)."""
    xp, problems = namespace(x), x.shape[0]
    return xp.reshape(x[:, : K * d], (problems, K, d)), xp.reshape(x[:, K * d :], (problems, d, -1))


def pack(W: Array, H: Array) -> Array:
    """Join matrices a problem into points (problems, size)."""
    xp, problems = namespace(W), W.shape[0]
    return xp.concat([xp.reshape(W, (problems, -1)), xp.reshape(H, (problems, -1))], axis=-1)


def decay(W: Array, H: Array, lambda_W: float, lambda_H: float) -> Array:
    """Return lambda_W |W|^2/2 + lambda_H |H|^2/2."""
    return 0.5 * (lambda_W * squared_norm(W) + lambda_H * squared_norm(H))
