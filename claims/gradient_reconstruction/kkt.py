"""Trained parameters do not determine the data."""

from __future__ import annotations

from functools import partial
from typing import Any

import sims.gradient_reconstruction as sims
from claims import Decoy, Grid, Identity, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]

_REFAEL = Source("refael2025prior", "non-uniqueness of KKT reconstruction; construction derived here", "derived")


SPLIT = claim(
    slug="kkt-nonuniqueness",
    title="Two very different data sets, one maximum-margin predictor",
    statement=(
        r"If $v^\top w = 0$ for the maximum-margin predictor $w$ of $(x_i, y_i)$, replacing every $x_i$ by the pair "
        r"$x_i + tv$, $x_i - tv$ leaves $w$ unchanged for every $t$: parameters trained to a KKT point do not "
        r"determine the data."
    ),
    source=_REFAEL,
    kind=Identity(tolerance=1e-6, trials=64),
    predict=lambda n, d, t: {"change": 0.0},
    simulate=sims.max_margin_split,
    certificates={"gap": 1e-9},
    grid=Grid(
        quick=cells(n=12, d=30, t=[0.1, 3.0, 50.0]),
        full=tuple({"n": n, "d": 3 * n, "t": t} for n in (12, 40) for t in (0.1, 3.0, 50.0)),
    ),
    decoys=(
        Decoy("tilted direction", "any direction will do", simulate=partial(sims.max_margin_split, tilt=0.2)),
        Decoy(
            "no partner", "moving one sample by t v is enough", simulate=partial(sims.max_margin_split, partner=False)
        ),
    ),
)


@instance
def beyond(m: int, d: int, share: float) -> Named:
    """Four times as far: out of the activation region."""
    return {"m": m, "d": d, "share": 4.0}


NETWORK = claim(
    slug="kkt-nonuniqueness-network",
    title="The same construction inside an activation region of a relu network",
    statement=(
        r"For a bias-free two-layer relu network $f$ and $v$ orthogonal to its input gradient at $x$, $f(x \pm tv) = "
        r"f(x)$ and the mean of the two weight gradients is the gradient at $x$, as long as both points stay in the "
        r"activation region of $x$."
    ),
    source=_REFAEL,
    kind=Identity(tolerance=1e-9, trials=256),
    predict=lambda m, d, share: {"output_change": 0.0, "gradient_change": 0.0},
    simulate=sims.network_split,
    grid=Grid(quick=cells(m=6, d=8, share=0.9), full=cells(m=[6, 15], d=20, share=0.9)),
    decoys=(
        Decoy(
            "any direction",
            "v need not be orthogonal to the input gradient",
            simulate=partial(sims.network_split, orthogonal=False),
        ),
        Decoy("any distance", "the region does not matter", simulate=beyond.of(sims.network_split)),
    ),
)

CLAIMS = (SPLIT, NETWORK)
