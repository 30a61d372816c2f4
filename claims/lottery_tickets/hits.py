"""One target among the 2^n subset sums: the probability of a hit, its terms of order 1/n, and how many subsets hit."""

from __future__ import annotations

import functools
import math

import sims.lottery_tickets as sims
import theory.lottery_tickets as theory
from claims import Claim, Decoy, Grid, Mean, Moments, Observation, Probability, Source, cells, declared_in
from claims.lottery_tickets.items import EX2, EX4, accuracy, deviation, far, near

claim = declared_in(__name__)
PENSIA = Source("pensia2020optimal", "the event of the subset-sum theorem (abstract seen); law derived here", "derived")


def _law(n: int, lam: float, ratio: float, dist: str, n_eff: float | None = None, wider: float = 1.0) -> float:
    """The law, with another number of sums (2^n_eff) or another standard deviation where a decoy says so."""
    factor = 1.0 if n_eff is None else 2 ** (n_eff - n)
    eps = accuracy(n, lam, dist) * factor
    return theory.subset_hit_prob(n, eps, ratio * deviation(n, dist), EX2[dist] * wider**2)


def _next(n: int, lam: float, ratio: float, dist: str) -> float:
    return theory.subset_hit_next(n, accuracy(n, lam, dist), ratio * deviation(n, dist), EX2[dist], EX4[dist])


def _conceded(n: int, lam: float, ratio: float, dist: str) -> float:
    return abs(_next(n, lam, ratio, dist) / _law(n, lam, ratio, dist) - 1)


def _poisson(n: int, lam: float, ratio: float, dist: str) -> float:
    return -math.expm1(-lam / math.sqrt(2) * math.exp(-(ratio**2) / 4))


HITS = claim(
    slug="subset-sum-hit-law",
    title="A subset of n random weights hits a target once n is the logarithm of the accuracy, by a mixed Poisson law",
    statement=(
        r"The number of subsets of $n$ symmetric items with sums within $\varepsilon$ of $z$ is mixed Poisson: "
        r"$P(N \ge 1) = \mathrm{E}_g[1 - \exp(-\lambda_0 e^{-(z/s-g)^2/2})]$ with $s = \sqrt{n\mathrm{E}X^2}/2$, "
        r"$\lambda_0 = 2^n 2\varepsilon/(s\sqrt{2\pi})$, up to terms of order $1/n$."
    ),
    source=PENSIA,
    kind=Mean(
        resolution=0.02,
        allowance=_conceded,
        because="the law's terms of order 1/n: the items' random mean square and the kurtosis of the sums",
    ),
    predict=_law,
    simulate=near.of(sims.subset_hit_prob),
    grid=Grid(
        quick=(
            *cells(n=14, lam=2.0, ratio=0.4, dist="uniform"),
            *cells(n=14, lam=8.0, ratio=0.4, dist=["uniform", "normal", "product"]),
        ),
        full=cells(n=[14, 16], lam=[2.0, 8.0], ratio=0.4, dist=["uniform", "normal", "product"]),
    ),
    decoys=(
        Decoy("plain Poisson", "1 - exp(-E N)", _poisson),
        Decoy("base e", "e^n sums in place of 2^n", lambda n, lam, ratio, dist: _law(n, lam, ratio, dist, n / 0.6931)),
        Decoy(
            "total deviation",
            "s = sqrt(n v2/2), items random too",
            lambda n, lam, ratio, dist: _law(n, lam, ratio, dist, wider=math.sqrt(2)),
        ),
    ),
    # Shares near 1 with rare draws far below: skewness 4 to 5 over 20,000 draws, up to 10 in samples of hundreds.
    tails={"value": Moments(skewness=6.0)},
)

FAR = claim(
    slug="subset-sum-hit-law-next-order",
    title="Far targets: what the limit law leaves out is the random mean square of the items and a kurtosis",
    statement=(
        r"At $z = 2s$ the probability of a hit is that of the mixed Poisson law averaged over "
        r"$v = \sum X^2/(n\mathrm{E}X^2)$, with $s\sqrt v$ for $s$, and both normal densities corrected by the excess "
        r"kurtosis $-2\mathrm{E}X^4/(n(\mathrm{E}X^2)^2)$."
    ),
    source=PENSIA,
    kind=Mean(
        resolution=0.022,
        allowance=lambda n, lam, ratio, dist: _conceded(n, lam, ratio, dist) ** 2,
        because="terms of order 1/n^2, about the square of those of order 1/n",
    ),
    predict=_next,
    simulate=far.of(sims.subset_hit),
    grid=Grid(
        quick=cells(n=18, lam=32.0, ratio=2.0, dist=["normal", "uniform"]),
        full=cells(n=[18, 22], lam=32.0, ratio=[1.0, 2.0], dist=["normal", "uniform"]),
    ),
    decoys=(
        Decoy("limit law", "without the terms of order 1/n", _law),
        Decoy(
            "fixed mean square",
            "as if X^2 were constant",
            lambda n, lam, ratio, dist: theory.subset_hit_next(
                n, accuracy(n, lam, dist), ratio * deviation(n, dist), EX2[dist], EX2[dist] ** 2
            ),
        ),
    ),
    tails={"value": Probability()},
)


def _density(n: int, eps: float, z: float, dist: str, deviations: float) -> float:
    s = deviations * deviation(n, dist)
    return 2.0**n * 2 * eps * math.exp(-((z / s) ** 2) / 2) / (s * math.sqrt(2 * math.pi))


COUNT = claim(
    slug="subset-count-mean",
    title="How many subsets hit on average, at every n",
    statement=(
        r"$\mathrm{E}N = \sum_{k=0}^n \binom nk P(|S_k - z| \le \varepsilon)$, $S_k$ the sum of $k$ items, normal or "
        r"uniform on $[-1,1]$."
    ),
    source=Source("pensia2020optimal", "elementary; derived here", "derived"),
    kind=Mean(resolution=0.02),
    predict=theory.subset_count_mean,
    simulate=sims.subset_count_mean,
    grid=Grid(
        quick=(
            *cells(n=4, eps=0.05, z=0.3, dist="uniform"),
            *cells(n=8, eps=0.01, z=0.3, dist=["normal", "uniform"]),
            *cells(n=8, eps=0.05, z=0.02, dist="normal"),
        ),
        full=(*cells(n=[8, 10], eps=0.01, z=[0.3, 1.0], dist=["normal", "uniform"]),),
    ),
    decoys=(
        Decoy("items fixed", "variance n v2/4", functools.partial(_density, deviations=1.0)),
        Decoy("all items", "variance n v2, every subset as the whole", functools.partial(_density, deviations=2.0)),
        Decoy("half of them", "every subset as one of n/2", functools.partial(_density, deviations=math.sqrt(2))),
    ),
    tails={"value": Moments(skewness=2.0)},
)


def _reached(n: int, eps: float) -> dict[str, float]:
    targets = sims.digits_targets(eps)
    return {"hit": sum(theory.subset_hit_prob(n, eps, float(z)) for z in targets) / len(targets)}


DIGITS = claim(
    slug="subset-sum-hit-law-digits",
    title="A classifier of digits without training its weights",
    statement=(
        r"Each weight of a linear classifier of digits is replaced by the nearest subset sum of $n$ items of its own: "
        r"the share of weights reached to $\varepsilon$, beside the law's mean over the same weights; and the accuracy."
    ),
    source=Source("pensia2020optimal", "no theorem at these sizes and on these weights", "derived"),
    kind=Observation(trials=16),
    predict=_reached,
    simulate=sims.digits_ticket,
    grid=Grid(quick=cells(n=[2, 4, 6, 8, 10], eps=0.02), full=cells(n=[2, 4, 6, 8, 10, 12], eps=0.02)),
    decoys=(),
)

CLAIMS: tuple[Claim, ...] = (HITS, FAR, COUNT, DIGITS)
