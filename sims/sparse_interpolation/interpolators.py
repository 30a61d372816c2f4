"""Interpolators of least l_p norm, found and measured: their risk, their support, the order of p's on equal draws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, Positive, kernel, namespace
from sims.arrays.domain import In
from sims.interior_point import basis_pursuit
from sims.lasso import lasso
from sims.power_norm import least_power_norm
from sims.sparse_interpolation.draws import Data, Entries, features, planted, ridgeless

Power = Annotated[float, In(1.0, 2.0)]
STRENGTHS = (1.0, 1.2, 1.5)


class InterpolatorRisk(NamedTuple):
    """Squared distance to the truth; the same less what that of least squares exceeds its known mean by, which has the
    same mean and less spread; coefficients above 1e-6 of the largest; the two controls of `ridgeless` (mean 0); the
    relative duality gap of the least norm; each (trials,)."""

    value: Array
    steady: Array
    nonzeros: Array
    ridgeless: Array
    shortest: Array
    gap: Array


class NoiseConstant(NamedTuple):
    """Risk times d/n over sigma2, the control `ridgeless` (mean 0), and the gap, each (trials,)."""

    value: Array
    ridgeless: Array
    gap: Array


class Strengths(NamedTuple):
    """Risks at p = 1, 1.2, 1.5 and of the lasso on the same draw; what p = 1 and 1.5 exceed p = 1.2 by, and p = 1.2 the
    lasso; the largest gap, each (trials,)."""

    sparse: Array
    middle: Array
    smooth: Array
    lasso: Array
    over_sparse: Array
    over_smooth: Array
    over_lasso: Array
    gap: Array


class LeastNorm(NamedTuple):
    """The least norm and its relative gap, each (trials,)."""

    value: Array
    gap: Array


def interpolate(X: Array, y: Array, p: float) -> tuple[Array, Array]:
    """Interpolators of least l_p norm (T, d), 1 <= p <= 2, and their duality gaps (T,).

    >>> import numpy as np
    >>> interpolate(np.asarray([[[1.0, 2.0]]]), np.asarray([[5.0]]), 2.0)[0].round(9)
    array([[1., 2.]])
    """
    return basis_pursuit(X, y) if p == 1 else least_power_norm(X, y, p)


def _squared_distance(w: Array, truth: Array) -> Array:
    return namespace(w).sum((w - truth) ** 2, axis=-1)


def _risk(data: Data, p: float, sigma2: float) -> InterpolatorRisk:
    xp = namespace(data.X)
    w, gap = interpolate(data.X, data.y, p)
    size = xp.abs(w)
    kept = xp.sum(xp.astype(size > 1e-6 * xp.max(size, axis=-1, keepdims=True), w.dtype), axis=-1)
    risk, controls = _squared_distance(w, data.w), ridgeless(data, sigma2)
    return InterpolatorRisk(risk, risk - controls.excess, kept, controls.risk, controls.norm, gap)


def _floats(n: int, d: int) -> float:
    return 8.0 * n * d + 4 * n * n


@kernel(floats=lambda n, d, **_: _floats(n, d))
def min_l1_noise_risk(n: int, d: int, sigma2: Positive, *, trials: int, rng: Generator) -> InterpolatorRisk:
    """Interpolate n labels of pure noise in d > n Gaussian features by least l1 norm.

    n, d: sizes, d > n; sigma2: variance of the noise, > 0. Returns fields value, steady, nonzeros,
    ridgeless, shortest, gap.

    >>> from sims.arrays import strict_rng
    >>> min_l1_noise_risk(4, 9, 1.0, trials=3, rng=strict_rng(0)).value.shape
    (3,)
    """
    return _risk(planted(rng, trials, n, d, (0.0,), (d,), sigma2), 1.0, sigma2)


@kernel(floats=lambda n, d, **_: _floats(n, d))
def min_l1_risk(
    n: int, d: int, values: Sequence[float], counts: Sequence[int], sigma2: Positive, *, trials: int, rng: Generator
) -> InterpolatorRisk:
    """Interpolate noisy labels of a sparse truth by least l1 norm.

    values, counts: the truth's distinct coordinates and how many of each, zeros included, as many as d in all. Else as
    `min_l1_noise_risk`.

    >>> from sims.arrays import strict_rng
    >>> min_l1_risk(4, 9, [2.0, 0.0], [1, 8], 1.0, trials=3, rng=strict_rng(0)).gap.shape
    (3,)
    """
    return _risk(planted(rng, trials, n, d, values, counts, sigma2), 1.0, sigma2)


@kernel(floats=lambda n, d, **_: _floats(n, d))
def min_lp_risk(
    n: int, d: int, p: Power, values: Sequence[float], counts: Sequence[int], sigma2: Positive, *, trials: int,
    rng: Generator,
) -> InterpolatorRisk:  # fmt: skip
    """Interpolate noisy labels of a sparse truth by least l_p norm, p in [1, 2]; else as `min_l1_risk`.

    >>> from sims.arrays import strict_rng
    >>> min_lp_risk(4, 9, 1.5, [2.0, 0.0], [1, 8], 1.0, trials=3, rng=strict_rng(0)).value.shape
    (3,)
    """
    return _risk(planted(rng, trials, n, d, values, counts, sigma2), p, sigma2)


@kernel(floats=lambda n, d, **_: _floats(n, d))
def lp_noise_constant(p: Power, *, n: int, d: int, trials: int, rng: Generator) -> NoiseConstant:
    """Risk of interpolating noise of variance 1, times d/n. Returns fields value, ridgeless, gap, each (trials,).

    >>> from sims.arrays import strict_rng
    >>> lp_noise_constant(1.5, n=2, d=9, trials=3, rng=strict_rng(0)).value.shape
    (3,)
    """
    found = _risk(planted(rng, trials, n, d, (0.0,), (d,), 1.0), p, 1.0)
    return NoiseConstant(found.value * d / n, found.ridgeless, found.gap)


@kernel(floats=lambda n, d, **_: _floats(n, d))
def strength_trade_off(
    n: int, d: int, values: Sequence[float], counts: Sequence[int], sigma2: Positive, lam: Positive, *, trials: int,
    rng: Generator,
) -> Strengths:  # fmt: skip
    """Fit the same labels by least l_p norm at p = 1, 1.2 and 1.5 and by the lasso with the penalty lam.

    The other arguments are those of `min_l1_risk`.

    >>> from sims.arrays import strict_rng
    >>> strength_trade_off(4, 9, [2.0, 0.0], [1, 8], 1.0, 2.0, trials=3, rng=strict_rng(0)).middle.shape
    (3,)
    """
    data = planted(rng, trials, n, d, values, counts, sigma2)
    found = [*(interpolate(data.X, data.y, p) for p in STRENGTHS), lasso(data.X, data.y, lam)]
    sparse, middle, smooth, fitted = (_squared_distance(w, data.w) for w, _ in found)
    xp = namespace(data.X)
    gap = xp.max(xp.stack([gap for _, gap in found]), axis=0)
    return Strengths(sparse, middle, smooth, fitted, sparse - middle, smooth - middle, middle - fitted, gap)


@kernel(floats=lambda n, d, **_: 6 * _floats(n, d))
def other_features(
    n: int, d: int, p: Power, sigma2: Positive, entries: Entries, *, trials: int, rng: Generator
) -> LeastNorm:
    """Risk of interpolating noise by least l_p norm in features that are not Gaussian, or not independent.

    entries: "gaussian", "signs", "t5" (Student's t) or "ar1" (rows with correlations 2^-|i-j|, whose risk is the excess
    error of predictions). Returns fields value and gap, each (trials,).

    >>> from sims.arrays import strict_rng
    >>> other_features(4, 9, 1.0, 1.0, "signs", trials=3, rng=strict_rng(0)).value.shape
    (3,)
    """
    X = features(rng, (trials, n, d), entries)
    y = rng.standard_normal(size=(trials, n))
    xp = namespace(X)
    w, gap = interpolate(X, y * (math.sqrt(n * sigma2) / xp.sqrt(xp.sum(y * y, axis=-1, keepdims=True))), p)
    if entries == "ar1":
        steps = arrays.arange(w, d)
        covariance = 0.5 ** xp.astype(xp.abs(steps[:, None] - steps), w.dtype)
        return LeastNorm(xp.sum(w * (w @ covariance), axis=-1), gap)
    return LeastNorm(xp.sum(w * w, axis=-1), gap)


@kernel(floats=lambda X, **_: 8 * len(X) * len(X[0]))
def min_lp_norm(X: Array, y: Array, p: Power, *, trials: int, rng: Generator) -> LeastNorm:
    """The least l_p norm of an interpolator of given data: X (n, d), y (n,), host arrays; p in [1, 2].

    Returns fields value and gap, each (trials,), equal in all trials.

    >>> from sims.arrays import strict_rng
    >>> round(float(min_lp_norm([[1.0, 2.0]], [5.0], 1.0, trials=1, rng=strict_rng(0)).value[0]), 9)
    2.5
    """
    rows, labels = (arrays.asarray(rng, part)[None, ...] for part in (X, y))
    w, gap = interpolate(rows, labels, p)
    xp = namespace(w)
    norm = xp.sum(xp.abs(w) ** p, axis=-1) ** (1 / p)
    return LeastNorm(xp.broadcast_to(norm, (trials,)), xp.broadcast_to(gap, (trials,)))
