"""Ridge and minimum-norm regression on drawn features; noise and test point are averaged over in closed form."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, kernel


class BiasVariance(NamedTuple):
    """Per trial: excess risk on the noiseless target, excess risk due to label noise."""

    bias: Array
    variance: Array


class NoisyFits(NamedTuple):
    """Per trial: excess risk of the fit to clean labels, of the fit to pure noise, and mean excess of noisy fits."""

    bias: Array
    variance: Array
    excess: Array


class RidgeRisk(NamedTuple):
    """Per trial: 1/tr (XX' + ridge I)^-1, excess risk and its two parts, test and train mean squared error."""

    kappa: Array
    bias: Array
    variance: Array
    excess: Array
    test: Array
    train: Array


def features(rng: Generator, trials: int, n: int, values: Sequence[float], entries: str = "gaussian") -> Array:
    """Draw rows with independent entries of the given variances, Gaussian or Rademacher, shape (trials, n, p)."""
    scales = arrays.asarray(rng, [math.sqrt(v) for v in values])
    if entries == "rademacher":
        return arrays.random_signs(rng, (trials, n, len(values))) * scales
    return arrays.gaussian_rows(rng, trials, n, scales)


def noise_variance(inverse: Array, weighted: Array) -> Array:
    """tr(M Sigma M') for M = K^-1 X, given K^-1 and X Sigma X' (..., n, n)."""
    xp = arrays.namespace(inverse)
    return xp.sum((inverse @ weighted) * inverse, axis=(-2, -1))


def expand(values: Sequence[float], counts: Sequence[int] | None) -> list[float]:
    """Write out a spectrum given with multiplicities."""
    if counts is None:
        return [float(v) for v in values]
    return [float(v) for v, count in zip(values, counts, strict=True) for _ in range(int(count))]


def _size(eigenvalues: Sequence[float], multiplicity: Sequence[int] | None) -> int:
    return len(eigenvalues) if multiplicity is None else int(sum(multiplicity))


@kernel(floats=lambda eigenvalues, n, multiplicity=None, **_: 3 * n * _size(eigenvalues, multiplicity) + 5 * n * n)
def ridge_risk(
    eigenvalues: Sequence[float],
    coef2: Sequence[float],
    n: int,
    sigma2: NonNegative = 1.0,
    ridge: float = 0.0,
    multiplicity: Sequence[int] | None = None,
    entries: Literal["gaussian", "rademacher"] = "gaussian",
    *,
    trials: int,
    rng: Generator,
) -> RidgeRisk:
    """Risk of ridge regression with n samples on features of the given variances, shape (trials,) each.

    Noise, test point and the signs of the coefficients are averaged over exactly (features are symmetric, so that signs
    change nothing in the mean). p >= n or ridge > 0; `entries` is "gaussian" or "rademacher".

    eigenvalues: variances of the features, coef2: squared coefficients, both repeated by `multiplicity` (once if None);
    n: samples, >= 1; sigma2 >= 0; ridge: added to XX', may be negative. Returns the fields of `RidgeRisk`.

    >>> from sims.arrays import strict_rng
    >>> ridge_risk([2.0, 0.1], [1.0, 0.0], 10, multiplicity=[1, 50], trials=3, rng=strict_rng(0)).excess.shape
    (3,)
    """
    design = _design(eigenvalues, coef2, n, multiplicity, entries, trials, rng)
    return _risk(design, sigma2, ridge)


@kernel(floats=lambda eigenvalues, n, multiplicity=None, **_: 3 * n * _size(eigenvalues, multiplicity) + 5 * n * n)
def ridge_path(
    eigenvalues: Sequence[float],
    coef2: Sequence[float],
    n: int,
    ridges: Sequence[float],
    sigma2: NonNegative = 1.0,
    multiplicity: Sequence[int] | None = None,
    *,
    trials: int,
    rng: Generator,
) -> Array:
    """Excess risk at several penalties on the same draw, shape (trials, penalties); a penalty may be negative.

    Parameters as in `ridge_risk`; ridges: penalties added to XX'.

    >>> from sims.arrays import strict_rng
    >>> ridge_path([1.0] * 30, [0.1] * 30, 10, [0.0, 1.0], trials=3, rng=strict_rng(0)).shape
    (3, 2)
    """
    design = _design(eigenvalues, coef2, n, multiplicity, "gaussian", trials, rng)
    risks = [_risk(design, sigma2, ridge).excess for ridge in ridges]
    return arrays.namespace(risks[0]).stack(risks, axis=-1)


class _Design(NamedTuple):
    """XX' and X Sigma X' (trials, n, n); the columns that carry signal, their variances, squared coefficients."""

    gram: Array
    weighted: Array
    active: Array
    variances: Array
    energy: Array


def _design(
    eigenvalues: Sequence[float],
    coef2: Sequence[float],
    n: int,
    multiplicity: Sequence[int] | None,
    entries: str,
    trials: int,
    rng: Generator,
) -> _Design:
    values, squared = expand(eigenvalues, multiplicity), expand(coef2, multiplicity)
    x = features(rng, trials, n, values, entries)
    # Only features that carry signal enter the bias; one is kept where none does.
    signal = [i for i, c in enumerate(squared) if c > 0] or [0]
    active = arrays.namespace(x).take(x, arrays.asarray(rng, signal), axis=-1)
    gram = x @ x.mT
    weighted = (x * arrays.asarray(rng, values)) @ x.mT
    own = arrays.asarray(rng, [values[i] for i in signal])
    return _Design(gram, weighted, active, own, arrays.asarray(rng, [squared[i] for i in signal]))


def _risk(design: _Design, sigma2: float, ridge: float) -> RidgeRisk:
    gram, weighted, active, own, energy = design
    xp, n = arrays.namespace(gram), gram.shape[-1]
    inverse = arrays.spd_inverse(gram + ridge * arrays.eye(gram, n))
    variance = sigma2 * noise_variance(inverse, weighted)
    # (I - X'M) on the rows that carry signal, squared in the metric Sigma.
    back = inverse @ active
    kept = xp.sum(active * back, axis=-2)
    spread = xp.sum(back * (weighted @ back), axis=-2)
    bias = xp.sum(energy * (own * (1 - 2 * kept) + spread), axis=-1)
    seen = xp.sum(energy * xp.sum(back * back, axis=-2), axis=-1)
    residual = sigma2 * xp.sum(inverse * inverse, axis=(-2, -1)) + seen
    excess = bias + variance
    kappa = 1 / xp.linalg.trace(inverse)
    return RidgeRisk(kappa, bias, variance, excess, excess + sigma2, ridge**2 * residual / n)


@kernel(floats=lambda n, p, **_: 2 * n * p + 4 * min(n, p) ** 2)
def isotropic_risk(
    n: int, p: int, sigma2: NonNegative = 1.0, w_norm2: NonNegative = 1.0, *, trials: int, rng: Generator
) -> BiasVariance:
    """Minimum-norm (p > n) or least-squares (p < n) fit of isotropic Gaussian features, shape (trials,) each.

    n, p: samples and features, integers >= 1; sigma2, w_norm2 = |w|^2 >= 0. Returns fields bias and variance.

    >>> from sims.arrays import strict_rng
    >>> isotropic_risk(10, 30, trials=3, rng=strict_rng(0)).bias.shape
    (3,)
    """
    x = rng.standard_normal(size=(trials, n, p))
    xp = arrays.namespace(x)
    inverse = arrays.spd_inverse(x.mT @ x if p < n else x @ x.mT)
    variance = sigma2 * xp.linalg.trace(inverse)
    if p < n:
        return BiasVariance(xp.zeros_like(variance), variance)
    # Along one coordinate: what the row space misses of it.
    axis = x[:, :, :1]
    return BiasVariance(w_norm2 * (1 - xp.sum(axis * (inverse @ axis), axis=(-2, -1))), variance)


def _fit(x: Array, y: Array, ridge: float) -> Array:
    """Coefficients (..., p, k) fitted to labels (..., n, k), literally; least squares where n > p and ridge is 0."""
    n, p = x.shape[-2:]
    if ridge == 0 and n > p:
        return arrays.spd_solve(x.mT @ x, x.mT @ y)
    return x.mT @ arrays.spd_solve(x @ x.mT + ridge * arrays.eye(x, n), y)


@kernel(floats=lambda X, **_: 6 * len(X) * len(X[0]) + 6 * len(X) ** 2)
def conditional_risk(
    X: Sequence[Sequence[float]],
    w: Sequence[float],
    eigenvalues: Sequence[float],
    sigma2: NonNegative = 1.0,
    ridge: float = 0.0,
    *,
    trials: int,
    rng: Generator,
) -> NoisyFits:
    """Fit one design to labels with noise, for noise sets whose second moment is exactly sigma2 I.

    The noise vectors of a trial are the columns, with both signs, of sqrt(n sigma2) Q with Q uniformly orthogonal:
    their mean is the mean over all noise, to rounding. Shape (trials,) each.

    X: the design (n, p); w: target coefficients (p,); eigenvalues: variances of the test features (p,); sigma2 >= 0;
    ridge: added to XX'. Returns fields bias, variance, excess.

    >>> from sims.arrays import strict_rng
    >>> conditional_risk([[1.0, 0.5, 0.2]], [1.0, 0.0, 0.0], [1.0] * 3, trials=2, rng=strict_rng(0)).bias.shape
    (2,)
    """
    n = len(X)
    noise = math.sqrt(n * sigma2) * arrays.haar_frames(rng, trials, n, n)
    xp = arrays.namespace(noise)
    x, target = arrays.asarray(rng, [X]), xp.reshape(arrays.asarray(rng, w), (1, -1, 1))
    lam = xp.reshape(arrays.asarray(rng, eigenvalues), (-1, 1))
    clean = xp.broadcast_to(x @ target, (trials, n, 1))
    plus = _fit(x, clean + noise, ridge) - target
    minus = _fit(x, clean - noise, ridge) - target
    excess = xp.mean(xp.sum(lam * (plus * plus + minus * minus), axis=-2), axis=-1) / 2
    error = _fit(x, clean, ridge) - target
    own = _fit(x, noise, ridge)
    return NoisyFits(
        xp.sum(lam * error * error, axis=(-2, -1)), xp.mean(xp.sum(lam * own * own, axis=-2), axis=-1), excess
    )
