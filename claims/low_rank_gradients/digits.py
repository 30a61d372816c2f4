"""A relu network on digits: whether its gradients collapse as a linear model's do."""

from __future__ import annotations

import sims.low_rank_gradients as sims
from claims import Claim, Grid, Observation, Source, cells, declared_in

claim = declared_in(__name__)

AT = (0, 3, 10, 30, 100, 300)

DIGITS = claim(
    slug="digits-gradient-rank",
    title="On digits the gradients have a low stable rank from the start, and do not collapse further",
    statement=(
        r"Stable ranks of both layers' gradients of a $64$-$128$-$10$ relu network along full-batch training on "
        r"digits, with and without weight decay, beside the $1$ at which the bilinear model ends."
    ),
    source=Source("zhao2024galore", "low rank of gradients during training; no closed form", "derived"),
    kind=Observation(trials=8),
    predict=lambda at, weight_decay, per_class: {"hidden": [1.0] * len(at), "last": [1.0] * len(at)},
    simulate=sims.digits_gradients,
    grid=Grid(
        quick=cells(at=AT, weight_decay=[0.0, 0.01], per_class=20),
        full=cells(at=(*AT, 1000, 3000), weight_decay=[0.0, 0.001, 0.01], per_class=60),
    ),
    decoys=(),
)

CLAIMS: tuple[Claim, ...] = (DIGITS,)
