"""What no training input reaches is forgotten, at an exact rate."""

from __future__ import annotations

import math
from typing import Any

import sims.square_loss_dynamics as sims
import theory.square_loss_dynamics as theory
from claims import Claim, Decoy, Grid, Identity, Source, cells, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]


def _law(mu: float, lam: float, t: int, **_: Any) -> Named:
    return {"ratio": theory.null_space_factor(mu, lam, t), "turned": 0.0}


def _cells(tier: str) -> tuple[dict[str, Any], ...]:
    quick = tier == "quick"
    steps = [1, 500] if quick else [50, 2000]
    sides = {"widths": (50, 30, 3), "n": 40} if quick else {"widths": (100, 200, 200, 5), "n": 80}
    return (
        *cells(mu=0.1, lam=0.02, t=steps, **sides, B=4, loss="mse", data="gaussian"),
        *cells(mu=0.1, lam=0.0, t=steps[-1], **sides, B=1, loss="mse", data="gaussian"),
        *cells(mu=0.1, lam=0.02, t=steps[-1], widths=(64, 30, 10), n=40, B=4, loss="cross_entropy", data="digits"),
    )


FORGETTING = claim(
    slug="null-space-forgetting",
    title="What no training input reaches is forgotten at an exact rate",
    statement=(
        r"Under SGD, for any loss, net and order of batches, $W_1(t)P_\perp = (1-2\mu\lambda)^tW_1(0)P_\perp$ with "
        r"$P_\perp$ the projector off the span of the training inputs; without decay it stays for ever."
    ),
    source=Source("galanti2022sgd", "setting of SGD with weight decay; the identity", "derived"),
    kind=Identity(tolerance=1e-10, trials=2),
    predict=_law,
    simulate=sims.null_space_factor,
    grid=Grid(quick=_cells("quick"), full=_cells("full")),
    decoys=(
        Decoy("mu lambda", "(1 - mu lambda)^t", lambda mu, lam, t, **_: {"ratio": (1 - mu * lam) ** t}),
        Decoy("half the flow", "e^(-mu lambda t)", lambda mu, lam, t, **_: {"ratio": math.exp(-mu * lam * t)}),
        Decoy("the flow", "e^(-2 mu lambda t)", lambda mu, lam, t, **_: {"ratio": math.exp(-2 * mu * lam * t)}),
    ),
)

CLAIMS: tuple[Claim, ...] = (FORGETTING,)
