"""Ridge regression on random features: test point, label noise and the direction of the target are integrated."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sims import arrays
from sims.activations import Activation as Word
from sims.activations import activate, hermite_coefficients
from sims.arrays import Array, Generator, NonNegative, kernel


class RandomFeaturesRisk(NamedTuple):
    """Excess risk and the coefficients of F1^2, tau2 and F_star^2 in it, shape (trials,)."""

    total: Array
    bias_coef: Array
    var_coef: Array
    nonlinear_coef: Array


class Activation(NamedTuple):
    """An activation, E act(G) G, E act(G) (G^2 - 1) and E act(w'x) act(v'x) as a function of w'v for unit w, v."""

    function: Callable[[Array], Array]
    linear: float
    quadratic: float
    correlation: Callable[[Array], Array]


TERMS = 200

Halves = list[tuple[int, int, Array]]
"""Columns start..stop (and the rows before stop) of an upper triangular U with K = U + U': tr CK = 2 tr CU, C = C'."""


def _relu(u: Array) -> Array:
    return arrays.namespace(u).clip(u, 0.0)


def _arc_cosine(c: Array) -> Array:
    """The kernel of rectified linear units."""
    xp = arrays.namespace(c)
    c = xp.clip(c, -1.0, 1.0)
    value = xp.acos(-c)  # pi - acos(c)
    value *= c
    c *= c
    value += xp.sqrt(1 - c)
    value /= 2 * math.pi
    return value


def _arc_sine(c: Array) -> Array:
    """The kernel of erf units."""
    return 2 / math.pi * arrays.namespace(c).asin(2 / 3 * c)


def _folded(c: Array) -> Array:
    """The kernel of absolute values."""
    xp = arrays.namespace(c)
    c = xp.clip(c, -1.0, 1.0)
    return 2 / math.pi * (xp.sqrt(1 - c * c) + c * xp.asin(c))


def _signs(c: Array) -> Array:
    """The kernel of signs."""
    xp = arrays.namespace(c)
    return 2 / math.pi * xp.asin(xp.clip(c, -1.0, 1.0))


EXACT = {
    "identity": Activation(lambda u: u, 1.0, 0.0, lambda c: c),
    "abs": Activation(lambda u: activate(u, "abs"), 0.0, math.sqrt(2 / math.pi), _folded),
    "sign": Activation(lambda u: activate(u, "sign"), math.sqrt(2 / math.pi), 0.0, _signs),
    "relu": Activation(_relu, 0.5, 1 / math.sqrt(2 * math.pi), _arc_cosine),
    "erf": Activation(arrays.erf, 2 / math.sqrt(3 * math.pi), 0.0, _arc_sine),
}


def resolved(activation: Word) -> Activation:
    """What the kernels need of an activation: in closed form where there is one, else by its Hermite coefficients.

    The correlation is sum_k a_k^2 c^k. What is beyond 200 terms stands as one more, so that it is exact
    at c = 1; for kinks and jumps the error falls as c^200 (1e-9 at c = 0.9).
    """
    if isinstance(activation, str) and activation in EXACT:
        return EXACT[activation]
    *a, root = hermite_coefficients(activation, TERMS)
    squares = [each * each for each in a]
    squares += [max(root * root - sum(squares), 0.0)]
    while squares[-1] <= 1e-18 * root * root:
        squares.pop()

    def correlation(c: Array) -> Array:
        value = 0.0 * c + squares[-1]
        for each in reversed(squares[:-1]):
            value *= c
            value += each
        return value

    return Activation(lambda u: activate(u, activation), a[1], math.sqrt(2) * a[2], correlation)


def half_moments(w: Array, activation: Word) -> Halves:
    """Half of the second moments K = E act(Wx) act(Wx)' of features with unit weights (trials, N, d), x ~ N(0, I)."""
    N = w.shape[-2]
    width = -(-N // 2)
    halves = []
    for start in range(0, N, width):
        stop = min(start + width, N)
        block = resolved(activation).correlation(w[:, :stop, :] @ w[:, start:stop, :].mT)
        block[:, start:, :] *= 0.5
        halves.append((start, stop, block))
    return halves


def unit_weights(rng: Generator, trials: int, N: int, d: int) -> Array:
    """Draw N weights a trial, uniform on the unit sphere, shape (trials, N, d)."""
    w = rng.standard_normal(size=(trials, N, d))
    xp = arrays.namespace(w)
    w /= xp.sqrt(xp.sum(w * w, axis=-1, keepdims=True))
    return w


def rf_floats(d: float, N: float, n: Any, F_star: float = 0.0, **_: Any) -> float:
    """Numbers alive a trial; sizes may be fractions."""
    largest: float = max(n) if hasattr(n, "__len__") else n
    return (N + largest) * d + 4 * N * largest + 2.5 * N * N + (3 * largest**2 if F_star else 0)


@kernel(floats=rf_floats)
def rf_risk(
    d: int,
    N: int,
    n: int,
    lam: NonNegative,
    activation: Word = "relu",
    F1: float = 1.0,
    F_star: float = 0.0,
    tau2: NonNegative = 0.0,
    *,
    trials: int,
    rng: Generator,
) -> RandomFeaturesRisk:
    """Excess risk of ridge regression on N random features act(w'x), w uniform on the unit sphere, x ~ N(0, I_d).

    The coefficients minimise |y - Za|^2/n + (N lam/d)|a|^2. The target is F1 times a linear function of random
    direction plus F_star times a random quadratic form without trace (unit variance), both averaged over.

    d, N, n: integers >= 1; lam >= 0; F1, F_star real; tau2 >= 0, the label noise. activation: 'relu', 'erf', 'tanh',
    'sigmoid', 'softplus', 'abs', 'sign', 'identity' or another name of `sims.activations`, or a function of one number.
    Returns fields total, bias_coef, var_coef, nonlinear_coef, each (trials,).

    >>> rf_risk(10, 20, 15, 1e-3, "tanh", trials=4, rng=arrays.strict_rng(0)).total.shape
    (4,)
    """
    x, w = rng.standard_normal(size=(trials, n, d)), unit_weights(rng, trials, N, d)
    return _risk(x, w, half_moments(w, activation), lam, activation, F1, F_star, tau2)


@kernel(floats=rf_floats)
def rf_sample_wise_risk(
    d: int,
    N: int,
    n: Sequence[int],
    lam: NonNegative,
    activation: Word = "relu",
    F1: float = 1.0,
    F_star: float = 0.0,
    tau2: NonNegative = 0.0,
    *,
    trials: int,
    rng: Generator,
) -> RandomFeaturesRisk:
    """`rf_risk` at several sample sizes n on the same features and nested samples, shape (trials, sizes).

    n: sample sizes, integers >= 1; the other parameters as in `rf_risk`.

    >>> rf_sample_wise_risk(10, 20, (5, 15), 1e-3, trials=3, rng=arrays.strict_rng(0)).total.shape
    (3, 2)
    """
    x, w = rng.standard_normal(size=(trials, max(n), d)), unit_weights(rng, trials, N, d)
    xp, halves = arrays.namespace(x), half_moments(w, activation)
    risks = [_risk(x[:, :size, :], w, halves, lam, activation, F1, F_star, tau2) for size in n]
    return RandomFeaturesRisk(*(xp.stack(parts, axis=-1) for parts in zip(*risks, strict=True)))


def _risk(
    x: Array, w: Array, halves: Halves, lam: float, activation: Word, F1: float, F_star: float, tau2: float
) -> RandomFeaturesRisk:
    act = resolved(activation)
    (n, d), N = x.shape[-2:], w.shape[-2]
    before = x @ w.mT
    z = act.function(before)
    inverse, crossed, fitted, variance = (_tall if N <= n else _wide)(z, x, w, halves, n * lam * N / d)
    # The coefficients are a = M X u: E (u'x - a'act(Wx))^2 = 1 - 2 linear a'Wu + a'Ka, averaged over u.
    bias = 1 - 2 * act.linear * crossed / d + fitted / d
    nonlinear = _nonlinear(z, x, before, halves, inverse, act.quadratic) if F_star else 1 + variance
    total = F1**2 * bias + tau2 * variance + F_star**2 * nonlinear
    return RandomFeaturesRisk(total, bias, variance, nonlinear)


def _sum(a: Array) -> Array:
    return arrays.namespace(a).sum(a, axis=(-2, -1))


def _tall(z: Array, x: Array, w: Array, halves: Halves, ridge: float) -> tuple[Array, Array, Array, Array]:
    """N <= n, M = inverse Z': the inverse, and the traces of X'M'W, X'M'KMX and M'KM."""
    inverse = arrays.spd_inverse(z.mT @ z + ridge * arrays.eye(z, z.shape[-1]))
    fit = inverse @ (z.mT @ x)
    products = (fit @ fit.mT, inverse - ridge * (inverse @ inverse.mT))
    fitted, variance = (2 * sum(_sum(c[:, :b, a:b] * u) for a, b, u in halves) for c in products)
    return inverse, _sum(fit * w), fitted, variance


def _wide(z: Array, x: Array, w: Array, halves: Halves, ridge: float) -> tuple[Array, Array, Array, Array]:
    """N > n, M = Z' inverse: the same, from ZUZ', which is small."""
    inverse = arrays.spd_inverse(z @ z.mT + ridge * arrays.eye(z, z.shape[-2]))
    middle = sum((z[..., :b] @ u) @ z[..., a:b].mT for a, b, u in halves)
    fit = inverse @ x
    fitted, variance = (2 * _sum(c * middle) for c in (fit @ fit.mT, inverse @ inverse.mT))
    return inverse, _sum(fit * (z @ w)), fitted, variance


def _nonlinear(z: Array, x: Array, before: Array, halves: Halves, inverse: Array, quadratic: float) -> Array:
    """Risk of a target sum_kl A_kl (x_k x_l - delta_kl) of unit variance, averaged over Gaussian symmetric A."""
    xp = arrays.namespace(z)
    d = x.shape[-1]
    squares, inner = xp.sum(x * x, axis=-1), x @ x.mT
    covariance = inner * inner - squares[..., None] - squares[..., None, :] + d  # of the target at the samples
    estimator = z @ inverse if z.shape[-1] <= z.shape[-2] else inverse @ z  # M'
    fit = covariance @ estimator
    fitted = 2 * sum(_sum((estimator[..., :b] @ u) * fit[..., a:b]) for a, b, u in halves)
    crossed = _sum(estimator * (before * before - 1))
    return 1 - (2 * quadratic * crossed - fitted) / (d * d + d)
