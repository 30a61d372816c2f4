"""Minimum-norm least squares on isotropic Gaussian features, exact at every n and p."""

from __future__ import annotations

from typing import Any

import scipy

import sims.double_descent as sims
import theory.double_descent as theory
from claims.agreement import Law, Mean, Moments
from claims.claim import Claim, Decoy, Grid, Source
from sims.arrays import kernel

Named = dict[str, Any]

# --- the mean --------------------------------------------------------------------------------------------------------


def _design(n: int, sizes: tuple[int, ...]) -> tuple[Named, ...]:
    return tuple({"n": n, "p": p, "r2": 2.0, "sigma2": 0.5} for p in sizes)


def asymptotic_risk(n: int, p: int, r2: float, sigma2: float) -> Named:
    """The proportional limit read at finite n: variance min(n,p)/|n-p| without the -1."""
    risk = theory.ridge_risk(0.0, n, ([1.0], [p]), [r2 / p], sigma2)
    return {"bias": risk.bias, "variance": risk.variance}


def swapped_risk(n: int, p: int, r2: float, sigma2: float) -> Named:
    """Bias and variance factors with n and p exchanged."""
    return {"variance": sigma2 * max(n, p) / (abs(n - p) - 1), "bias": r2 * max(1 - p / n, 0.0)}


def unbiased_risk(n: int, p: int, r2: float, sigma2: float) -> Named:
    """The bias of the directions that the data never saw is forgotten."""
    return {"bias": 0.0}


def squared_bias_risk(n: int, p: int, r2: float, sigma2: float) -> Named:
    """The share of unseen directions is squared."""
    return {"bias": r2 * max(1 - n / p, 0.0) ** 2}


# Forty-one numbers of features from 40 to 4000, evenly spaced in log p, none within 8 of n = 400.
_FULL = tuple(p if abs(p - 400) >= 8 else 412 for p in (round(40 * 10 ** (k / 20)) for k in range(41)))

_BELKIN = Source("belkin2020two", "Theorem 1", "recalled")

MEAN = Claim(
    slug="isotropic-min-norm-risk",
    topic="double_descent",
    title="Double descent of minimum-norm least squares, exactly",
    statement=(
        r"For $n$ samples of $p$ isotropic Gaussian features the minimum-norm least squares estimator has expected "
        r"excess risk $\|\beta\|^2 (1 - n/p)_+ + \sigma^2 \min(n,p)/(|n-p|-1)$, infinite for $|n-p| \le 1$."
    ),
    source=_BELKIN,
    kind=Mean(resolution=0.01),
    predict=theory.min_norm_risk,
    simulate=sims.min_norm_risk,
    grid=Grid(quick=_design(40, (10, 30, 60, 120)), full=_design(400, _FULL)),
    decoys=(
        Decoy("asymptotic variance", "variance min(n,p)/|n-p|, without the -1", asymptotic_risk),
        Decoy("n and p exchanged", "variance and bias with n and p swapped", swapped_risk),
        Decoy("no bias", "interpolation is unbiased", unbiased_risk),
        Decoy("squared share", "bias r2 (1 - n/p)^2", squared_bias_risk),
    ),
    # |n - p| >= 8 in every cell: below 4 the variance has no variance, below 8 its tail is heavy.
    tails={"variance": Moments(skewness=1.5)},
)

# --- the law of the bias ---------------------------------------------------------------------------------------------


def predict_bias_law(n: int, p: int, r2: float, sigma2: float) -> Named:
    """The law of the bias; the noise does not enter."""
    return {"bias": theory.bias_law(n, p, r2)}


def undivided_bias_law(n: int, p: int, r2: float, sigma2: float) -> Named:
    """The halves of the Beta parameters are forgotten: right mean, half the variance."""
    return {"bias": scipy.stats.beta(p - n, n, scale=r2)}


def ratio_bias_law(n: int, p: int, r2: float, sigma2: float) -> Named:
    """Second parameter p/2 instead of n/2: a ratio to an independent rather than to the total norm."""
    return {"bias": scipy.stats.beta((p - n) / 2, p / 2, scale=r2)}


BETA_LAW = Claim(
    slug="isotropic-min-norm-risk-beta-law",
    topic="double_descent",
    title="The bias of minimum-norm least squares has a Beta law",
    statement=(
        r"For $p > n$ isotropic Gaussian features the share of the signal that minimum-norm least squares recovers is "
        r"random with law $1 - B/\|\beta\|^2 \sim \mathrm{Beta}(n/2, (p-n)/2)$, at every $n$ and $p$."
    ),
    source=Source("belkin2020two", "law behind the bias of Theorem 1", "derived"),
    kind=Law(resolution=0.02),
    predict=predict_bias_law,
    simulate=sims.min_norm_risk,
    grid=Grid(
        quick=({"n": 20, "p": 50, "r2": 1.0, "sigma2": 1.0}, {"n": 10, "p": 12, "r2": 1.0, "sigma2": 1.0}),
        full=tuple({"n": n, "p": p, "r2": 1.0, "sigma2": 1.0} for n in (20, 100) for p in (n + 1, 2 * n, 10 * n)),
    ),
    decoys=(
        Decoy("no halves", "Beta(n, p-n)", undivided_bias_law),
        Decoy("independent norms", "Beta(p/2, (p-n)/2)", ratio_bias_law),
    ),
)

# --- the variance of the variance ------------------------------------------------------------------------------------


def asymptotic_spread(n: int, p: int) -> float:
    """2 a b / v^4, the limit for large sizes."""
    return 2.0 * n * p / abs(n - p) ** 4


def swapped_spread(n: int, p: int) -> float:
    """a and b exchanged in the numerator."""
    v = abs(n - p)
    return 2.0 * max(n, p) * (min(n, p) - 1) / (v * (v - 1) ** 2 * (v - 3))


VARIANCE_OF_VARIANCE = Claim(
    slug="isotropic-min-norm-risk-variance-of-variance",
    topic="double_descent",
    title="How much the variance of minimum-norm least squares depends on the design",
    statement=(
        r"With $a = \max(n,p)$, $b = \min(n,p)$ and $v = a - b$, the variance $V$ of minimum-norm least squares "
        r"itself varies over designs by $\mathrm{Var}(V/\sigma^2) = 2b(a-1)/\bigl(v (v-1)^2 (v-3)\bigr)$, "
        r"and by an infinite amount for $v \le 3$."
    ),
    source=Source("belkin2020two", "second moment of the trace in Theorem 1", "derived"),
    kind=Mean(resolution=0.024),
    predict=theory.variance_of_variance,
    simulate=sims.variance_of_variance,
    grid=Grid(
        quick=({"n": 24, "p": 4}, {"n": 6, "p": 36}),
        full=({"n": 24, "p": 4}, {"n": 6, "p": 36}, {"n": 40, "p": 10}, {"n": 40, "p": 120}, {"n": 100, "p": 50}),
    ),
    decoys=(
        Decoy("large-size limit", "2ab/v^4", asymptotic_spread),
        Decoy("a and b exchanged", "2a(b-1) in the numerator", swapped_spread),
    ),
    tails={"value": Moments(skewness=1.5)},
)

# --- a random subset of the features ---------------------------------------------------------------------------------


def _coefficients(D: int) -> tuple[float, ...]:
    return tuple(1.0 / j**2 for j in range(1, D + 1))


def predict_subset(n: int, p: int, D: int, sigma2: float) -> Named:
    """The subset risk for coefficients 1/j."""
    return {"test_error": theory.subset_risk(n, p, D, _coefficients(D), sigma2)}


@kernel(floats=lambda n, p, D, **_: n * (D + p) + 3 * min(n, p) ** 2)
def simulate_subset(n: int, p: int, D: int, sigma2: float, trials: int, rng: Any) -> Named:
    """The subset risk for coefficients 1/j, simulated."""
    return {"test_error": sims.subset_risk(n, p, D, _coefficients(D), sigma2, trials=trials, rng=rng)}


def noise_only_subset(n: int, p: int, D: int, sigma2: float) -> Named:
    """The features left out are forgotten as a source of noise in the fit (they remain in the test error)."""
    square = sum(_coefficients(D))
    risk = theory.min_norm_risk(n, p, p / D * square, sigma2)
    return {"test_error": risk.bias + risk.variance + sigma2 + (1 - p / D) * square}


def asymptotic_subset(n: int, p: int, D: int, sigma2: float) -> Named:
    """The proportional limit read at finite n."""
    square = sum(_coefficients(D))
    seen = sigma2 + (1 - p / D) * square
    risk = theory.ridge_risk(0.0, n, ([1.0], [p]), [square / D], seen)
    return {"test_error": risk.bias + risk.variance + seen}


SUBSET = Claim(
    slug="isotropic-min-norm-risk-subset",
    topic="double_descent",
    title="Double descent when a random subset of the features is used",
    statement=(
        r"If $p$ of $D$ isotropic Gaussian features are used, chosen at random, the expected test error is "
        r"$\frac{p}{D}\|\beta\|^2 (1-n/p)_+ + \bigl(\sigma^2 + (1-\frac{p}{D})\|\beta\|^2\bigr) "
        r"\bigl(1 + \min(n,p)/(|n-p|-1)\bigr)$: the features left out act as noise."
    ),
    source=Source("belkin2020two", "Theorem 1 and its corollary", "recalled"),
    kind=Mean(resolution=0.02),
    predict=predict_subset,
    simulate=simulate_subset,
    grid=Grid(
        quick=tuple({"n": 20, "p": p, "D": 50, "sigma2": 0.04} for p in (10, 35, 50)),
        full=tuple({"n": 40, "p": p, "D": 200, "sigma2": 0.04} for p in (5, 10, 20, 30, 50, 60, 80, 120, 160, 200)),
    ),
    decoys=(
        Decoy("label noise only", "the fit sees noise sigma2 only", noise_only_subset),
        Decoy("asymptotic variance", "min(n,p)/|n-p|, without the -1", asymptotic_subset),
    ),
    tails={"test_error": Moments(skewness=1.5)},
)

CLAIMS: tuple[Claim, ...] = (MEAN, BETA_LAW, VARIANCE_OF_VARIANCE, SUBSET)
