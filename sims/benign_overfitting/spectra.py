"""Interpolating pure noise on infinite spectra: the features left out act as a ridge equal to their trace."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sims import arrays
from sims.arrays import Array, Generator, kernel
from sims.benign_overfitting.regression import features, noise_variance


def noise_cost(values: Sequence[float], n: int, ridge: float, left_out: float, *, trials: int, rng: Generator) -> Array:
    """Excess risk / sigma2 of ridge regression on pure noise; `left_out` is the sum of squares of omitted features.

    An omitted feature of variance lam adds lam^2 tr K^-2: it is fitted too, though it hardly moves K.
    """
    x = features(rng, trials, n, values)
    inverse = arrays.spd_inverse(x @ x.mT + ridge * arrays.eye(rng, n))
    weighted = (x * arrays.asarray(rng, list(values))) @ x.mT + left_out * arrays.eye(rng, n)
    return noise_variance(inverse, weighted)


@kernel(floats=lambda n, explicit=2000, **_: 3 * n * explicit + 4 * n * n)
def power_law_risk(
    alpha: float, n: int, ridge: float = 0.0, explicit: int = 2000, tail: bool = True, *, trials: int, rng: Generator
) -> Array:
    """Test mse / sigma2 on pure noise for eigenvalues i^-alpha, shape (trials,).

    The first `explicit` features are drawn, the trace of the others is added to the ridge (unless `tail` is False).

    alpha > 1; n: samples, >= 1; ridge: added to XX'; explicit > n: features drawn.

    >>> from sims.arrays import strict_rng
    >>> power_law_risk(1.5, 10, explicit=200, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    values = [i**-alpha for i in range(1, explicit + 1)]
    edge = explicit + 0.5
    beyond = edge ** (1 - alpha) / (alpha - 1) if tail else 0.0
    left_out = edge ** (1 - 2 * alpha) / (2 * alpha - 1) if tail else 0.0
    return 1 + noise_cost(values, n, ridge + beyond, left_out, trials=trials, rng=rng)


@kernel(floats=lambda n, explicit=8000, **_: 3 * n * explicit + 4 * n * n)
def log_spectrum_variance(
    beta: float, n: int, explicit: int = 8000, tail: bool = True, *, trials: int, rng: Generator
) -> Array:
    """Excess variance / sigma2 of interpolation for eigenvalues 1/(i log(i+1)^beta), shape (trials,).

    beta > 1; n: samples, >= 1; explicit > n: features drawn; tail: whether the others count as a ridge.

    >>> from sims.arrays import strict_rng
    >>> log_spectrum_variance(2.0, 10, explicit=200, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    values = [1 / (i * math.log(i + 1) ** beta) for i in range(1, explicit + 1)]
    edge = math.log(explicit + 1.0)
    beyond = edge ** (1 - beta) / (beta - 1) if tail else 0.0
    left_out = edge ** (-2 * beta) / explicit if tail else 0.0
    return noise_cost(values, n, beyond, left_out, trials=trials, rng=rng)


@kernel(floats=lambda n, extra=25, **_: 8 * (n + extra) * n)
def exponential_cost(n: int, rate: float, extra: int = 25, *, trials: int, rng: Generator) -> Array:
    """Test mse / sigma2 of interpolating pure noise for eigenvalues exp(-rate i), i <= n + extra, shape (trials,).

    The kernel matrix is never formed: its condition number is e^(rate n). With Z1 the first n columns of the white
    features, eliminating them leaves a problem in the last `extra` whose entries are all of order one.

    n: samples, >= 1; rate > 0; extra: features beyond n that are kept, >= 1.

    >>> from sims.arrays import strict_rng
    >>> exponential_cost(10, 0.5, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    z = rng.standard_normal(size=(trials, n, n + extra))
    xp = arrays.namespace(z)
    # Standard deviations relative to that of feature n.
    head = arrays.asarray(rng, [math.exp(0.5 * rate * (n - i)) for i in range(1, n + 1)])[:, None]
    tail = arrays.asarray(rng, [math.exp(-0.5 * rate * i) for i in range(1, extra + 1)])[:, None]
    labels = xp.broadcast_to(arrays.eye(rng, n), (trials, n, n))
    solved = arrays.solve(z[..., :n], xp.concat([z[..., n:], labels], axis=-1))
    mixing, alone = solved[..., :extra], solved[..., extra:]
    # Fitted values in white coordinates: first n entries are alone - mixing @ second.
    rows = mixing / head * tail[:, 0]
    inner = rows.mT @ rows + arrays.eye(rng, extra)
    second = tail * arrays.spd_solve(inner, rows.mT @ (alone / head))
    first = alone - mixing @ second
    return 1 + xp.sum(first * first, axis=(-2, -1)) + xp.sum(second * second, axis=(-2, -1))
