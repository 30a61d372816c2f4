"""Cross-entropy on stacks of logits, its gradient, and the duality gap of its unconstrained features model."""

from __future__ import annotations

from typing import NamedTuple

from sims.arrays import Array, eigvalsh, namespace
from sims.stacks import squared_norm


class CrossEntropy(NamedTuple):
    """value (problems,), the weighted cross-entropy; gradient (problems, K, N) in the logits; wrong, the wrong classes'
    probabilities (0 at the true class), and missing, their sum (problems, 1, N): the true class has 1 - missing."""

    value: Array
    gradient: Array
    wrong: Array
    missing: Array


def cross_entropy(logits: Array, Y: Array, weights: Array | float) -> CrossEntropy:
    """Return sum_i weights_i CE(logits_i, Y_i): Y one-hot (K, N), weights (..., 1, N) or one number.

    CE is log1p of the sum of exp(wrong - true logit): log(total) - logit and p - 1 would lose what is below 1e-16,
    which at small penalties is the whole slope.
    """
    xp = namespace(logits)
    lead = logits - xp.sum(logits * Y, axis=-2, keepdims=True)
    largest = xp.max(lead, axis=-2, keepdims=True)  # 0 where the true class leads
    terms = xp.exp(lead - largest) * (1.0 - Y)
    excess = xp.expm1(-largest) + xp.sum(terms, axis=-2, keepdims=True)  # (sum over all classes) / e^largest - 1
    wrong = terms / (1.0 + excess)
    missing = xp.sum(wrong, axis=-2, keepdims=True)
    each = largest + xp.log1p(excess)
    return CrossEntropy(xp.sum(each * weights, axis=(-2, -1)), (wrong - missing * Y) * weights, wrong, missing)


def logit_distance(gap: Array, ce: CrossEntropy, Y: Array, weights: Array | float) -> Array:
    """Bound to leading order the distance of any sample's centred logits from the minimum's, by the gap of the losses.

    `ce`, Y and weights may be those of some of the samples.

    On centred logits the Hessian of one sample, weights (diag(p) - pp'), is at least its smallest probability times
    its weight.
    """
    xp = namespace(Y)
    curvature = xp.min(weights * (ce.wrong + (1.0 - ce.missing) * Y), axis=(-2, -1))
    return xp.sqrt(2 * xp.abs(gap) / curvature)


def penalised_gap(
    value: Array,
    ce: CrossEntropy,
    Y: Array,
    weights: Array | float,
    c: float,
    *,
    nonnegative: bool = False,
    root: Array | float = 1.0,
    lambda_b: float | None = None,
) -> Array:
    """Return value - (a lower bound on the minimum) for min sum_i weights_i CE(Z_i) + c |Z|_*, Z = WH; logits
    may be Z/root + b, with a bias of penalty lambda_b |b|^2/2.

    The dual is max sum_i weights_i entropy(q_i) over distributions q_i with |(Y - q) weights h| <= c |h| for all h
    (`nonnegative`: all h >= 0, as for features H >= 0): the model's own probabilities, drawn towards the labels until
    they are feasible; a bias costs the dual |sum_i weights_i (Y - q)_i|^2/(2 lambda_b). For h >= 0 the largest
    eigenvalue of the positive part of the Gram matrix bounds |G h|^2 / |h|^2.
    """
    xp = namespace(value)
    residual = ce.gradient / root
    gram = residual.mT @ residual if nonnegative else residual @ residual.mT
    largest = xp.sqrt(eigvalsh(xp.where(gram > 0, gram, xp.zeros_like(gram)) if nonnegative else gram)[..., -1])
    share = xp.where(largest > c, c / xp.where(largest > 0, largest, xp.ones_like(largest)), xp.ones_like(largest))
    q, left = share[:, None, None] * ce.wrong, share[:, None, None] * ce.missing
    positive = q > 0
    surprise = xp.where(positive, -q * xp.log(xp.where(positive, q, xp.ones_like(q))), xp.zeros_like(q))
    gone = left >= 1
    kept = (1.0 - left) * xp.log1p(-xp.where(gone, xp.zeros_like(left), left))  # q log q of the true class
    entropy = xp.sum(surprise, axis=-2, keepdims=True) - kept
    dual = xp.sum(entropy * weights, axis=(-2, -1))
    if lambda_b is not None:
        dual = dual - share**2 * squared_norm(xp.sum(ce.gradient, axis=-1, keepdims=True)) / (2 * lambda_b)
    return value - dual


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
