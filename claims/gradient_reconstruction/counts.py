"""How many samples some neuron isolates: exclusive activations, imprint layers, active equations."""

from __future__ import annotations

import math
from typing import Any

import sims.gradient_reconstruction as sims
import theory.gradient_reconstruction as theory
from claims.agreement import Bound, Mean, Moments, Probability
from claims.claim import Claim, Decoy, Grid, Source
from claims.gradient_reconstruction.support import TOPIC, Named
from sims.arrays import kernel

# --- exclusive activations --------------------------------------------------------------------------------------------

BEST_OF_EIGHT = 1.1503493803760079
"""The threshold h with P(N(0,1) > h) = 1/8, best for eight orthonormal samples."""


def union_bound(B: int, m: int, threshold: float, rho: float) -> float:
    """m 2^-B."""
    return m * 2.0**-B


def all_together(B: int, m: int, threshold: float, rho: float) -> float:
    """B (1 - (1 - p^B)^m): a neuron that fires on all samples."""
    p = 0.5 * math.erfc(threshold / math.sqrt(2))
    return B * (1 - (1 - p**B) ** m)


def half_is_best(B: int, m: int, threshold: float, rho: float) -> float:
    """The best firing probability is 1/2: no threshold does better than 0."""
    return float(theory.expected_exclusive(B, m, min(threshold, 0.0), rho))


_EXCLUSIVE = (
    {"B": 8, "m": 256, "threshold": 0.0, "rho": 0.0},
    {"B": 8, "m": 64, "threshold": BEST_OF_EIGHT, "rho": 0.0},
    {"B": 8, "m": 64, "threshold": 0.5, "rho": 0.5},
    {"B": 2, "m": 10, "threshold": 0.0, "rho": 0.5},
)
_EXCLUSIVE_DECOYS = (
    Decoy("union bound", "m 2^-B", union_bound),
    Decoy("all together", "B (1 - (1 - p^B)^m)", all_together),
    Decoy("half is best", "no threshold beats firing on half of the samples", half_is_best),
)
_BOENISCH = Source("boenisch2023curious", "exclusive activations (the idea); formula derived here", "derived")

EXCLUSIVE = Claim(
    slug="exclusive-activation",
    topic=TOPIC,
    title="How many samples are alone in firing a neuron",
    statement=(
        r"Of $B$ unit samples with common cosine $\rho$, an expected $B(1 - (1 - \pi_B)^m)$ are alone in firing one of "
        r"$m$ random neurons of threshold $h$, with $\pi_B = \int \phi(t) q(t) (1-q(t))^{B-1} dt$ and "
        r"$q(t) = \Phi((\sqrt\rho\, t - h)/\sqrt{1-\rho})$; for $\rho = 0$ it is largest at firing probability $1/B$."
    ),
    source=_BOENISCH,
    kind=Mean(resolution=0.01),
    predict=theory.expected_exclusive,
    simulate=sims.expected_exclusive,
    grid=Grid(
        quick=_EXCLUSIVE,
        full=tuple(
            {"B": 8, "m": m, "threshold": h, "rho": rho}
            for m in (16, 64, 256) for h in (0.0, BEST_OF_EIGHT) for rho in (0.0, 0.5, 0.9)
        ),
    ),
    decoys=_EXCLUSIVE_DECOYS,
)  # fmt: skip


def predict_division(B: int, m: int, d: int, threshold: float, rho: float) -> float:
    """The dimension does not matter."""
    return float(theory.expected_exclusive(B, m, threshold, rho))


def all_fire(B: int, m: int, d: int, threshold: float, rho: float) -> float:
    """Every sample that fires a neuron is recovered from it."""
    p = 0.5 * math.erfc(threshold / math.sqrt(2))
    return B * (1 - (1 - p) ** m)


_DIVISION = (
    {"B": 4, "m": 24, "d": 6, "threshold": 0.0, "rho": 0.0},
    {"B": 4, "m": 24, "d": 6, "threshold": 0.6, "rho": 0.3},
)

DIVISION = Claim(
    slug="exclusive-activation-division",
    topic=TOPIC,
    title="Gradients of a hidden layer really divided",
    statement=(
        r"The ratios $G_W[j]/G_b[j]$ of a hidden relu layer contain an expected $B(1 - (1 - \pi_B)^m)$ of the $B$ "
        r"samples exactly: those that are alone in firing some neuron, and no others."
    ),
    source=_BOENISCH,
    kind=Mean(resolution=0.015),
    predict=predict_division,
    simulate=sims.exclusive_division,
    grid=Grid(quick=_DIVISION, full=tuple({**cell, "B": 8, "m": m, "d": 20} for cell in _DIVISION for m in (64, 256))),
    decoys=(Decoy("any activation", "firing is enough", all_fire),),
)

# --- imprint layers ---------------------------------------------------------------------------------------------------

_FOWL = Source("fowl2022robbing", "imprint attack; the law of an iid batch derived here", "derived")


def predict_imprint(n: int, k: int) -> Named:
    """The expected number."""
    return {"expected": theory.imprint_expected(n, k)}


def stars_and_bars(n: int, k: int, **_: Any) -> Named:
    """All occupancy vectors equally likely."""
    return {"expected": n * k * (k - 1) / ((n + k - 1) * (n + k - 2))}


def poisson(n: int, k: int, **_: Any) -> Named:
    """n exp(-n/k), the limit."""
    return {"expected": n * math.exp(-n / k)}


def one_power_more(n: int, k: int, **_: Any) -> Named:
    """Exponent n instead of n - 1."""
    return {"expected": n * (1 - 1 / k) ** n}


IMPRINT = Claim(
    slug="imprint-recovery",
    topic=TOPIC,
    title="How many samples an imprint layer returns",
    statement=(
        r"Of an iid batch of $n$ over $k$ equal-mass bins an imprint layer returns an expected $n(1 - 1/k)^{n-1}$ "
        r"samples exactly, those alone in their bin; counting occupancy vectors as equally likely gives less."
    ),
    source=_FOWL,
    kind=Mean(resolution=0.01),
    predict=predict_imprint,
    simulate=sims.imprint_counts,
    grid=Grid(
        quick=({"n": 8, "k": 16}, {"n": 32, "k": 64}),
        full=tuple({"n": n, "k": k} for n, k in ((8, 16), (32, 64), (64, 256), (64, 64), (2, 2))),
    ),
    decoys=(
        Decoy("stars and bars", "n k (k-1)/((n+k-1)(n+k-2))", stars_and_bars),
        Decoy("Poisson", "n exp(-n/k)", poisson),
        Decoy("exponent n", "n (1 - 1/k)^n", one_power_more),
    ),
)


def predict_spread(n: int, k: int) -> Named:
    """Variance, and the probability that all are recovered."""
    return {"variance": theory.imprint_variance(n, k), "all": theory.imprint_all(n, k)}


def binomial_variance(n: int, k: int) -> Named:
    """Samples as if independent of each other."""
    alone = (1 - 1 / k) ** (n - 1)
    return {"variance": n * alone * (1 - alone), "all": alone**n}


SPREAD = Claim(
    slug="imprint-recovery-spread",
    topic=TOPIC,
    title="The spread of the imprint count, and the chance of the whole batch",
    statement=(
        r"The number of lone samples has variance $\frac{k-1}{k} n(n-1)(1-2/k)^{n-2} + \mu - \mu^2$ with mean $\mu$, "
        r"and the whole batch is returned with probability $\prod_{i<n}(1 - i/k)$."
    ),
    source=_FOWL,
    kind=Mean(resolution=0.02),
    predict=predict_spread,
    simulate=sims.imprint_counts,
    grid=Grid(
        quick=({"n": 4, "k": 16}, {"n": 6, "k": 40}),
        full=tuple({"n": n, "k": k} for n, k in ((4, 16), (8, 64), (16, 256))),
    ),
    decoys=(Decoy("independent samples", "binomial variance and probability", binomial_variance),),
    tails={"variance": Moments(skewness=3.0), "all": Probability()},
)


def predict_uncovered(n: int, k: int, covered: bool) -> Named:
    """The lowest of k + 1 bins has no neuron."""
    return {"expected": theory.imprint_expected(n, k, covered=covered)}


def as_if_covered(n: int, k: int, covered: bool) -> Named:
    """The formula of the covered layer."""
    return {"expected": theory.imprint_expected(n, k)}


UNCOVERED = Claim(
    slug="imprint-recovery-uncovered-bin",
    topic=TOPIC,
    title="An imprint layer whose lowest bin is not covered",
    statement=(
        r"With $k$ neurons at the quantiles $l/(k+1)$, $l = 1, \dots, k$, the expected number of samples returned is "
        r"$n\,(k/(k+1))^n$."
    ),
    source=_FOWL,
    kind=Mean(resolution=0.01),
    predict=predict_uncovered,
    simulate=sims.imprint_counts,
    grid=Grid(
        quick=({"n": 8, "k": 16, "covered": False},),
        full=({"n": 8, "k": 16, "covered": False}, {"n": 32, "k": 64, "covered": False}),
    ),
    decoys=(Decoy("covered", "n (1 - 1/k)^(n-1)", as_if_covered),),
)


def predict_gradients(n: int, k: int, d: int) -> float:
    """Real gradients give what the bins promise."""
    return float(theory.imprint_expected(n, k))


@kernel(floats=lambda n, k, d, **_: 2 * n * k * (d + 2) + 4 * k * d)
def unequal_outgoing(n: int, k: int, d: int, *, trials: int, rng: Any) -> Any:
    """Outgoing weights that differ between neurons, so that differences no longer cancel."""
    return sims.imprint_division(n, k, d, shared=False, trials=trials, rng=rng)


IMPRINT_GRADIENTS = Claim(
    slug="imprint-recovery-gradients",
    topic=TOPIC,
    title="Imprint gradients really subtracted and divided",
    statement=(
        r"If all $k$ imprint neurons share their outgoing weights, $(G_l - G_{l+1})/(G_{b,l} - G_{b,l+1})$ returns "
        r"exactly the samples alone in their bin, an expected $n(1-1/k)^{n-1}$."
    ),
    source=_FOWL,
    kind=Mean(resolution=0.015),
    predict=predict_gradients,
    simulate=sims.imprint_division,
    grid=Grid(
        quick=({"n": 8, "k": 16, "d": 5},),
        full=({"n": 8, "k": 16, "d": 5}, {"n": 32, "k": 64, "d": 20}),
    ),
    decoys=(Decoy("unequal outgoing weights", "any outgoing weights will do", simulate=unequal_outgoing),),
)


def predict_digits(n: int, k: int, direction: str) -> float:
    """Bins of equal mass and no ties: an upper bound for real scores."""
    return float(theory.imprint_expected(n, k))


def stars_and_bars_bound(n: int, k: int, direction: str) -> float:
    """The stars-and-bars count as the bound."""
    return float(stars_and_bars(n, k)["expected"])


IMPRINT_DIGITS = Claim(
    slug="imprint-recovery-digits",
    topic=TOPIC,
    title="Imprint bins on real images fall just short",
    statement=(
        r"With bins at quantiles of public digits, batches of $n$ other digits have on average at most "
        r"$n(1-1/k)^{n-1}$ lone samples: drift of the quantiles and ties only lower the count, by 2 to 5 per cent."
    ),
    source=_FOWL,
    kind=Bound(side="upper", on="mean", resolution=0.02),
    predict=predict_digits,
    simulate=sims.imprint_digits,
    grid=Grid(
        quick=tuple({"n": 32, "k": 64, "direction": name} for name in ("brightness", "random")),
        full=tuple({"n": n, "k": 64, "direction": name} for n in (8, 32, 64) for name in ("brightness", "random")),
    ),
    decoys=(Decoy("stars and bars", "never more than the stars-and-bars count", stars_and_bars_bound),),
)

# --- active equations -------------------------------------------------------------------------------------------------


def as_many_neurons(m: int, d: int) -> float:
    """m >= d neurons are enough."""
    return float(m >= d)


def one_more_neuron(m: int, d: int) -> float:
    """More than d active neurons are needed."""
    return float(theory.relu_recovery_probability(m, d + 1))


RELU = Claim(
    slug="relu-recovery-threshold",
    topic=TOPIC,
    title="Half of the relu neurons are silent: the threshold is at m = 2d",
    statement=(
        r"From the output-layer gradient $g_j = r\, (w_j^\top x)_+$ of one sample, $r x$ is determined exactly if and "
        r"only if at least $d$ of the $m$ Gaussian neurons are active, with probability $P(\mathrm{Bin}(m, 1/2) \ge "
        r"d)$."
    ),
    source=Source("wang2023reconstructing", "two-layer query; threshold derived here", "derived"),
    kind=Mean(resolution=0.025),
    predict=theory.relu_recovery_probability,
    simulate=sims.relu_recovery_probability,
    grid=Grid(
        quick=({"m": 20, "d": 10}, {"m": 24, "d": 10}, {"m": 12, "d": 5}),
        full=tuple(
            {"m": m, "d": d} for d in (5, 20, 80) for m in (2 * d, 2 * d + round(d**0.5), 2 * d + 2 * round(d**0.5))
        ),
    ),
    decoys=(
        Decoy("m = d", "as many neurons as unknowns", as_many_neurons),
        Decoy("off by one", "P(Bin(m, 1/2) > d)", one_more_neuron),
    ),
    tails={"value": Probability()},
)

CLAIMS = (EXCLUSIVE, DIVISION, IMPRINT, SPREAD, UNCOVERED, IMPRINT_GRADIENTS, IMPRINT_DIGITS, RELU)
