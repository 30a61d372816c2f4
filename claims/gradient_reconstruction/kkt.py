"""Trained parameters do not determine the data."""

from __future__ import annotations

from typing import Any

import sims.gradient_reconstruction as sims
from claims.agreement import Identity
from claims.claim import Claim, Decoy, Grid, Source
from claims.gradient_reconstruction.support import TOPIC, Named
from sims.arrays import kernel

_REFAEL = Source("refael2025prior", "non-uniqueness of KKT reconstruction; construction derived here", "derived")


def unchanged(n: int, d: int, t: float) -> Named:
    """The predictor does not move."""
    return {"change": 0.0}


@kernel(floats=lambda n, d, **_: 13 * n * d)
def tilted(n: int, d: int, t: float, *, trials: int, rng: Any) -> Any:
    """A direction that is not orthogonal to w."""
    return sims.max_margin_split(n, d, t, tilt=0.2, trials=trials, rng=rng)


@kernel(floats=lambda n, d, **_: 13 * n * d)
def without_partner(n: int, d: int, t: float, *, trials: int, rng: Any) -> Any:
    """One sample moved by + t v, without its partner."""
    return sims.max_margin_split(n, d, t, partner=False, trials=trials, rng=rng)


SPLIT = Claim(
    slug="kkt-nonuniqueness",
    topic=TOPIC,
    title="Two very different data sets, one maximum-margin predictor",
    statement=(
        r"If $v^\top w = 0$ for the maximum-margin predictor $w$ of $(x_i, y_i)$, replacing every $x_i$ by the pair "
        r"$x_i + tv$, $x_i - tv$ leaves $w$ unchanged for every $t$: parameters trained to a KKT point do not "
        r"determine the data."
    ),
    source=_REFAEL,
    kind=Identity(tolerance=1e-6, trials=64),
    predict=unchanged,
    simulate=sims.max_margin_split,
    certificates={"gap": 1e-9},
    grid=Grid(
        quick=tuple({"n": 12, "d": 30, "t": t} for t in (0.1, 3.0, 50.0)),
        full=tuple({"n": n, "d": 3 * n, "t": t} for n in (12, 40) for t in (0.1, 3.0, 50.0)),
    ),
    decoys=(
        Decoy("tilted direction", "any direction will do", simulate=tilted),
        Decoy("no partner", "moving one sample by t v is enough", simulate=without_partner),
    ),
)


def network_unchanged(m: int, d: int, share: float) -> Named:
    """Neither the outputs nor the mean gradient move."""
    return {"output_change": 0.0, "gradient_change": 0.0}


@kernel(floats=lambda m, d, **_: 8 * m * d)
def any_direction(m: int, d: int, share: float, *, trials: int, rng: Any) -> Any:
    """A direction that the network's input gradient sees."""
    return sims.network_split(m, d, share, orthogonal=False, trials=trials, rng=rng)


@kernel(floats=lambda m, d, **_: 8 * m * d)
def beyond_the_region(m: int, d: int, share: float, *, trials: int, rng: Any) -> Any:
    """Four times as far: out of the activation region."""
    return sims.network_split(m, d, 4.0, trials=trials, rng=rng)


NETWORK = Claim(
    slug="kkt-nonuniqueness-network",
    topic=TOPIC,
    title="The same construction inside an activation region of a relu network",
    statement=(
        r"For a bias-free two-layer relu network $f$ and $v$ orthogonal to its input gradient at $x$, $f(x \pm tv) = "
        r"f(x)$ and the mean of the two weight gradients is the gradient at $x$, as long as both points stay in the "
        r"activation region of $x$."
    ),
    source=_REFAEL,
    kind=Identity(tolerance=1e-9, trials=256),
    predict=network_unchanged,
    simulate=sims.network_split,
    grid=Grid(quick=({"m": 6, "d": 8, "share": 0.9},), full=tuple({"m": m, "d": 20, "share": 0.9} for m in (6, 15))),
    decoys=(
        Decoy("any direction", "v need not be orthogonal to the input gradient", simulate=any_direction),
        Decoy("any distance", "the region does not matter", simulate=beyond_the_region),
    ),
)

CLAIMS = (SPLIT, NETWORK)
