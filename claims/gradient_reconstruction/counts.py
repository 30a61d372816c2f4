"""How many samples some neuron isolates: exclusive activations, imprint layers, active equations."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import sims.gradient_reconstruction as sims
import theory.gradient_reconstruction as theory
from claims import Bound, Decoy, Grid, Mean, Moments, Probability, Source, cells, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]

# --- exclusive activations --------------------------------------------------------------------------------------------

BEST_OF_EIGHT = 1.1503493803760079
"""The threshold h with P(N(0,1) > h) = 1/8, best for eight orthonormal samples."""


def fires(threshold: float) -> float:
    """The probability that a neuron fires on a sample."""
    return 0.5 * math.erfc(threshold / math.sqrt(2))


_EXCLUSIVE = (
    {"B": 8, "m": 256, "threshold": 0.0, "rho": 0.0},
    {"B": 8, "m": 64, "threshold": BEST_OF_EIGHT, "rho": 0.0},
    {"B": 8, "m": 64, "threshold": 0.5, "rho": 0.5},
    {"B": 2, "m": 10, "threshold": 0.0, "rho": 0.5},
)
_EXCLUSIVE_DECOYS = (
    Decoy("union bound", "m 2^-B", lambda B, m, threshold, rho: m * 2.0**-B),
    Decoy(
        "all together", "B (1 - (1 - p^B)^m)", lambda B, m, threshold, rho: B * (1 - (1 - fires(threshold) ** B) ** m)
    ),
    Decoy(
        "half is best",
        "no threshold beats firing on half of the samples",
        lambda B, m, threshold, rho: theory.expected_exclusive(B, m, min(threshold, 0.0), rho),
    ),
)
_BOENISCH = Source("boenisch2023curious", "exclusive activations (the idea); formula derived here", "derived")

EXCLUSIVE = claim(
    slug="exclusive-activation",
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


_DIVISION = (
    {"B": 4, "m": 24, "d": 6, "threshold": 0.0, "rho": 0.0},
    {"B": 4, "m": 24, "d": 6, "threshold": 0.6, "rho": 0.3},
)

DIVISION = claim(
    slug="exclusive-activation-division",
    title="Gradients of a hidden layer really divided",
    statement=(
        r"The ratios $G_W[j]/G_b[j]$ of a hidden relu layer contain an expected $B(1 - (1 - \pi_B)^m)$ of the $B$ "
        r"samples exactly: those that are alone in firing some neuron, and no others."
    ),
    source=_BOENISCH,
    kind=Mean(resolution=0.015),
    predict=lambda B, m, d, threshold, rho: theory.expected_exclusive(B, m, threshold, rho),
    simulate=sims.exclusive_division,
    grid=Grid(quick=_DIVISION, full=tuple({**cell, "B": 8, "m": m, "d": 20} for cell in _DIVISION for m in (64, 256))),
    decoys=(
        Decoy(
            "any activation", "firing is enough", lambda B, m, d, threshold, rho: B * (1 - (1 - fires(threshold)) ** m)
        ),
    ),
)

# --- imprint layers ---------------------------------------------------------------------------------------------------

_FOWL = Source("fowl2022robbing", "imprint attack; the law of an iid batch derived here", "derived")


def stars_and_bars(n: int, k: int) -> Named:
    """All occupancy vectors equally likely."""
    return {"expected": n * k * (k - 1) / ((n + k - 1) * (n + k - 2))}


def _bins(*pairs: tuple[int, int], **more: Any) -> tuple[Named, ...]:
    return tuple({"n": n, "k": k, **more} for n, k in pairs)


IMPRINT = claim(
    slug="imprint-recovery",
    title="How many samples an imprint layer returns",
    statement=(
        r"Of an iid batch of $n$ over $k$ equal-mass bins an imprint layer returns an expected $n(1 - 1/k)^{n-1}$ "
        r"samples exactly, those alone in their bin; counting occupancy vectors as equally likely gives less."
    ),
    source=_FOWL,
    kind=Mean(resolution=0.01),
    predict=lambda n, k: {"expected": theory.imprint_expected(n, k)},
    simulate=sims.imprint_counts,
    grid=Grid(
        quick=_bins((8, 16), (32, 64)),
        full=_bins((8, 16), (32, 64), (64, 256), (64, 64), (2, 2)),
    ),
    decoys=(
        Decoy("stars and bars", "n k (k-1)/((n+k-1)(n+k-2))", stars_and_bars),
        Decoy("Poisson", "n exp(-n/k)", lambda n, k: {"expected": n * math.exp(-n / k)}),
        Decoy("exponent n", "n (1 - 1/k)^n", lambda n, k: {"expected": n * (1 - 1 / k) ** n}),
    ),
)


def binomial_variance(n: int, k: int) -> Named:
    """Samples as if independent of each other."""
    alone = (1 - 1 / k) ** (n - 1)
    return {"variance": n * alone * (1 - alone), "all": alone**n}


SPREAD = claim(
    slug="imprint-recovery-spread",
    title="The spread of the imprint count, and the chance of the whole batch",
    statement=(
        r"The number of lone samples has variance $\frac{k-1}{k} n(n-1)(1-2/k)^{n-2} + \mu - \mu^2$ with mean $\mu$, "
        r"and the whole batch is returned with probability $\prod_{i<n}(1 - i/k)$."
    ),
    source=_FOWL,
    kind=Mean(resolution=0.02),
    predict=lambda n, k: {"variance": theory.imprint_variance(n, k), "all": theory.imprint_all(n, k)},
    simulate=sims.imprint_counts,
    grid=Grid(
        quick=_bins((4, 16), (6, 40)),
        full=_bins((4, 16), (8, 64), (16, 256)),
    ),
    decoys=(Decoy("independent samples", "binomial variance and probability", binomial_variance),),
    tails={"variance": Moments(skewness=3.0), "all": Probability()},
)


UNCOVERED = claim(
    slug="imprint-recovery-uncovered-bin",
    title="An imprint layer whose lowest bin is not covered",
    statement=(
        r"With $k$ neurons at the quantiles $l/(k+1)$, $l = 1, \dots, k$, the expected number of samples returned is "
        r"$n\,(k/(k+1))^n$."
    ),
    source=_FOWL,
    kind=Mean(resolution=0.01),
    predict=lambda n, k, covered: {"expected": theory.imprint_expected(n, k, covered=covered)},
    simulate=sims.imprint_counts,
    grid=Grid(
        quick=_bins((8, 16), covered=False),
        full=_bins((8, 16), (32, 64), covered=False),
    ),
    decoys=(Decoy("covered", "n (1 - 1/k)^(n-1)", lambda n, k, covered: {"expected": theory.imprint_expected(n, k)}),),
)


IMPRINT_GRADIENTS = claim(
    slug="imprint-recovery-gradients",
    title="Imprint gradients really subtracted and divided",
    statement=(
        r"If all $k$ imprint neurons share their outgoing weights, $(G_l - G_{l+1})/(G_{b,l} - G_{b,l+1})$ returns "
        r"exactly the samples alone in their bin, an expected $n(1-1/k)^{n-1}$."
    ),
    source=_FOWL,
    kind=Mean(resolution=0.015),
    predict=lambda n, k, d: theory.imprint_expected(n, k),
    simulate=sims.imprint_division,
    grid=Grid(
        quick=({"n": 8, "k": 16, "d": 5},),
        full=({"n": 8, "k": 16, "d": 5}, {"n": 32, "k": 64, "d": 20}),
    ),
    decoys=(
        Decoy(
            "unequal outgoing weights",
            "any outgoing weights will do",
            simulate=partial(sims.imprint_division, shared=False),
        ),
    ),
)


IMPRINT_DIGITS = claim(
    slug="imprint-recovery-digits",
    title="Imprint bins on real images fall just short",
    statement=(
        r"With bins at quantiles of public digits, batches of $n$ other digits have on average at most "
        r"$n(1-1/k)^{n-1}$ lone samples: drift of the quantiles and ties only lower the count, by 2 to 5 per cent."
    ),
    source=_FOWL,
    kind=Bound(side="upper", on="mean", resolution=0.02),
    predict=lambda n, k, direction: theory.imprint_expected(n, k),
    simulate=sims.imprint_digits,
    grid=Grid(
        quick=cells(n=32, k=64, direction=["brightness", "random"]),
        full=cells(n=[8, 32, 64], k=64, direction=["brightness", "random"]),
    ),
    decoys=(
        Decoy(
            "stars and bars",
            "never more than the stars-and-bars count",
            lambda n, k, direction: stars_and_bars(n, k)["expected"],
        ),
    ),
)

# --- active equations -------------------------------------------------------------------------------------------------


RELU = claim(
    slug="relu-recovery-threshold",
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
        Decoy("m = d", "as many neurons as unknowns", lambda m, d: float(m >= d)),
        Decoy("off by one", "P(Bin(m, 1/2) > d)", lambda m, d: theory.relu_recovery_probability(m, d + 1)),
    ),
    tails={"value": Probability()},
)

CLAIMS = (EXCLUSIVE, DIVISION, IMPRINT, SPREAD, UNCOVERED, IMPRINT_GRADIENTS, IMPRINT_DIGITS, RELU)
