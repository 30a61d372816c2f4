"""The law of separation on digits: log fuzziness falls along a straight line in the depth of a trained network."""

from __future__ import annotations

from typing import Any

import sims.equi_separation as sims
from claims import Claim, Decoy, Grid, Observation, Order, Source, cells, declared_in, instance
from claims.agreement import Heavy

claim = declared_in(__name__)
HE = Source("he2023law", "empirical law", "seen")
_QUICK = cells(per_class=10, width=48, depth=4, steps=600, lr=2e-3)
_FULL = (*_QUICK, *cells(per_class=40, width=64, depth=6, steps=1200, lr=1e-3))


@instance
def untrained(per_class: int, width: int, depth: int, steps: int, lr: float) -> dict[str, Any]:
    """The same network, hardly trained."""
    return {"per_class": per_class, "width": width, "depth": depth, "steps": 1, "lr": lr}


def _margins(**fields: float) -> Any:
    return lambda per_class, width, depth, steps, lr: fields


LAW = claim(
    slug="equi-separation-law",
    title="Digits: fuzziness rises with depth before training, and falls by one factor a layer after it",
    statement=(
        r"In ReLU networks on digits the correlation of $(l, \log D_l)$, input included, is above $0.8$ at the start "
        r"and below $-0.9$ after training, in more than half of the runs."
    ),
    source=HE,
    kind=Order(trials=40),
    predict=_margins(rise=0.8, fall=0.9),
    simulate=sims.digits_separation,
    grid=Grid(quick=_QUICK, full=_FULL),
    decoys=(Decoy("untrained", "so does one after a single step", simulate=untrained.of(sims.digits_separation)),),
    tails={"rise": Heavy(), "fall": Heavy()},
)

DECAY = claim(
    slug="equi-separation-law-decay",
    title="By how much fuzziness falls a layer",
    statement=r"$\exp$ of the slope of $\log D_l$ after training, and the share classified right: no known constant.",
    source=HE,
    kind=Observation(trials=40),
    predict=_margins(decay=1.0, accuracy=1.0),
    simulate=sims.digits_separation,
    grid=Grid(quick=_QUICK, full=_FULL),
    decoys=(),
)

CLAIMS: tuple[Claim, ...] = (LAW, DECAY)
