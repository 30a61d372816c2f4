"""Gaussian tasks learned with a ridge penalty on the change of the weights."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from theory.catastrophic_forgetting.gaussian_sequence import squared_distances
from theory.domain import Count, Floats, Matrix, NonNegative, Positive, checked


class Shrinkage(NamedTuple):
    """Moments of the shrunken directions: c1, c2 and, free of cancellation, 1 - c1, 1 - 2 c1 + c2, (p/lam)(c1 - c2)."""

    c1: float
    c2: float
    learned: float
    learned2: float
    noise: float


def shrinkage(p: int, n: int, lam: float) -> Shrinkage:
    r"""Return $c_j = \lim E\,\mathrm{tr}(\lambda^j (X^TX + \lambda)^{-j})/p$ and what the recursion needs of it.

    With g = p/n, z = lam/n, $s = \sqrt{(1 - g + z)^2 + 4gz}$ and $a = 1 - c_1 = 2/(1 + g + z + s)$ the derivative of
    Marchenko-Pastur's Stieltjes transform collapses: $c_1 - c_2 = za/s$, $1 - 2c_1 + c_2 = a(s - z)/s$.
    """
    g, z = p / n, lam / n
    s = math.sqrt(z + (1 - math.sqrt(g)) ** 2) * math.sqrt(z + (1 + math.sqrt(g)) ** 2)
    learned = 2 / (1 + g + z + s)
    gap = 1 - g + z
    c1 = 2 * z / (gap + s) if gap > 0 else (s - gap) / (2 * g)
    beyond = ((1 - g) ** 2 + 2 * z * (1 + g)) / (s + z)
    return Shrinkage(c1, c1 * (g * c1 + z) / s, learned, learned * beyond / s, g * learned / s)


@checked
def ridge_sequence_errors(w_star: Matrix, n: Count, sigma2: NonNegative, lam: Positive) -> Floats:
    r"""Return the expected population errors of all tasks when each step is a ridge regression from the last weights.

    $w_t = \arg\min \|X_t w - y_t\|^2 + \lambda\|w - w_{t-1}\|^2$ on the tasks of `gaussian_sequence_errors`. With
    $c_1, c_2$ the limits of $E\,\mathrm{tr}(\lambda^j (X^TX + \lambda)^{-j})/p$ (Marchenko-Pastur):
    $\mu_t = c_1\mu_{t-1} + (1 - c_1) w^*_t$, $\mu_0 = 0$, and
    $E L_i(w_t) = c_2 E L_i(w_{t-1}) + 2(c_1 - c_2)\langle\mu_{t-1} - w^*_i, w^*_t - w^*_i\rangle
    + (1 - 2c_1 + c_2)\|w^*_t - w^*_i\|^2 + \sigma^2 (p/\lambda)(c_1 - c_2)$.
    Asymptotic with error O(1/p); finite on both sides of p = n and at p = n.

    w_star: optima (T, p); n: rows per task >= 1; sigma2: noise variance >= 0; lam: penalty > 0.
    Returns (T + 1, T): row t after task t, column i the error on task i. Raises ValueError outside the domain.

    Source: derived here (the recursion is exact by rotation invariance, Marchenko-Pastur gives its coefficients).

    >>> ridge_sequence_errors([[1.0, 0.0], [0.0, 1.0]], n=2, sigma2=1.0, lam=1.0).round(4)
    array([[1.    , 1.    ],
           [0.6667, 1.6667],
           [1.3889, 0.8889]])
    """
    c = shrinkage(w_star.shape[1], n, lam)
    mean = np.zeros(w_star.shape[1])
    errors = [np.sum(w_star * w_star, axis=1)]
    for target, distance in zip(w_star, squared_distances(w_star), strict=True):
        cross = np.sum((mean - w_star) * (target - w_star), axis=1)
        fresh = c.learned2 * distance + sigma2 * c.noise
        errors.append(c.c2 * errors[-1] + 2 * (c.c1 - c.c2) * cross + fresh)
        mean = c.c1 * mean + c.learned * target
    return np.stack(errors)
