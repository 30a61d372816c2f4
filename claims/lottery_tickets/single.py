"""One weight for one target, and how many weights either way needs."""

from __future__ import annotations

import math

import sims.lottery_tickets as sims
import theory.lottery_tickets as theory
from claims import Claim, Decoy, Grid, Mean, Observation, Probability, Source, cells, declared_in

claim = declared_in(__name__)
MALACH = Source("malach2020proving", "spirit of the construction recalled; elementary", "recalled")

PICKED = claim(
    slug="pick-one-baseline",
    title="Single weights hit a target with odds that grow linearly in their number",
    statement=(
        r"One of $n$ weights uniform on $[-1,1]$ is within $\varepsilon$ of $z$ with probability $1-(1-q)^n$, "
        r"$q = [\min(z+\varepsilon,1) - \max(z-\varepsilon,-1)]/2$: one half takes $\ln2/\varepsilon$ weights."
    ),
    source=MALACH,
    kind=Mean(resolution=0.02),
    predict=theory.pick_one_prob,
    simulate=sims.pick_one_prob,
    grid=Grid(
        quick=(*cells(n=200, eps=0.01, z=0.3), *cells(n=100, eps=0.01, z=0.995)),
        full=(*cells(n=[50, 200], eps=0.01, z=[0.3, 0.995]), *cells(n=1000, eps=0.003, z=0.3)),
    ),
    decoys=(
        Decoy("width of the window", "q = 2 eps", lambda n, eps, z: 1 - (1 - 2 * eps) ** n),
        Decoy("no edge", "q = eps also at z = .995", lambda n, eps, z: 1 - (1 - eps) ** n),
    ),
    tails={"value": Probability()},
)


def _width(eps: float, z: float, most: int) -> dict[str, float]:
    missed = [1 - theory.subset_hit_prob(n, eps, z) for n in range(1, most)]
    return {"subsets": 1 + math.fsum(missed), "single": 1 / theory.pick_one_prob(1, eps, z)}


WIDTH = claim(
    slug="pick-one-baseline-width",
    title="How many weights are drawn until a subset, or one by itself, hits",
    statement=(
        r"The mean number of uniform weights until a subset sum is within $\varepsilon = 2^{-b}$ of $z$ stands beside "
        r"$\sum_n(1 - P(N_n \ge 1))$ with the limit law at every $n$; of single weights $1/\varepsilon$ are needed."
    ),
    source=MALACH,
    kind=Observation(trials=512),
    predict=_width,
    simulate=sims.width_needed,
    grid=Grid(
        quick=cells(eps=[2.0**-b for b in (2, 4, 6, 8, 10)], z=0.3, most=14),
        full=cells(eps=[2.0**-b for b in (2, 4, 6, 8, 10, 12)], z=0.3, most=16),
    ),
    decoys=(),
)

CLAIMS: tuple[Claim, ...] = (PICKED, WIDTH)
