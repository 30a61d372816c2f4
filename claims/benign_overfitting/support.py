"""When does every training point become a support vector?"""

from __future__ import annotations

import math
from typing import Any

import scipy
from scipy.special import ndtr

import sims.benign_overfitting as sims
import theory.benign_overfitting as theory
from claims.agreement import Bound, Identity, Mean, Moments, Probability
from claims.claim import Claim, Decoy, Grid, Source
from sims.arrays import kernel

Named = dict[str, Any]
TOPIC = "benign_overfitting"
PROLIFERATION = Source("ardeshir2021support", "sharp transition; exact t-law derived here", "derived")

# --- the expected number of violations -------------------------------------------------------------------------------


def predict_count(n: int, p: int) -> Named:
    """The exact expectation."""
    return {"violations": theory.expected_violations(n, p)}


def fewer_degrees(n: int, p: int) -> Named:
    """Student t with p - n degrees of freedom."""
    nu = p - n
    return {"violations": n * float(scipy.stats.t.sf(math.sqrt(nu / (n - 1)), nu))}


def _gaussian_count(n: int, p: int) -> float:
    return n * float(ndtr(-math.sqrt(p / n)))


def gaussian_tail(n: int, p: int) -> Named:
    """n Q(sqrt(p/n)), judged where it is cheapest to tell apart."""
    return {"violations": _gaussian_count(n, p)} if p < 2 * n else {}


def half_threshold(n: int, p: int) -> Named:
    """The transition at n log n: all as if p were twice as large."""
    return {"violations": theory.expected_violations(n, 2 * p)}


@kernel(floats=lambda n, p, **_: 2 * n * p + 3 * n * n)
def random_signs(n: int, p: int, trials: int, rng: Any) -> Any:
    """Features of random sign."""
    return sims.support_vectors(n, p, "rademacher", trials=trials, rng=rng)


@kernel(floats=lambda n, p, **_: 2 * n * p + 3 * n * n)
def unequal_variances(n: int, p: int, trials: int, rng: Any) -> Any:
    """Gaussian features of unequal variances."""
    return sims.support_vectors(n, p, "spread", trials=trials, rng=rng)


def sizes(*cells: tuple[int, int]) -> tuple[Named, ...]:
    """Cells (n, p)."""
    return tuple({"n": n, "p": p} for n, p in cells)


COUNT = Claim(
    slug="support-vector-proliferation",
    topic=TOPIC,
    title="The expected number of points that are no support vectors, exactly",
    statement=(
        r"For isotropic Gaussian features and fixed labels $\mathbb{E}\,\#\{i : y_i (K^{-1}y)_i \le 0\} = n\, "
        r"P(T_\nu > \sqrt{\nu/(n-1)})$ with $\nu = p-n+2$ degrees of freedom: the transition is at $p = 2 n \log n$."
    ),
    source=PROLIFERATION,
    kind=Mean(resolution=0.02),
    predict=predict_count,
    simulate=sims.support_vectors,
    grid=Grid(
        quick=sizes((10, 14), (10, 30), (30, 60)),
        full=sizes((10, 14), (30, 60), (30, 130), (30, 200), (60, 300), (60, 500)),
    ),
    decoys=(
        Decoy("fewer degrees of freedom", "nu = p - n", fewer_degrees),
        Decoy("Gaussian tail", "n Q(sqrt(p/n))", gaussian_tail),
        Decoy("threshold n log n", "half the threshold", half_threshold),
        Decoy("universality", "the count is the same for features of random sign", simulate=random_signs),
        Decoy("any covariance", "the count is the same for unequal variances", simulate=unequal_variances),
    ),
    tails={"violations": Moments(2.0)},
)

# --- the probability that there is none ------------------------------------------------------------------------------


def predict_probability(n: int, p: int) -> Named:
    """The Poisson approximation."""
    return {"all_support": theory.prob_all_support(n, p)}


def gaussian_probability(n: int, p: int) -> Named:
    """exp(-n Q(sqrt(p/n)))."""
    return {"all_support": math.exp(-_gaussian_count(n, p))}


def half_threshold_probability(n: int, p: int) -> Named:
    """The transition at n log n."""
    return {"all_support": theory.prob_all_support(n, 2 * p)}


POISSON = Claim(
    slug="support-vector-proliferation-probability",
    topic=TOPIC,
    title="The probability that all points are support vectors",
    statement=(
        r"Where it is near one, the probability that all training points are support vectors is $e^{-nP_i}$ with "
        r"$nP_i$ the exact expected number of violations (an over-estimate elsewhere: violations repel each other)."
    ),
    source=PROLIFERATION,
    # Violations repel each other: two at a time are rarer than Poisson, which matters to second order in their number.
    kind=Mean(resolution=0.012, allowance=0.02),
    predict=predict_probability,
    simulate=sims.support_vectors,
    grid=Grid(quick=sizes((10, 60), (16, 110)), full=sizes((10, 60), (30, 200), (60, 500))),
    decoys=(
        Decoy("Gaussian tail", "exp(-n Q(sqrt(p/n)))", gaussian_probability),
        Decoy("threshold n log n", "half the threshold", half_threshold_probability),
    ),
    tails={"all_support": Probability()},
)


def predict_least(n: int, p: int) -> Named:
    """The union bound."""
    return {"all_support": max(0.0, 1 - theory.expected_violations(n, p))}


def half_threshold_least(n: int, p: int) -> Named:
    """The union bound at twice the p."""
    return {"all_support": 1 - theory.expected_violations(n, 2 * p)}


LEAST = Claim(
    slug="support-vector-proliferation-union-bound",
    topic=TOPIC,
    title="A rigorous lower bound on that probability",
    statement=(
        r"The probability that all training points are support vectors is at least $1 - n P(T_\nu > \sqrt{\nu/(n-1)})$."
    ),
    source=PROLIFERATION,
    kind=Bound(side="lower", on="mean", resolution=0.012),
    predict=predict_least,
    simulate=sims.support_vectors,
    grid=Grid(quick=sizes((10, 60), (16, 110)), full=sizes((10, 60), (30, 200), (60, 500))),
    decoys=(Decoy("threshold n log n", "half the threshold", half_threshold_least),),
    tails={"all_support": Probability()},
)

# --- the sign test and the machine -----------------------------------------------------------------------------------


def predict_agreement(n: int, p: int, sweeps: int) -> Named:
    """Both statements are true or both are false."""
    return {"agreement": 1.0}


@kernel(floats=lambda n, p, **_: 4 * n * p + 4 * n * n)
def simulate_agreement(n: int, p: int, sweeps: int, trials: int, rng: Any) -> Any:
    """The machine from its dual against the signs of K^-1 y."""
    return sims.machine_is_interpolator(n, p, sweeps=sweeps, trials=trials, rng=rng)


@kernel(floats=lambda n, p, **_: 4 * n * p + 4 * n * n)
def simulate_kernel_signs(n: int, p: int, sweeps: int, trials: int, rng: Any) -> Any:
    """The machine against the signs of K y."""
    return sims.machine_is_interpolator(n, p, inverse=False, sweeps=sweeps, trials=trials, rng=rng)


MACHINE = Claim(
    slug="support-vector-proliferation-sign-test",
    topic=TOPIC,
    title="The hard-margin machine is the interpolator exactly when the signs say so",
    statement=(
        r"The hard-margin machine without intercept equals the minimum-norm interpolator of the labels if and only if "
        r"$y_i (K^{-1}y)_i > 0$ for all $i$."
    ),
    source=Source("hsu2021proliferation", "equivalence", "recalled"),
    kind=Identity(tolerance=1e-12, trials=64),
    predict=predict_agreement,
    simulate=simulate_agreement,
    certificates={"gap": 1e-12},
    grid=Grid(
        quick=({"n": 6, "p": 12, "sweeps": 1000}, {"n": 12, "p": 40, "sweeps": 500}),
        full=tuple({"n": 12, "p": p, "sweeps": 5000} for p in (16, 40, 120)),
    ),
    decoys=(Decoy("signs of K y", "y_i (K y)_i > 0", simulate=simulate_kernel_signs),),
)

CLAIMS: tuple[Claim, ...] = (COUNT, POISSON, LEAST, MACHINE)
