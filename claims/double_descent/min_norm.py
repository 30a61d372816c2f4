"""Minimum-norm least squares on isotropic Gaussian features, exact at every n and p."""

from __future__ import annotations

from typing import Any

import sims.double_descent as sims
import theory.double_descent as theory
from claims import Claim, Decoy, Exact, Grid, Law, Mean, Moments, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]

# --- the mean --------------------------------------------------------------------------------------------------------


def _asymptotic(n: int, p: int, r2: float, sigma2: float) -> Named:
    risk = theory.ridge_risk(0.0, n, ([1.0], [p]), [r2 / p], sigma2)
    return {"bias": risk.bias, "variance": risk.variance}


def _swapped(n: int, p: int, r2: float, sigma2: float) -> Named:
    return {"variance": sigma2 * max(n, p) / (abs(n - p) - 1), "bias": r2 * max(1 - p / n, 0.0)}


# Forty-one numbers of features from 40 to 4000, evenly spaced in log p, none within 8 of n = 400.
_FULL = [p if abs(p - 400) >= 8 else 412 for p in (round(40 * 10 ** (k / 20)) for k in range(41))]
_BELKIN = Source("belkin2020two", "Theorem 1", "recalled")

MEAN = claim(
    slug="isotropic-min-norm-risk",
    title="Double descent of minimum-norm least squares, exactly",
    statement=(
        r"For $n$ samples of $p$ isotropic Gaussian features the minimum-norm least squares estimator has expected "
        r"excess risk $\|\beta\|^2 (1 - n/p)_+ + \sigma^2 \min(n,p)/(|n-p|-1)$, infinite for $|n-p| \le 1$."
    ),
    source=_BELKIN,
    kind=Mean(resolution=0.01),
    predict=theory.min_norm_risk,
    simulate=sims.min_norm_risk,
    grid=Grid(
        quick=cells(n=40, p=[10, 30, 60, 120], r2=2.0, sigma2=0.5), full=cells(n=400, p=_FULL, r2=2.0, sigma2=0.5)
    ),
    decoys=(
        Decoy("asymptotic variance", "variance min(n,p)/|n-p|, without the -1", _asymptotic),
        Decoy("n and p exchanged", "variance and bias with n and p swapped", _swapped),
        Decoy("no bias", "interpolation is unbiased", lambda n, p, r2, sigma2: {"bias": 0.0}),
        Decoy("squared share", "bias r2 (1 - n/p)^2", lambda n, p, r2, sigma2: {"bias": r2 * max(1 - n / p, 0.0) ** 2}),
    ),
    # |n - p| >= 8 in every cell: below 4 the variance has no variance, below 8 its tail is heavy.
    tails={"variance": Moments(skewness=3.0), "bias": lambda n, p, **_: Exact() if p <= n else Moments()},
)

# --- the law of the bias ---------------------------------------------------------------------------------------------

BETA_LAW = claim(
    slug="isotropic-min-norm-risk-beta-law",
    title="The bias of minimum-norm least squares has a Beta law",
    statement=(
        r"For $p > n$ isotropic Gaussian features the share of the signal that minimum-norm least squares recovers is "
        r"random with law $1 - B/\|\beta\|^2 \sim \mathrm{Beta}(n/2, (p-n)/2)$, at every $n$ and $p$."
    ),
    source=Source("belkin2020two", "law behind the bias of Theorem 1", "derived"),
    kind=Law(resolution=0.02),
    predict=lambda n, p, r2, sigma2: {"bias": theory.bias_law(n, p, r2)},
    simulate=sims.min_norm_risk,
    grid=Grid(
        quick=(*cells(n=20, p=50, r2=1.0, sigma2=1.0), *cells(n=10, p=12, r2=1.0, sigma2=1.0)),
        full=tuple(cell for n in (20, 100) for cell in cells(n=n, p=[n + 1, 2 * n, 10 * n], r2=1.0, sigma2=1.0)),
    ),
    decoys=(
        Decoy("no halves", "Beta(n, p-n)", lambda n, p, r2, sigma2: {"bias": theory.bias_law(2 * n, 2 * p, r2)}),
        Decoy(
            "independent norms", "Beta(p/2, (p-n)/2)",
            lambda n, p, r2, sigma2: {"bias": theory.bias_law(p, 2 * p - n, r2)},
        ),
    ),
)  # fmt: skip

# --- the variance of the variance ------------------------------------------------------------------------------------


def _swapped_spread(n: int, p: int) -> float:
    v = abs(n - p)
    return 2.0 * max(n, p) * (min(n, p) - 1) / (v * (v - 1) ** 2 * (v - 3))


_SPREADS = (*cells(n=24, p=4), *cells(n=6, p=36))

VARIANCE_OF_VARIANCE = claim(
    slug="isotropic-min-norm-risk-variance-of-variance",
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
    grid=Grid(quick=_SPREADS, full=(*_SPREADS, *cells(n=40, p=[10, 120]), *cells(n=100, p=50))),
    decoys=(
        Decoy("large-size limit", "2ab/v^4", lambda n, p: 2.0 * n * p / abs(n - p) ** 4),
        Decoy("a and b exchanged", "2a(b-1) in the numerator", _swapped_spread),
    ),
    tails={"value": Moments(skewness=1.5)},
)

# --- a random subset of the features ---------------------------------------------------------------------------------


@instance
def subset(n: int, p: int, D: int, sigma2: float) -> Named:
    """A target whose coefficients decay like 1/j."""
    return {"n": n, "p": p, "D": D, "beta_sq": tuple(1.0 / j**2 for j in range(1, D + 1)), "sigma2": sigma2}


predict_subset, simulate_subset = subset.of(theory.subset_risk), subset.of(sims.subset_risk)


def noise_only_subset(n: int, p: int, D: int, sigma2: float) -> float:
    square = sum(subset(n=n, p=p, D=D, sigma2=sigma2)["beta_sq"])
    risk = theory.min_norm_risk(n, p, p / D * square, sigma2)
    return float(risk.bias + risk.variance + sigma2 + (1 - p / D) * square)


def _asymptotic_subset(n: int, p: int, D: int, sigma2: float) -> float:
    square = sum(subset(n=n, p=p, D=D, sigma2=sigma2)["beta_sq"])
    seen = sigma2 + (1 - p / D) * square
    risk = theory.ridge_risk(0.0, n, ([1.0], [p]), [square / D], seen)
    return float(risk.bias + risk.variance + seen)


SUBSET = claim(
    slug="isotropic-min-norm-risk-subset",
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
        quick=cells(n=20, p=[10, 35, 50], D=50, sigma2=0.04),
        full=cells(n=40, p=[5, 10, 20, 30, 50, 60, 80, 120, 160, 200], D=200, sigma2=0.04),
    ),
    decoys=(
        Decoy("label noise only", "the features left out are no noise in the fit", noise_only_subset),
        Decoy("asymptotic variance", "min(n,p)/|n-p|, without the -1", _asymptotic_subset),
    ),
    # That of 1/chi^2 with |n - p| + 1 = 11 degrees of freedom, the heaviest of the cells.
    tails={"value": Moments(skewness=3.0)},
)

CLAIMS: tuple[Claim, ...] = (MEAN, BETA_LAW, VARIANCE_OF_VARIANCE, SUBSET)
