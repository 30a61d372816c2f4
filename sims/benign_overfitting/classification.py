"""Interpolating labels: Gaussian mixtures with flipped labels, and sign labels in a bilevel model."""

from __future__ import annotations

import math
from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, Share, kernel


class BilevelClassification(NamedTuple):
    """Per trial: 0-1 error, coefficient on the unit-variance signal, size of everything else."""

    error: Array
    survival: Array
    contamination: Array


def interpolate(x: Array, y: Array) -> Array:
    """Return the minimum-norm coefficients X' K^-1 y, (..., p, 1), of labels (..., n, 1)."""
    return x.mT @ arrays.spd_solve(x @ x.mT, y)


@kernel(floats=lambda n, p, **_: 3 * n * p + 2 * n * n)
def gmm_error(n: int, p: int, R: float, eta: Share = 0.0, *, trials: int, rng: Generator) -> Array:
    """0-1 error on clean labels of the classifier that interpolates labels flipped with probability eta, (trials,).

    The error is that of the drawn classifier over all test points (no test set); the mean is R e_1.

    n, p: samples and features, integers, p >= n; R: length of the mean; eta: share of flipped labels, in [0, 1].

    >>> from sims.arrays import strict_rng
    >>> gmm_error(10, 30, 2.0, 0.1, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    clean = arrays.random_signs(rng, (trials, n, 1))
    flips = rng.random(size=(trials, n, 1))
    x = rng.standard_normal(size=(trials, n, p))
    xp = arrays.namespace(x)
    x[:, :, :1] += R * clean
    w = interpolate(x, xp.where(flips < eta, -clean, clean))
    return arrays.normal_cdf(-R * w[:, 0, 0] / xp.sqrt(xp.sum(w * w, axis=(-2, -1))))


@kernel(floats=lambda n, m, **_: 3 * n * (m + 1) + 2 * n * n)
def bilevel_classification(
    n: int, m: int, lam1: float, c: float, *, trials: int, rng: Generator
) -> BilevelClassification:
    """Interpolate the labels sign(z) with features (sqrt(lam1) z, sqrt(c) g_m); no test set, shape (trials,) each.

    n: samples; m >= n: weak features; lam1, c > 0: variances of the strong one and of the weak ones. Returns fields
    error, survival, contamination.

    >>> from sims.arrays import strict_rng
    >>> bilevel_classification(10, 40, 2.0, 0.1, trials=3, rng=strict_rng(0)).error.shape
    (3,)
    """
    x = rng.standard_normal(size=(trials, n, m + 1))
    xp = arrays.namespace(x)
    labels = xp.sign(x[:, :, :1])
    x *= arrays.asarray(rng, [math.sqrt(lam1)] + [math.sqrt(c)] * m)
    w = interpolate(x, labels)
    survival = math.sqrt(lam1) * w[:, 0, 0]
    contamination = xp.sqrt(c * xp.sum(w[:, 1:, 0] ** 2, axis=-1))
    return BilevelClassification(xp.atan2(contamination, survival) / math.pi, survival, contamination)


@kernel(floats=lambda n, m, **_: 3 * n * (m + 1) + 2 * min(n, m + 1) ** 2)
def sign_classifier_error(n: int, m: int, tau: float = 1.0, eta: Share = 0.0, *, trials: int, rng: Generator) -> Array:
    """Clean 0-1 error of least squares on the signs of z, flipped with probability eta, (trials,); no test set.

    Features (z, sqrt(tau) g_m). From n features on the labels are interpolated with the least norm.

    n: samples, m: features without signal, integers >= 1; tau > 0: their variance over the signal's; eta: share of
    flipped labels, in [0, 1].

    >>> from sims.arrays import strict_rng
    >>> sign_classifier_error(10, 40, 0.1, 0.2, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    x = rng.standard_normal(size=(trials, n, m + 1))
    flips = rng.random(size=(trials, n, 1))
    xp = arrays.namespace(x)
    clean = xp.sign(x[:, :, :1])
    labels = xp.where(flips < eta, -clean, clean)
    x *= arrays.asarray(rng, [1.0] + [math.sqrt(tau)] * m)
    w = interpolate(x, labels) if m + 1 >= n else arrays.spd_solve(x.mT @ x, x.mT @ labels)
    wrong = xp.sqrt(tau * xp.sum(w[:, 1:, 0] ** 2, axis=-1))
    return xp.atan2(wrong, w[:, 0, 0]) / math.pi
