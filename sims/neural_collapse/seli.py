"""The unconstrained features support vector machine, and how ridge-penalised cross-entropy comes to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from sims.arrays import Array, Generator, eigvalsh, kernel, namespace, singular_values, zeros
from sims.neural_collapse.cross_entropy import features_objective
from sims.neural_collapse.samples import ITERATIVE, indicators, norm, squared_norm
from sims.neural_collapse.softmax import pack, unpack
from sims.optimize import Objective, dot, lbfgs

STIFFNESS = 10.0
"""Weight of the squared violations in the augmented Lagrangian."""


def _margins(Y: Array, Z: Array) -> Array:
    """True logit minus each logit, shape of Z (0 at the true class)."""
    return namespace(Z).sum(Z * Y, axis=-2, keepdims=True) - Z


def _positive(x: Array) -> Array:
    xp = namespace(x)
    return xp.where(x > 0, x, xp.zeros_like(x))


def _augmented(Y: Array, d: int, multipliers: Array) -> Objective:
    """(|W|^2 + |H|^2)/2 + sum of positive(multiplier + stiffness violation)^2 / (2 stiffness), of packed (W, H)."""
    K, wrong = Y.shape[0], 1.0 - Y

    def objective(x: Array) -> tuple[Array, Array]:
        xp = namespace(x)
        W, H = unpack(x, K, d)
        force = _positive(multipliers + STIFFNESS * (1.0 - _margins(Y, W @ H))) * wrong
        # d margin_c / d Z: +1 on the true class, -1 on class c.
        along_Z = force - Y * xp.sum(force, axis=-2, keepdims=True)
        value = 0.5 * dot(x, x)[:, 0] + squared_norm(force) / (2 * STIFFNESS)
        return value, pack(W + along_Z @ H.mT, H + W.mT @ along_Z)

    return objective


class MaxMargin(NamedTuple):
    """Per trial: value; WWt (K, K); HHt (K, K), Gram matrix of class means; singular_values (K-1,) of WH.

    gap: upper bound on value - minimum, relative to the value; slack: largest |margin - 1|.
    """

    value: Array
    WWt: Array
    HHt: Array
    singular_values: Array
    gap: Array
    slack: Array


def _floats(n_per_class: Sequence[int], **_: object) -> float:
    K = len(n_per_class)
    return max(ITERATIVE, 60 * K * (K + sum(n_per_class)))


@kernel(floats=_floats)
def seli_geometry(
    n_per_class: Sequence[int], *, trials: int, rng: Generator, outer: int = 20, steps: int = 40
) -> MaxMargin:
    """Solve by augmented Lagrangian from Gaussian starts, K features; scaled to smallest margin 1 at the end.

    The gap is rigorous: multipliers a, scaled so that the matrix G of the pushes on Z has |G|_op <= 1, are feasible for
    the dual max sum a of min |Z|_* subject to the margins.
    """
    xp, Y = namespace(rng), indicators(rng, n_per_class)
    K, N = Y.shape
    x = rng.standard_normal(size=(trials, K * (K + N)))
    multipliers, wrong = zeros(rng, (trials, K, N)), 1.0 - Y
    for _ in range(outer):
        x = lbfgs(_augmented(Y, K, multipliers), x, steps).point
        W, H = unpack(x, K, K)
        multipliers = _positive(multipliers + STIFFNESS * (1.0 - _margins(Y, W @ H))) * wrong
    margins = _margins(Y, W @ H) + 1e6 * Y
    smallest = xp.min(margins, axis=(-2, -1))
    value = 0.5 * dot(x, x)[:, 0] / smallest
    push = multipliers - Y * xp.sum(multipliers, axis=-2, keepdims=True)
    largest = xp.sqrt(eigvalsh(push @ push.mT)[..., -1])
    dual = xp.sum(multipliers, axis=(-2, -1)) / xp.where(largest > 1, largest, xp.ones_like(largest))
    means = H @ Y.mT / xp.sum(Y, axis=-1)
    return MaxMargin(
        value=value,
        WWt=W @ W.mT,
        HHt=means.mT @ means,
        singular_values=singular_values(W @ H)[..., : K - 1],
        gap=1 - dual / value,
        slack=xp.max(xp.abs(margins - 1) * wrong, axis=(-2, -1)),
    )


def _limiting_slope(values: Sequence[Array], sizes: Sequence[float]) -> Array:
    """Log-log slope of `values` against `sizes`, free of its term in 1/size.

    From the slopes before and after the middle of the last three sizes (or the one slope of two)."""
    xp, slopes, centres = namespace(values[0]), [], []
    for i in range(max(1, len(sizes) - 2), len(sizes)):
        slopes.append(xp.log(values[i] / values[i - 1]) / math.log(sizes[i] / sizes[i - 1]))
        centres.append(math.sqrt(sizes[i] * sizes[i - 1]))
    if len(slopes) == 1:
        return slopes[0]
    return (centres[1] * slopes[1] - centres[0] * slopes[0]) / (centres[1] - centres[0])


class RidgePath(NamedTuple):
    """Per trial: distance (points,) of W W'/|W W'| from that of the max-margin solution, at each point of the path.

    exponent: log-log slope of the distance against log(1/lambda), extrapolated in 1/log(1/lambda); so are the angles
    (K (K-1)/2,) between rows of W and the norms (K,), shares of |W|^2, from the last two points; end_angles: those at
    the last point itself; gradient: its largest norm at the points, in units of lambda.
    """

    distance: Array
    exponent: Array
    angles: Array
    norms: Array
    end_angles: Array
    gradient: Array


def angles(gram: Array) -> Array:
    """Return the angles between different vectors from their Gram matrices, in the order 01, 02, ..., 12, ..."""
    xp, K = namespace(gram), gram.shape[-1]
    pairs = [(i, j) for i in range(K) for j in range(i + 1, K)]
    cosines = [gram[:, i, j] / xp.sqrt(gram[:, i, i] * gram[:, j, j]) for i, j in pairs]
    return xp.acos(xp.stack(cosines, axis=-1))


def shares(gram: Array) -> Array:
    """Return the diagonals of Gram matrices, summing to 1."""
    xp = namespace(gram)
    diagonal = xp.stack([gram[:, i, i] for i in range(gram.shape[-1])], axis=-1)
    return diagonal / xp.sum(diagonal, axis=-1, keepdims=True)


@kernel(floats=lambda n_per_class, **_: 8 * _floats(n_per_class))
def ridge_path(
    n_per_class: Sequence[int],
    points: Sequence[float] = (12.0, 16.0, 22.0),
    *,
    trials: int,
    rng: Generator,
    steps: int = 150,
) -> RidgePath:
    """Descend cross-entropy with penalties lambda_W = lambda_H = lambda, log(1/lambda) growing by about two at a time.

    It is measured where log(1/lambda) is in `points`, against the max-margin solution of this module's other kernel.
    """
    xp, Y = namespace(rng), indicators(rng, n_per_class)
    K, N = Y.shape
    x = rng.standard_normal(size=(trials, K * (K + N)))
    limit = seli_geometry(n_per_class, trials=trials, rng=rng).WWt
    limit = limit / norm(limit)[:, None, None]
    distances, shapes, gradients, before = [], [], [], min(4.0, points[0])
    for point in points:
        count = max(1, round((point - before) / 2))
        for step in range(1, count + 1):
            lam = math.exp(-(before + (point - before) * step / count))
            end = lbfgs(features_objective(Y, K, lam, lam), x, steps)
            x = end.point
        before = point
        W, _ = unpack(x, K, K)
        gram = W @ W.mT
        distances.append(norm(gram / norm(gram)[:, None, None] - limit))
        shapes.append((angles(gram), shares(gram)))
        gradients.append(xp.sqrt(dot(end.gradient, end.gradient))[:, 0] / lam)
    # Free of the term in 1/log(1/lambda).
    weight = points[-1] / (points[-1] - points[-2])
    last, previous = shapes[-1], shapes[-2]
    return RidgePath(
        distance=xp.stack(distances, axis=-1),
        exponent=_limiting_slope(distances, points),
        angles=weight * last[0] + (1 - weight) * previous[0],
        norms=weight * last[1] + (1 - weight) * previous[1],
        end_angles=last[0],
        gradient=xp.max(xp.stack(gradients, axis=-1), axis=-1),
    )
