"""When does every training point become a support vector?"""

from __future__ import annotations

import math
from typing import Any

import sims.benign_overfitting as sims
import theory.benign_overfitting as theory
from claims import Bound, Decoy, Grid, Identity, Mean, Moments, Probability, Source, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
PROLIFERATION = Source("ardeshir2021support", "sharp transition; exact t-law derived here", "derived")

# --- the expected number of violations -------------------------------------------------------------------------------


def _gaussian_count(n: int, p: int) -> float:
    return n * 0.5 * math.erfc(math.sqrt(p / (2 * n)))


def gaussian_tail(n: int, p: int) -> Named:
    """n Q(sqrt(p/n)), judged where it is cheapest to tell apart."""
    return {"violations": _gaussian_count(n, p)} if p < 2 * n else {}


@instance
def isotropic(n: int, p: int) -> Named:
    """n points of p features."""
    return {"n": n, "p": p}


random_signs = isotropic.of(sims.support_vectors, entries="rademacher")
unequal_variances = isotropic.of(sims.support_vectors, entries="spread")


def count(n: int, p: int) -> Named:
    """The expected number of violations."""
    return {"violations": theory.expected_violations(n, p)}


def sizes(*cells: tuple[int, int]) -> tuple[Named, ...]:
    """Cells (n, p)."""
    return tuple({"n": n, "p": p} for n, p in cells)


COUNT = claim(
    slug="support-vector-proliferation",
    title="The expected number of points that are no support vectors, exactly",
    statement=(
        r"For isotropic Gaussian features and fixed labels $\mathbb{E}\,\#\{i : y_i (K^{-1}y)_i \le 0\} = n\, "
        r"P(T_\nu > \sqrt{\nu/(n-1)})$ with $\nu = p-n+2$ degrees of freedom: the transition is at $p = 2 n \log n$ to "
        r"leading order."
    ),
    source=PROLIFERATION,
    kind=Mean(resolution=0.02),
    predict=count,
    simulate=sims.support_vectors,
    grid=Grid(
        quick=sizes((10, 14), (10, 30), (30, 60)),
        full=sizes((10, 14), (30, 60), (30, 130), (30, 200), (60, 300), (60, 500)),
    ),
    decoys=(
        Decoy("fewer degrees of freedom", "nu = p - n", lambda n, p: count(n, p - 2)),
        Decoy("Gaussian tail", "n Q(sqrt(p/n))", gaussian_tail),
        Decoy("threshold n log n", "half the threshold", lambda n, p: count(n, 2 * p)),
        Decoy("universality", "the count is the same for features of random sign", simulate=random_signs),
        Decoy("any covariance", "the count is the same for unequal variances", simulate=unequal_variances),
    ),
    tails={"violations": Moments(2.0)},
)

# --- the probability that there is none ------------------------------------------------------------------------------


def gaussian_probability(n: int, p: int) -> Named:
    """exp(-n Q(sqrt(p/n)))."""
    return {"all_support": math.exp(-_gaussian_count(n, p))}


ALL = claim(
    slug="support-vector-proliferation-probability",
    title="The probability that all points are support vectors, exactly",
    statement=(
        r"For isotropic Gaussian features and fixed labels the probability that all training points are support "
        r"vectors is $\mathbb{E} F_n(\chi_\nu/\sqrt n)$ with $\nu = p-n+2$ and $F_n(x) = P(\max_i (g_i - \bar g) < x)$ "
        r"for standard normal $g$; $e^{-nP_i}$ over-estimates it, because violations repel each other."
    ),
    source=PROLIFERATION,
    kind=Mean(resolution=0.02),
    predict=lambda n, p: {"all_support": theory.exact_prob_all_support(n, p)},
    simulate=sims.support_vectors,
    grid=Grid(quick=sizes((10, 25), (10, 60), (16, 110)), full=sizes((10, 25), (10, 60), (30, 200), (60, 500))),
    decoys=(
        Decoy("independent violations", "exp(-n P_i)", lambda n, p: {"all_support": theory.prob_all_support(n, p)}),
        Decoy("Gaussian tail", "exp(-n Q(sqrt(p/n)))", gaussian_probability),
        Decoy(
            "threshold n log n", "half the threshold",
            lambda n, p: {"all_support": theory.exact_prob_all_support(n, 2 * p)},
        ),
    ),
    tails={"all_support": Probability()},
)  # fmt: skip


def _least(n: int, p: int) -> Named:
    return {"all_support": 1 - theory.expected_violations(n, p)}


LEAST = claim(
    slug="support-vector-proliferation-union-bound",
    title="A rigorous lower bound on that probability",
    statement=(
        r"The probability that all training points are support vectors is at least $1 - n P(T_\nu > \sqrt{\nu/(n-1)})$."
    ),
    source=PROLIFERATION,
    kind=Bound(side="lower", on="mean", resolution=0.012),
    predict=_least,
    simulate=sims.support_vectors,
    grid=Grid(quick=sizes((10, 60), (16, 110)), full=sizes((10, 60), (30, 200), (60, 500))),
    decoys=(Decoy("threshold n log n", "half the threshold", lambda n, p: _least(n, 2 * p)),),
    tails={"all_support": Probability()},
)

# --- the sign test and the machine -----------------------------------------------------------------------------------


@instance
def machine(n: int, p: int, sweeps: int) -> Named:
    """The machine from its dual by coordinate ascent."""
    return {"n": n, "p": p, "sweeps": sweeps}


MACHINE = claim(
    slug="support-vector-proliferation-sign-test",
    title="The hard-margin machine is the interpolator exactly when the signs say so",
    statement=(
        r"The hard-margin machine without intercept equals the minimum-norm interpolator of the labels if and only if "
        r"$y_i (K^{-1}y)_i > 0$ for all $i$."
    ),
    source=Source("hsu2021proliferation", "equivalence", "recalled"),
    kind=Identity(tolerance=1e-12, trials=64),
    predict=lambda n, p, sweeps: {"agreement": 1.0},
    simulate=machine.of(sims.machine_is_interpolator),
    certificates={"gap": 1e-12},
    grid=Grid(
        quick=({"n": 6, "p": 12, "sweeps": 1000}, {"n": 12, "p": 40, "sweeps": 500}),
        full=tuple({"n": 12, "p": p, "sweeps": 5000} for p in (16, 40, 120)),
    ),
    decoys=(
        Decoy("signs of K y", "y_i (K y)_i > 0", simulate=machine.of(sims.machine_is_interpolator, inverse=False)),
    ),
)

CLAIMS = (COUNT, ALL, LEAST, MACHINE)
