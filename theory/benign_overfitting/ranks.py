"""Effective ranks of a spectrum and explicit two-sided bounds on what interpolation costs.

Throughout, lam_1 >= lam_2 >= ... are the positive eigenvalues, t_k = sum_{i>k} lam_i the tail trace, and s = S/n the
share of the data spent on fitting noise: the excess variance is sigma2 s/(1 - s). A ridge acts as extra tail trace.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from theory.deterministic_equivalent import Spectrum, parse_spectrum
from theory.domain import Count, Floats, In, Integers, NonNegative, NonNegativeVector, Positive, checked, refusal


class EffectiveRanks(NamedTuple):
    """r_k = t_k/lam_{k+1} and R_k = t_k^2/sum_{i>k} lam_i^2."""

    r: float | Floats
    R: float | Floats


class Sandwich(NamedTuple):
    """lo <= S/n <= hi, and the splits k at which the two bounds are reached."""

    lo: float
    hi: float
    k_lo: int
    k_hi: int


class RidgeBounds(NamedTuple):
    """Bounds on the share s = S/n, on kappa, and on bias/E0."""

    s_lo: float | Floats
    s_hi: float | Floats
    kappa_lo: float | Floats
    kappa_hi: float | Floats
    bias_lo: float | Floats
    bias_hi: float | Floats


class Tails(NamedTuple):
    """Per split k (last axis): tail trace with the ridge, first tail eigenvalue, and r_k, R_k."""

    trace: Floats
    first: Floats
    r: Floats
    R: Floats


def descending(spectrum: Spectrum) -> Floats:
    """Return the positive eigenvalues in descending order (multiplicities are all one here)."""
    return np.sort(spectrum.values)[::-1]


def tails(eigenvalues: Floats, ridge: Floats, splits: int) -> Tails:
    """Return the tail sums at k = 0..splits-1 of descending spectra (..., p); ridge (...) joins every tail trace."""
    beyond = np.zeros((*eigenvalues.shape[:-1], 1))
    padded = np.concatenate([eigenvalues, beyond], axis=-1)
    trace = np.cumsum(padded[..., ::-1], axis=-1)[..., ::-1][..., :splits] + ridge[..., None]
    squares = np.cumsum(padded[..., ::-1] ** 2, axis=-1)[..., ::-1][..., :splits]
    first = padded[..., :splits]
    with np.errstate(divide="ignore"):
        return Tails(trace, first, trace / first, trace**2 / squares)


def share_bounds(eigenvalues: Floats, n: int, ridge: Floats) -> tuple[Floats, Floats]:
    r"""Return the bounds on $s$ for every split, lower and upper, each (..., k), of descending spectra (..., p).

    Upper: $\max(n/R_k,\; k/n + (n-k)^2/(n R_k))$. Lower:
    $\frac1n\sum_{i\le k}\bigl(\lambda_i/(\lambda_i+t_k/(n-k))\bigr)^2 + (n/R_k)/(n/r_k + n/(n-k))^2$.
    """
    splits = min(n, eigenvalues.shape[-1] + 1)
    tail = tails(eigenvalues, ridge, splits)
    k = np.arange(splits)
    upper = np.maximum(n / tail.R, k / n + (n - k) ** 2 / (n * tail.R))
    lower = (n / tail.R) / (n / tail.r + n / (n - k)) ** 2
    for split in range(1, splits):
        level = tail.trace[..., split, None] / (n - split)
        head = eigenvalues[..., :split]
        lower[..., split] += ((head / (head + level)) ** 2).sum(axis=-1) / n
    return lower, upper


@checked
def effective_ranks(eigenvalues: NonNegativeVector, k: Annotated[Integers, In(0)]) -> EffectiveRanks:
    r"""Return the two effective ranks of the tail beyond the k largest eigenvalues.

    $$r_k = \frac{\sum_{i>k}\lambda_i}{\lambda_{k+1}},\qquad
    R_k = \frac{(\sum_{i>k}\lambda_i)^2}{\sum_{i>k}\lambda_i^2}$$

    eigenvalues: (p,), non-negative, in any order, zeros dropped; k: integers from 0 to one less than the number of
    positive eigenvalues. Interpolation is benign when, for some k far below n, R_k is far above n.
    Raises ValueError for k at or beyond the number of positive eigenvalues.

    Source: Bartlett, Long, Lugosi, Tsigler 2019 (arXiv:1906.11300), Definition 3; recalled.

    >>> effective_ranks([4.0, 4.0, 1.0, 1.0, 1.0], 2)
    EffectiveRanks(r=3.0, R=3.0)
    """
    values = descending(parse_spectrum("eigenvalues", eigenvalues))
    if (k >= values.size).any():
        raise refusal("k", k, f"below the number of positive eigenvalues, {values.size}")
    tail = tails(values, np.zeros(()), values.size)
    if k.ndim:
        return EffectiveRanks(tail.r[k], tail.R[k])
    return EffectiveRanks(float(tail.r[k]), float(tail.R[k]))


@checked
def k_star(eigenvalues: NonNegativeVector, n: Count, b: Positive = 1.0) -> int:
    r"""Return $k^* = \min\{k : r_k \ge b\,n\}$, the number of directions that n samples resolve.

    eigenvalues: (p,); n: sample size; b > 0. Raises ValueError if no k < n qualifies.

    Source: Bartlett, Long, Lugosi, Tsigler 2019 (arXiv:1906.11300), Theorem 4; recalled.

    >>> k_star([20.0] * 4 + [0.02] * 6000, n=100)
    4
    """
    values = descending(parse_spectrum("eigenvalues", eigenvalues))
    ranks = tails(values, np.zeros(()), min(n, values.size)).r
    # Tail sums carry rounding: a flat tail of exactly b n eigenvalues qualifies.
    enough = np.flatnonzero(ranks >= b * n * (1 - 1e-12))
    if enough.size == 0:
        raise ValueError(f"b = {b:g}: must let the eigenvalues have r_k >= b n for some k < n = {n}")
    return int(enough[0])


@checked
def variance_sandwich(eigenvalues: NonNegativeVector, n: Count) -> Sandwich:
    r"""Return the best explicit bounds on $s = S/n$ over all splits k, for the minimum-norm interpolator.

    $$\max_k \Bigl[\tfrac1n\sum_{i\le k}\Bigl(\tfrac{\lambda_i}{\lambda_i+t_k/(n-k)}\Bigr)^2
    + \tfrac{n/R_k}{(n/r_k+n/(n-k))^2}\Bigr] \le s \le
    \min_k \max\Bigl(\tfrac{n}{R_k},\ \tfrac kn + \tfrac{(n-k)^2}{n R_k}\Bigr)$$

    eigenvalues: (p,) with more than n positive entries; n: sample size. The excess variance of interpolation is
    sigma2 s/(1 - s). Returns lo, hi, k_lo, k_hi (ties: the first k). Raises ValueError if n or fewer are positive.

    Source: form of Bartlett, Long, Lugosi, Tsigler 2019 (arXiv:1906.11300), Theorem 4; explicit constants derived here.

    >>> lo, hi, k_lo, k_hi = variance_sandwich([20.0] * 4 + [0.02] * 6000, n=100)
    >>> print(f"{lo:.4f} {hi:.4f} {k_lo} {k_hi}")
    0.0503 0.0554 4 4
    """
    spectrum = parse_spectrum("eigenvalues", eigenvalues)
    if spectrum.rank <= n:
        raise ValueError(f"n = {n}: must be below the number of positive eigenvalues, {spectrum.rank:g}")
    lower, upper = share_bounds(descending(spectrum), n, np.zeros(()))
    k_lo, k_hi = int(np.argmax(lower)), int(np.argmin(upper))
    return Sandwich(float(lower[k_lo]), float(upper[k_hi]), k_lo, k_hi)


def ridge_bounds(eigenvalues: Floats, coef2: Floats, n: int, ridge: Floats) -> RidgeBounds:
    """Return the six bounds of `ridge_sandwich` for a batch: descending spectra and coefficients (..., p), ridge (...).

    No checks here: the search over spectra calls it many times.
    """
    lower, upper = share_bounds(eigenvalues, n, ridge)
    splits = lower.shape[-1]
    tail = tails(eigenvalues, ridge, splits)
    kappa_hi = (tail.trace / (n - np.arange(splits))).min(axis=-1)
    kappa_lo = np.maximum(0.0, (tail.trace / n - tail.first).max(axis=-1))
    with np.errstate(divide="ignore", invalid="ignore"):

        def energy(level: Floats) -> Floats:
            filtered = np.minimum(eigenvalues, level[..., None] ** 2 / eigenvalues)
            return np.asarray(np.where(eigenvalues > 0, filtered * coef2, 0.0).sum(axis=-1))

        bias_lo, bias_hi = energy(kappa_lo) / 4, energy(kappa_hi)
    return RidgeBounds(lower.max(axis=-1), upper.min(axis=-1), kappa_lo, kappa_hi, bias_lo, bias_hi)


@checked
def ridge_sandwich(
    eigenvalues: NonNegativeVector,
    coef2: Annotated[Floats, In(0.0, ndim=1, like="eigenvalues")],
    n: Count,
    ridge: NonNegative = 0.0,
) -> RidgeBounds:
    r"""Return explicit bounds on the share of variance, on kappa and on the bias of ridge regression.

    With $\delta$ added to every tail trace, $s$ obeys the bounds of `variance_sandwich`;
    $$\max_k \tfrac{t_k+\delta}{n} - \lambda_{k+1} \le \kappa \le \min_k \tfrac{t_k+\delta}{n-k},\qquad
    \tfrac14\sum_i \min\bigl(\lambda_i, \kappa_{lo}^2/\lambda_i\bigr) w_i^2 \le \frac{\text{bias}}{E_0}
    \le \sum_i \min\bigl(\lambda_i, \kappa_{hi}^2/\lambda_i\bigr) w_i^2 .$$

    eigenvalues, coef2: (p,), non-negative, sorted together; n: sample size; ridge: total penalty >= 0.
    Returns fields s_lo, s_hi, kappa_lo, kappa_hi, bias_lo, bias_hi (the last two bound bias/E0).
    Raises ValueError for a negative ridge, and for ridge = 0 with n or fewer positive eigenvalues.

    Source: form of Tsigler, Bartlett 2020 (arXiv:2009.14286); explicit constants derived here.

    >>> bounds = ridge_sandwich([20.0] * 4 + [0.02] * 6000, [1.0] * 4 + [0.0] * 6000, n=100, ridge=50.0)
    >>> print(f"{bounds.s_lo:.4f} {bounds.s_hi:.4f} {bounds.kappa_lo:.3f} {bounds.kappa_hi:.3f}")
    0.0412 0.0477 1.680 1.771
    """
    spectrum = parse_spectrum("eigenvalues", eigenvalues)
    if ridge == 0 and spectrum.rank <= n:
        raise ValueError(f"ridge = 0: must be positive when n = {n} reaches the {spectrum.rank:g} positive eigenvalues")
    order = np.argsort(-eigenvalues)[: spectrum.values.size]
    return RidgeBounds(*map(float, ridge_bounds(eigenvalues[order], coef2[order], n, np.asarray(ridge))))
