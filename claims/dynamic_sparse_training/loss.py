"""Random regrowth in the quadratic model: the loss after every round, and where it stays."""

from __future__ import annotations

import math

import sims.dynamic_sparse_training as sims
import theory.dynamic_sparse_training as theory
from claims import Claim, Decoy, Grid, Limit, Source, cells, declared_in
from theory.normal_tails import energy_of_top

claim = declared_in(__name__)
SET = Source("mocanu2018scalable", "algorithm recalled; trajectory derived here", "derived")


def _grown(S: float, zeta: float) -> float:
    return zeta * (1 - S) / (S + zeta * (1 - S))


def _with(S: float, zeta: float, explored: float, q: float, credit: float) -> float:
    """The formula with a share explored, a share q of it kept, and a credit for what was just grown."""
    top = float(energy_of_top(q))
    return 0.5 * credit * ((1 - explored) * top + 1 - top)


def _explored(S: float, zeta: float, t: int) -> float:
    return 1 - S * (1 - _grown(S, zeta)) ** t


def _loss(S: float, zeta: float, t: int, N: int) -> dict[str, float]:
    return {"loss": float(theory.set_loss(S, zeta, t)), "energy": 1.0}


def _no_credit(S: float, zeta: float, t: int, N: int) -> dict[str, float]:
    return {"loss": float(theory.set_loss(S, zeta, t)) / (1 - _grown(S, zeta)), "energy": 1.0}


def _last_share(S: float, zeta: float, t: int, N: int) -> dict[str, float]:
    explored = _explored(S, zeta, t - 1)
    return {"loss": _with(S, zeta, explored, (1 - S) * (1 - zeta), 1 - _grown(S, zeta)), "energy": 1.0}


def _one_round_on(S: float, zeta: float, t: int, N: int) -> dict[str, float]:
    explored = _explored(S, zeta, t)
    share = (1 - S) * (1 - zeta) / explored
    return {"loss": _with(S, zeta, explored, share, 1 - _grown(S, zeta)), "energy": 1.0}


TRAJECTORY = claim(
    slug="set-quadratic-trajectory",
    title="The loss of random regrowth, round by round",
    statement=(
        r"With $\kappa = k/M$, $R = R_{t-1}$ and $q = (1-S)(1-\zeta)/R$ the loss per parameter after $t \ge 1$ rounds "
        r"tends to $\frac12(1-\kappa)[(1-R)A(q) + 1 - A(q)]$ for Gaussian weights, at order $1/N$."
    ),
    source=SET,
    kind=Limit(size="N", order=1.0, resolution=0.01),
    predict=_loss,
    simulate=sims.set_loss,
    grid=Grid(
        quick=(*cells(S=0.8, zeta=0.2, t=[1, 5], N=[50, 100, 200]), *cells(S=0.5, zeta=0.5, t=3, N=[40, 80, 160])),
        full=cells(S=0.8, zeta=0.2, t=[2, 10, 20], N=[100, 200, 400]),
    ),
    decoys=(
        Decoy("no credit for what was just grown", "without the factor 1 - kappa", _no_credit),
        Decoy("the last share kept", "q at its value for t = inf", _last_share),
        Decoy("one round on", "R_t in place of R_{t-1}", _one_round_on),
    ),
    controls=("energy",),
)

PLATEAU = claim(
    slug="set-quadratic-trajectory-plateau",
    title="Random regrowth ends above the best mask by what it keeps testing",
    statement=(
        r"For $t \to \infty$ the loss per parameter stays at $\frac12(1-\kappa)(1 - A((1-S)(1-\zeta)))$, above the "
        r"optimum $\frac12(1 - A(1-S))$, at order $1/N$."
    ),
    source=SET,
    kind=Limit(
        size="N", order=1.0, resolution=0.0125, allowance=1e-4,
        because="after 25 rounds R differs from 1 by (2/3)^24/2 = 3e-5, which counts S(1-kappa)^(t-1) A(q)",
    ),
    predict=lambda S, zeta, t, N: {"loss": float(theory.set_loss(S, zeta, math.inf)), "energy": 1.0},
    simulate=sims.set_loss,
    grid=Grid(quick=cells(S=0.5, zeta=0.5, t=25, N=[32, 64, 128]), full=cells(S=0.5, zeta=0.5, t=25, N=[64, 128, 256])),
    decoys=(
        Decoy(
            "the optimum", "all weights are seen, so the best are found: (1 - A(1-S))/2",
            lambda S, zeta, t, N: {"loss": float(theory.sparse_optimum_loss(S)), "energy": 1.0},
        ),
        Decoy(
            "only the kept ones", "without the factor 1 - kappa",
            lambda S, zeta, t, N: {
                "loss": float(theory.sparse_optimum_loss(1 - (1 - S) * (1 - zeta))), "energy": 1.0
            },
        ),
    ),
    controls=("energy",),
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (TRAJECTORY, PLATEAU)
