"""A graph convolution without self-loops: risks, accuracy, and what the training risk says."""

from __future__ import annotations

import math

import sims.graph_convolution as sims
import theory.graph_convolution as theory
from claims import Claim, Decoy, Grid, Limit, Moments, Source, declared_in
from claims.graph_convolution.families import CELLS, FULL, MORE, PAPER, QUICK, Named, families, limit, wrong

claim = declared_in(__name__)

RISK = claim(
    slug="no-self-loop-risk",
    title="What a graph convolution risks, with its peak where labels are as many as features",
    statement=(
        r"Without self-loops the test risk tends to $(1+e)/((1+d)^2(1-\delta))$ and the accuracy to "
        r"$\Phi(d\sqrt{(1-\delta)/(e+\delta)})$ as $N \to \infty$, with $d, e, \delta$ from one cubic; they depend on "
        r"$\lambda^2$ alone, and the terms left out are of order $1/N$."
    ),
    source=Source(PAPER, "main theorem (ridgeless form recalled; general form derived)", "derived"),
    kind=Limit(size="N", order=1.0, resolution=0.024),
    predict=limit.of(theory.gcn_risk, "test", "accuracy"),
    simulate=sims.gcn_risk,
    grid=Grid(quick=families(QUICK, *CELLS), full=families(FULL, *CELLS, *MORE)),
    decoys=(
        Decoy(
            "lambda for lambda^2", "d is linear in lambda",
            wrong("test", "accuracy", lam=lambda at: math.sqrt(abs(at["lam"]))),
        ),
        Decoy("mu for 1+mu", "the graph carries no signal of its own", wrong("test", mu=lambda at: at["mu"] - 1)),
    ),
    tails={"test": Moments(skewness=1.5)},
)  # fmt: skip


def _power_one(gam: float, tau: float, lam: float, mu: float, rho: float, N: int) -> Named:
    found = theory.gcn_risk(gam, tau, lam, mu, rho)
    return {"train": math.sqrt(found.train * found.test)}


# Many more labels than features: the training risk varies like a chi-square of M - F degrees of freedom.
_TRAIN = (
    {"gam": 5.0, "tau": 0.8, "lam": 2.0, "mu": 1.0, "rho": 0.05},
    {"gam": 5.0, "tau": 0.8, "lam": -1.0, "mu": 0.0, "rho": 1.0},
)

TRAINING = claim(
    slug="no-self-loop-risk-training",
    title="The training risk is the test risk, shrunk twice",
    statement=(
        r"Without self-loops the training risk tends to $(1-s/\tau)^2$ times the test risk, $s$ the root of "
        r"$(1-\gamma s)(1-s)(\tau-s) = \rho s$: a factor that knows neither graph nor labels."
    ),
    source=Source(PAPER, "main theorem (general form derived)", "derived"),
    kind=Limit(size="N", order=1.0, resolution=0.024),
    predict=limit.of(theory.gcn_risk, "train"),
    simulate=sims.gcn_risk,
    grid=Grid(quick=families(QUICK, *_TRAIN), full=families(FULL, *_TRAIN, CELLS[0], CELLS[2])),
    decoys=(
        Decoy("shrunk once", "1 - s/tau times the test risk", _power_one),
        Decoy("lambda for lambda^2", "d is linear in lambda", wrong("train", lam=lambda at: math.sqrt(abs(at["lam"])))),
    ),
    tails={"train": Moments(skewness=1.5)},
)

CLAIMS: tuple[Claim, ...] = (RISK, TRAINING)
