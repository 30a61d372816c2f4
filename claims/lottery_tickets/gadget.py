"""One weight of a target network from a random ReLU layer that is only pruned."""

from __future__ import annotations

import math

import sims.lottery_tickets as sims
import theory.lottery_tickets as theory
from claims import Claim, Decoy, Grid, Mean, Probability, Source, cells, declared_in
from claims.lottery_tickets.items import EX2, EX4

claim = declared_in(__name__)
PRODUCT = EX2["product"]


def _mixed(N: int, eps: float, w: float, ex2: float, ex4: float = 0.0) -> float:
    """The gadget's law from another law of a hit: with terms of order 1/n where ex4 is given."""
    sides = {
        m: theory.subset_hit_next(m, eps, w, ex2, ex4) if ex4 else theory.subset_hit_prob(m, eps, w, ex2)
        for m in range(4, N - 3)
    }
    return sum(math.comb(N, m) / 2.0**N * sides[m] * sides[N - m] for m in sides)


def _conceded(N: int, eps: float, w: float) -> float:
    return abs(_mixed(N, eps, w, PRODUCT, EX4["product"]) / theory.relu_gadget_prob(N, eps, w) - 1)


def _one_side(N: int, eps: float, w: float) -> float:
    return theory.subset_hit_prob(N // 2, eps, w, PRODUCT)


GADGET = claim(
    slug="relu-gadget",
    title="A random ReLU layer, only pruned, becomes one given weight",
    statement=(
        r"Of $N$ units $v_i\,\mathrm{relu}(u_i x)$, $u, v$ uniform on $[-1,1]$, some subset is $wx$ to within "
        r"$\varepsilon|x|$ with probability $\sum_m\binom Nm2^{-N}h(m)h(N-m)$, $h$ the law of a hit with "
        r"$\mathrm{E}X^2 = 1/9$, up to terms of order $1/N$."
    ),
    source=Source("pensia2020optimal", "gadget recalled; its law derived here", "derived"),
    kind=Mean(
        resolution=0.02,
        allowance=_conceded,
        because="the terms of order 1/n of the law of a hit, on both sides",
    ),
    predict=theory.relu_gadget_prob,
    simulate=sims.relu_gadget_prob,
    grid=Grid(
        quick=cells(N=32, eps=4e-4, w=[0.3, 0.1]),
        full=(*cells(N=32, eps=4e-4, w=[0.1, 0.3]), *cells(N=36, eps=1e-4, w=0.3)),
    ),
    decoys=(
        Decoy("one sign", "units for x > 0 alone", _one_side),
        Decoy("half each", "exactly N/2 units a side", lambda N, eps, w: _one_side(N, eps, w) ** 2),
        Decoy("single weights", "E X^2 = 1/3", lambda N, eps, w: _mixed(N, eps, w, 1 / 3)),
    ),
    tails={"value": Probability()},
)

CLAIMS: tuple[Claim, ...] = (GADGET,)
