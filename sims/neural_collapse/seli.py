"""The unconstrained features support vector machine, and how ridge-penalised cross-entropy comes to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from sims.arrays import Array, Generator, eigvalsh, kernel, namespace, singular_values, zeros
from sims.neural_collapse.cross_entropy import features_objective
from sims.neural_collapse.samples import indicators
from sims.neural_collapse.softmax import pack, unpack
from sims.optimize import Objective, dot, flattest, lbfgs
from sims.stacks import norm, squared_norm

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

    gap: upper bound on value - minimum, relative to the value; slack: largest |margin - 1|; gradient: norm of the
    augmented Lagrangian's gradient relative to that of (W, H).
    """

    value: Array
    WWt: Array
    HHt: Array
    singular_values: Array
    gap: Array
    slack: Array
    gradient: Array


def _floats(n_per_class: Sequence[int], **_: object) -> float:
    K = len(n_per_class)
    return 60 * K * (K + sum(n_per_class))


@kernel(floats=_floats, block=32)
def seli_geometry(
    n_per_class: Sequence[int], *, trials: int, rng: Generator, outer: int = 20, steps: int = 40
) -> MaxMargin:
    """Solve by augmented Lagrangian from Gaussian starts, K features; scaled to smallest margin 1 at the end.

    The gap is rigorous: multipliers a, scaled so that the matrix G of the pushes on Z has |G|_op <= 1, are feasible for
    the dual max sum a of min |Z|_* subject to the margins.

    n_per_class (K,): class sizes >= 1, K >= 2; outer, steps: multiplier updates and descents between them. Returns
    the fields of MaxMargin.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> seli_geometry([4, 2, 1], trials=1, rng=rng).value.round(5)
    array([2.99786])
    """
    xp, Y = namespace(rng), indicators(rng, n_per_class)
    K, N = Y.shape
    x = rng.standard_normal(size=(trials, K * (K + N)))
    multipliers, wrong = zeros(rng, (trials, K, N)), 1.0 - Y
    for _ in range(outer):
        end = lbfgs(_augmented(Y, K, multipliers), x, steps)
        x = end.point
        W, H = unpack(x, K, K)
        multipliers = _positive(multipliers + STIFFNESS * (1.0 - _margins(Y, W @ H))) * wrong
    margins = _margins(Y, W @ H) + 1e6 * Y
    smallest = xp.min(margins, axis=(-2, -1))
    size = dot(x, x)[:, 0]
    value = 0.5 * size / xp.where(smallest > 0, smallest, xp.nan)
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
        gradient=xp.sqrt(dot(end.gradient, end.gradient)[:, 0] / size),
    )


class RidgeDistance(NamedTuple):
    """Per trial: value, the distance of W W'/|W W'| from the same of the max-margin solution; WWt (K, K) itself.

    gradient: norm of the gradient in units of lambda, or the max-margin solution's if that is larger; slack: the
    latter's.
    """

    value: Array
    WWt: Array
    gradient: Array
    slack: Array


def _unit(gram: Array) -> Array:
    return gram / norm(gram)[:, None, None]


@kernel(floats=lambda n_per_class, **_: 8 * _floats(n_per_class), block=4)
def seli_ridge_distance(
    n_per_class: Sequence[int], lam: float, *, trials: int, rng: Generator, steps: int = 200
) -> RidgeDistance:
    """Descend cross-entropy with penalties lambda_W = lambda_H = lam from Gaussian starts of variance log(1/lam)/K.

    The objective is taken in units of lam, so that its slopes are of order one. The distance is that to the max-margin
    solution of this module's other kernel.

    n_per_class (K,): class sizes >= 1; lam in (0, 1). Returns the fields of RidgeDistance.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> seli_ridge_distance([4, 2, 1], 1e-6, trials=1, rng=rng).value.round(5)
    array([0.02635])
    """
    if not 0 < lam < 1:
        raise ValueError(f"lam = {lam!r}: must be a number in (0, 1)")
    xp, Y = namespace(rng), indicators(rng, n_per_class)
    K, N = Y.shape
    start = math.sqrt(math.log(1 / lam) / K) * rng.standard_normal(size=(trials, K * (K + N)))
    end = flattest(features_objective(Y, K, 1.0, 1.0, weights=1 / (N * lam)), start, steps)
    W, _ = unpack(end.point, K, K)
    gram = W @ W.mT
    limit = seli_geometry(n_per_class, trials=trials, rng=rng)
    return RidgeDistance(
        value=norm(_unit(gram) - _unit(limit.WWt)),
        WWt=gram,
        gradient=xp.maximum(xp.sqrt(dot(end.gradient, end.gradient))[:, 0], limit.gradient),
        slack=limit.slack,
    )
