"""One target and one noisy set of labels a trial, as an experiment has them: minimum norm, and random features."""

from __future__ import annotations

import math
from typing import NamedTuple

from sims import arrays
from sims.activations import Activation
from sims.arrays import Array, Generator, NonNegative, kernel
from sims.double_descent.cross_validation import cross_validation
from sims.double_descent.random_features import half_moments, resolved, unit_weights


class PlainRisk(NamedTuple):
    """Per drawn data set: test error of the fitted coefficients, and what leave-one-out and GCV say it is."""

    test_error: Array
    leave_one_out: Array
    gcv: Array


@kernel(floats=lambda n, p, **_: 4 * n * p + 4 * min(n, p) ** 2)
def plain_min_norm_risk(
    n: int,
    p: int,
    r2: NonNegative = 1.0,
    sigma2: NonNegative = 1.0,
    scales: tuple[float, ...] = (1.0,),
    *,
    trials: int,
    rng: Generator,
) -> PlainRisk:
    """Test error, leave-one-out and GCV of minimum-norm least squares on noisy labels, shape (trials,) each.

    Rows are Gaussian times the square root of one of `scales`, drawn at random; beta = sqrt(r2/p) (1, ..., 1).

    n, p: samples and features, integers >= 1; r2, sigma2 >= 0; scales > 0. Returns the fields of `PlainRisk`.

    >>> from sims.arrays import strict_rng
    >>> plain_min_norm_risk(20, 30, trials=3, rng=strict_rng(0)).gcv.shape
    (3,)
    """
    x = rng.standard_normal(size=(trials, n, p))
    xp = arrays.namespace(x)
    roots = arrays.asarray(rng, [math.sqrt(s) for s in scales])
    chosen = rng.integers(0, len(scales), size=(trials * n,))
    x = x * xp.reshape(xp.take(roots, chosen, axis=0), (trials, n, 1))
    level = math.sqrt(r2 / p)
    y = level * xp.sum(x, axis=-1, keepdims=True) + math.sqrt(sigma2) * rng.standard_normal(size=(trials, n, 1))
    fitted = arrays.spd_solve(x.mT @ x, x.mT @ y) if p <= n else x.mT @ arrays.spd_solve(x @ x.mT, y)
    size = sum(scales) / len(scales)
    excess = size * xp.sum((fitted - level) ** 2, axis=(-2, -1))
    judged = cross_validation(x, y[..., 0], [0.0])
    return PlainRisk(sigma2 + excess, xp.mean(judged.squares, axis=-2)[..., 0], judged.gcv[..., 0])


@kernel(floats=lambda d, N, n, **_: (N + n) * d + 4 * N * n + 2 * N * N)
def plain_rf_risk(
    d: int,
    N: int,
    n: int,
    lam: NonNegative,
    activation: Activation = "relu",
    F1: float = 1.0,
    tau2: NonNegative = 0.0,
    *,
    trials: int,
    rng: Generator,
) -> Array:
    """Excess risk of `rf_risk` for one linear target of norm F1 and labels of noise tau2 a trial, shape (trials,).

    Only the test point is integrated: the risk of coefficients a is |F1 u|^2 - 2 F1 linear a'Wu + a'Ka.

    Parameters as in `rf_risk`.

    >>> from sims.arrays import strict_rng
    >>> plain_rf_risk(10, 20, 15, 1e-3, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    x, w = rng.standard_normal(size=(trials, n, d)), unit_weights(rng, trials, N, d)
    u = unit_weights(rng, trials, 1, d).mT
    y = F1 * (x @ u) + math.sqrt(tau2) * rng.standard_normal(size=(trials, n, 1))
    act, ridge = resolved(activation), n * lam * N / d
    z = act.function(x @ w.mT)
    if N <= n:
        a = arrays.spd_solve(z.mT @ z + ridge * arrays.eye(z, N), z.mT @ y)
    else:
        a = z.mT @ arrays.spd_solve(z @ z.mT + ridge * arrays.eye(z, n), y)
    halves = half_moments(w, activation)
    square = 2 * sum(a[:, :stop, :].mT @ (half @ a[:, start:stop, :]) for start, stop, half in halves)
    return (F1**2 - 2 * F1 * act.linear * (a.mT @ (w @ u)) + square)[:, 0, 0]
