"""Tokens choose: what overflows, and the heaviest load."""

from __future__ import annotations

import math
from typing import Any

import sims.mixture_of_experts as sims
import theory.mixture_of_experts as theory
from claims import Claim, Decoy, Grid, Limit, Mean, Moments, Observation, Probability, Source, cells, declared_in

claim = declared_in(__name__)
CAPACITY = Source("fedus2022review", "capacity of an expert recalled; formula derived here", "derived")
CLASSICAL = Source("fedus2022review", "capacity recalled; law of the heaviest load classical", "derived")
PMF_END = 400  # beyond it a Poisson load of the cells has no mass in float64

# --- what overflows --------------------------------------------------------------------------------------------------


def _poisson(tokens: int, experts: int, capacity: int, k: int = 1) -> float:
    mean = k * tokens / experts
    terms = (
        (j - capacity) * math.exp(j * math.log(mean) - mean - math.lgamma(j + 1)) for j in range(capacity + 1, PMF_END)
    )
    return sum(terms) / mean


def _binomial(tokens: int, p: float) -> list[float]:
    return [math.comb(tokens, j) * p**j * (1 - p) ** (tokens - j) for j in range(tokens + 1)]


def _overflowing(tokens: int, experts: int, capacity: int, k: int = 1) -> float:
    return sum(_binomial(tokens, k / experts)[capacity + 1 :])


OVERFLOW = claim(
    slug="overflow-fraction",
    title="Random routing drops an exact share of the assignments",
    statement=(
        r"Of $T$ tokens that take $k$ of $E$ experts at random, each with room for $C$, the expected dropped share is "
        r"$D = \frac{E}{kT}\,\mathrm{E}(\mathrm{Bin}(T, k/E) - C)_+$."
    ),
    source=CAPACITY,
    kind=Mean(resolution=0.025),
    predict=theory.overflow_fraction,
    simulate=sims.overflow_fraction,
    grid=Grid(
        quick=(
            *cells(tokens=64, experts=8, capacity=[8, 10], k=1),
            *cells(tokens=64, experts=8, capacity=16, k=2),
            *cells(tokens=256, experts=8, capacity=32, k=1),
        ),
        full=(
            *cells(tokens=256, experts=8, capacity=[32, 40], k=1),
            *cells(tokens=1024, experts=64, capacity=[16, 20], k=1),
            *cells(tokens=256, experts=8, capacity=64, k=2),
        ),
    ),
    decoys=(
        Decoy("Poisson loads", "a Poisson in place of the binomial", _poisson),
        Decoy("share of full experts", "P(Bin > C) instead of the mean excess", _overflowing),
        Decoy(
            "k forgotten", "loads Bin(T, 1/E)",
            lambda tokens, experts, capacity, k: theory.overflow_fraction(tokens, experts, capacity),
        ),
    ),
    tails={"value": Moments(skewness=2.0)},  # the rarer an overflow, the more skewed
)  # fmt: skip

_SKEWED = (0.4, 0.25, 0.2, 0.1, 0.05)

UNEQUAL = claim(
    slug="overflow-fraction-unequal-probabilities",
    title="What a router with favourites drops",
    statement=(
        r"Where a token takes expert $i$ with probability $p_i$, the expected dropped share is "
        r"$D = \frac1T \sum_i \mathrm{E}(\mathrm{Bin}(T, p_i) - C)_+$."
    ),
    source=CAPACITY,
    kind=Mean(resolution=0.02),
    predict=theory.overflow_fraction,
    simulate=sims.overflow_fraction,
    grid=Grid(
        quick=cells(tokens=64, experts=5, capacity=[14, 20], probs=_SKEWED),
        full=(
            *cells(tokens=64, experts=5, capacity=[14, 20], probs=_SKEWED),
            *cells(tokens=512, experts=5, capacity=110, probs=_SKEWED),
        ),
    ),
    decoys=(
        Decoy(
            "equal probabilities", "p_i = 1/E",
            lambda tokens, experts, capacity, probs: theory.overflow_fraction(tokens, experts, capacity),
        ),
        Decoy(
            "mean loads", "sum (p_i - C/T)_+, as if loads did not fluctuate",
            lambda tokens, experts, capacity, probs: sum(max(p - capacity / tokens, 0.0) for p in probs),
        ),
    ),
)  # fmt: skip


def _no_slack(tokens: int, experts: int, k: int) -> float:
    return math.sqrt(tokens) * theory.overflow_asymptote(tokens, experts, k)


NO_SLACK = claim(
    slug="overflow-fraction-no-slack",
    title="Without spare room the dropped share falls like one over the root of the tokens",
    statement=(
        r"At $C = kT/E$ the dropped share times $\sqrt T$ tends to $\sqrt{(E/k-1)/(2\pi)}$, at order $1/T$."
    ),
    source=CAPACITY,
    kind=Limit(size="tokens", order=1.0, resolution=0.02),
    predict=_no_slack,
    simulate=sims.overflow_without_slack,
    grid=Grid(
        quick=(*cells(experts=8, k=1, tokens=[32, 64, 128]), *cells(experts=4, k=2, tokens=[8, 16, 32])),
        full=(*cells(experts=16, k=1, tokens=[128, 256, 512]), *cells(experts=8, k=2, tokens=[32, 64, 128])),
    ),
    decoys=(
        Decoy(
            "Poisson loads", "sqrt(E/(2 pi k))",
            lambda tokens, experts, k: math.sqrt(experts / (2 * math.pi * k)),
        ),
        Decoy(
            "k forgotten", "sqrt((E-1)/(2 pi))",
            lambda tokens, experts, k: math.sqrt((experts - 1) / (2 * math.pi)),
        ),
    ),
)  # fmt: skip

# --- routers whose tokens see the same weights -----------------------------------------------------------------------


def _independent(**cell: Any) -> dict[str, float]:
    dropped = theory.overflow_fraction(cell["tokens"], cell["experts"], cell["capacity"])
    return {"dropped": dropped, "independent": dropped}


LINEAR = claim(
    slug="overflow-fraction-linear-router",
    title="A random linear router on Gaussian tokens",
    statement=(
        r"The share that a router with Gaussian weights drops, and that of independent choices by its own "
        r"probabilities $p_i$, beside that of uniform choices, $d$ dimensions."
    ),
    source=Source("fedus2022review", "no theorem: the probabilities are the router's own", "derived"),
    kind=Observation(trials=256),
    predict=_independent,
    simulate=sims.linear_router,
    grid=Grid(
        quick=cells(tokens=64, experts=8, capacity=10, d=[4, 16]),
        full=cells(tokens=256, experts=8, capacity=40, d=[4, 16, 64]),
    ),
    decoys=(),
)

DIGITS = claim(
    slug="overflow-fraction-digits-router",
    title="A random linear router on handwritten digits",
    statement=(
        r"The share of $T$ digits that a router with Gaussian weights drops, and that of independent choices by its "
        r"own probabilities $p_i$, beside that of uniform choices."
    ),
    source=Source("fedus2022review", "no theorem: real tokens", "derived"),
    kind=Observation(trials=256),
    predict=_independent,
    simulate=sims.digits_router,
    grid=Grid(
        quick=cells(tokens=256, experts=8, capacity=[40, 64]), full=cells(tokens=256, experts=8, capacity=[32, 40, 64])
    ),
    decoys=(),
)

# --- the heaviest load -----------------------------------------------------------------------------------------------


def _independent_bins(tokens: int, experts: int, C: int) -> float:
    return float(sum(_binomial(tokens, 1 / experts)[: C + 1]) ** experts)


MAX_LOAD = claim(
    slug="max-load",
    title="The probability that nothing is dropped is exact",
    statement=(
        r"For $T$ tokens and $E$ experts at random, $\Pr(\max_i L_i \le C) = "
        r"\frac{T!}{E^T}[z^T](\sum_{j\le C} z^j/j!)^E$."
    ),
    source=CLASSICAL,
    kind=Mean(resolution=0.015),
    predict=theory.max_load_cdf,
    simulate=sims.max_load_cdf,
    grid=Grid(
        quick=(*cells(tokens=64, experts=8, C=[12, 13]), *cells(tokens=24, experts=6, C=7)),
        full=(*cells(tokens=256, experts=16, C=[23, 25]), *cells(tokens=64, experts=8, C=[11, 12, 13])),
    ),
    decoys=(Decoy("independent bins", "P(Bin(T, 1/E) <= C)^E", _independent_bins),),
    tails={"value": Probability()},
)

MAX_MEAN = claim(
    slug="max-load-mean",
    title="The expected heaviest load is exact",
    statement=r"The expected load of the heaviest of $E$ experts is $\sum_c \Pr(\max_i L_i > c)$ of the same law.",
    source=CLASSICAL,
    kind=Mean(resolution=0.01),
    predict=theory.max_load_mean,
    simulate=sims.max_load_mean,
    grid=Grid(
        quick=(*cells(tokens=256, experts=16), *cells(tokens=64, experts=8)),
        full=(*cells(tokens=1024, experts=64), *cells(tokens=256, experts=16)),
    ),
    decoys=(
        Decoy(
            "extreme value", "T/E + sqrt(2 (T/E) ln E)",
            lambda tokens, experts: tokens / experts + math.sqrt(2 * tokens / experts * math.log(experts)),
        ),
        Decoy("mean load", "T/E", lambda tokens, experts: tokens / experts),
    ),
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (OVERFLOW, UNEQUAL, NO_SLACK, LINEAR, DIGITS, MAX_LOAD, MAX_MEAN)
