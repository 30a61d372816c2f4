"""Stein's unbiased estimate for the optimal shrinkage: the error left, whatever the matrix, if the noise is known."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

import theory.matrix_denoising as theory
from overparam.measures.input import Floats


class Stein(NamedTuple):
    """The estimate of the squared error, and the standard deviation of what it errs by, in units of sigma^2 n."""

    error: float
    spread: float


def stein(values: Floats, m: int, n: int) -> Stein:
    r"""Return Stein's estimate for the optimal shrinkage of an m x n matrix of these singular values (m <= n).

    $$-m + \sum_i(\eta_i-s_i)^2 + \frac2n\Bigl[\sum_i\eta'_i + (n-m)\frac{\eta_i}{s_i} +
    \sum_{i\ne j}\frac{s_i\eta_i - s_j\eta_j}{s_i^2-s_j^2}\Bigr]$$

    in units of sigma^2 n, s in units of sigma sqrt(n). Its error, E(SURE - loss)^2, is by the second-order formula at
    most about $\sigma^2 E|z+2g|^2 + \sigma^4 mn$, g what the shrinkage takes away.

    Source: Candes, Sing-Long, Trzasko 2013, arXiv:1210.4139 (divergence), Bellec, Zhang 2021 (error), recalled.
    """
    beta = m / n
    eta = np.asarray(theory.optimal_shrinker(values, beta))
    kept = eta > 0
    safe = np.where(kept, values, 1.0)
    slope = np.where(kept, 2 * (safe * safe - beta - 1) / (np.where(kept, eta, 1.0) * safe) - eta / safe, 0.0)
    gaps = values[:, None] ** 2 - values[None, :] ** 2
    rise = (values * eta)[:, None] - (values * eta)[None, :]
    # Equal values, the diagonal left out: the derivative of s eta in s^2.
    tied = np.broadcast_to(((eta + values * slope) / (2 * safe))[:, None], gaps.shape)
    pairs = np.where(gaps == 0, tied, rise / np.where(gaps == 0, 1.0, gaps))
    np.fill_diagonal(pairs, 0.0)
    divergence = float(np.sum(slope + (n - m) * eta / safe) + np.sum(pairs))
    taken = float(np.sum((eta - values) ** 2))
    left = m * n + 4 * (divergence - m * n) + 4 * taken * n  # E |z + 2g|^2 over sigma^2
    return Stein(taken - m + 2 * divergence / n, math.sqrt(max(left, 0.0) + m * n) / n)
