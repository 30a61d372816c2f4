"""Every target of an interval at once: the event of the theorems on random subset sums."""

from __future__ import annotations

import math

import sims.lottery_tickets as sims
import theory.lottery_tickets as theory
from claims import Claim, Decoy, Grid, Mean, Moments, Observation, Source, cells, declared_in
from claims.lottery_tickets.items import interval

claim = declared_in(__name__)
LUEKER = Source("lueker1998exponentially", "its event (introduction seen); law derived here", "derived")

COVERED = interval.of(sims.subset_cover_prob)


def _accuracy(n: int, c: float) -> float:
    return c * n / 2.0**n


def _conceded(n: int, c: float, L: float) -> float:
    eps = _accuracy(n, c)
    return abs(theory.subset_cover_next(n, eps, L) / theory.subset_cover_prob(n, eps, L) - 1)


COVER = claim(
    slug="subset-sum-cover-law",
    title="All targets of an interval at once cost the logarithm of the logarithm more",
    statement=(
        r"Every $z \in [-L/2, L/2]$ is within $\varepsilon$ of a subset sum of $n$ uniform items with probability "
        r"$\mathrm{E}_g\exp(-e^{-2\varepsilon\mu(-L/2)} - \int\mu e^{-2\varepsilon\mu}dz)$, "
        r"$\mu(z) = 2^n e^{-(z/s-g)^2/2}/(s\sqrt{2\pi})$, up to terms of order $1/n$, where that is large."
    ),
    source=LUEKER,
    kind=Mean(
        resolution=0.02,
        allowance=_conceded,
        because="the law's terms of order 1/n, and gaps that are mirror images counted once",
    ),
    predict=interval.of(theory.subset_cover_prob),
    simulate=COVERED,
    grid=Grid(
        quick=(*cells(n=12, c=2.0, L=1.0), *cells(n=13, c=3.0, L=1.0), *cells(n=14, c=4.0, L=1.0)),
        full=cells(n=[12, 14, 15], c=[2.0, 4.0], L=1.0),
    ),
    decoys=(
        Decoy("one target", "the law of a hit", lambda n, c, L: theory.subset_hit_prob(n, _accuracy(n, c), L / 2)),
        Decoy(
            "gaps of eps",
            "sums may lie no more than eps apart",
            lambda n, c, L: theory.subset_cover_prob(n, _accuracy(n, c) / 2, L),
        ),
        Decoy(
            "base e",
            "e^n sums in place of 2^n",
            lambda n, c, L: theory.subset_cover_prob(n, _accuracy(n, c) * (math.e / 2) ** n, L),
        ),
    ),
    # Shares near 1 with rare draws far below: skewness 4 to 5 over 20,000 draws, up to 10 in samples of hundreds.
    tails={"value": Moments(skewness=6.0)},
)

RARE = claim(
    slug="subset-sum-cover-law-rare",
    title="Where covering is rare it is less so than the law says",
    statement=(
        r"At $\varepsilon = n2^{-n}$, $L = 1$, where the law is small, the simulated probability stands beside "
        r"the law with its terms of order $1/n$: gaps share halves of the items and come in clumps."
    ),
    source=LUEKER,
    kind=Observation(trials=1024),
    predict=interval.of(theory.subset_cover_next),
    simulate=COVERED,
    grid=Grid(quick=cells(n=[8, 10, 12], c=1.0, L=1.0), full=cells(n=[8, 10, 12, 14], c=1.0, L=1.0)),
    decoys=(),
)

CLAIMS: tuple[Claim, ...] = (COVER, RARE)
