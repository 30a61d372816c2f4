"""The exact frontier of features with independent entries: at a training loss, along the ridge, and its floor."""

from __future__ import annotations

from typing import Any

import sims.size_loss_tradeoff as sims
import theory.size_loss_tradeoff as theory
from claims import Bound, Claim, Decoy, Grid, Limit, Source, cells, declared_in
from theory.marchenko_pastur import companion

claim = declared_in(__name__)
Named = dict[str, Any]

_SOURCE = Source("ghosh2023universal", "refinement by the Marchenko-Pastur law; formulas derived", "derived")

# --- at a training loss -----------------------------------------------------------------------------------------------


def frontier_at(g: float, train: float, sigma2: float, **_: Any) -> Named:
    """The limit of the frontier."""
    return {"excess": float(theory.mp_frontier_at(g, train, sigma2))}


def universal(g: float, train: float, sigma2: float, **_: Any) -> Named:
    """The universal bound as if it were the frontier: (sigma - tau)^2/g."""
    return {"excess": float(theory.excess_lower_bound(1, 1, train, sigma2)) / g}


def over_features(g: float, train: float, sigma2: float, **_: Any) -> Named:
    """ZZ'/p in place of ZZ'/n."""
    return {"excess": g * frontier_at(g, train, sigma2)["excess"]}


def _families(sizes: list[int], entries: str, *points: tuple[float, float]) -> tuple[Named, ...]:
    return tuple(cell for g, train in points for cell in cells(n=sizes, g=g, train=train, sigma2=1.0, entries=entries))


_POINTS = ((0.5, 0.55), (0.5, 0.9), (1.5, 0.25), (4.0, 0.25), (16.0, 0.64))

AT = claim(
    slug="gaussian-frontier",
    title="The exact frontier of training loss and excess risk for independent entries",
    statement=(
        r"For whitened rows with independent entries and $p/n \to g$ the least excess risk at training loss $\tau^2$ "
        r"tends to $\sigma^2 (v + l v')$ with $\tau^2 = -\sigma^2 l^2 v'(l)$, where $l v^2 + (l+g-1) v = 1$."
    ),
    source=_SOURCE,
    kind=Limit(size="n", order=1.0, resolution=0.015),
    predict=frontier_at,
    simulate=sims.mp_frontier_at,
    grid=Grid(
        quick=(*_families([24, 48, 96], "gaussian", *_POINTS), *_families([24, 48, 96], "signs", (1.5, 0.25))),
        full=(
            *_families([40, 80, 160, 320], "gaussian", *_POINTS[:-1], (1.1, 0.25), (2.0, 0.04)),
            *_families([25, 50, 100, 200], "gaussian", _POINTS[-1]),
            *_families([40, 80, 160, 320], "signs", (0.5, 0.55), (1.5, 0.25), (4.0, 0.25)),
        ),
    ),
    decoys=(
        Decoy("universal bound", r"(sigma - tau)^2/g, as if it were attained", universal),
        Decoy("scaled by features", "ZZ'/p in place of ZZ'/n", over_features),
    ),
    certificates={"residual": 1e-10},
)

# --- along the ridge --------------------------------------------------------------------------------------------------


def frontier(g: float, l: float, sigma2: float, **_: Any) -> Named:
    """The limits of both losses."""
    return theory.mp_frontier(g, l, sigma2)._asdict()


def scaled_by_features(g: float, l: float, sigma2: float, **_: Any) -> Named:
    """The ridge taken per feature: training losses of ZZ'/p + l."""
    return theory.mp_frontier(g, l * g, sigma2)._asdict()


def without_slope(g: float, l: float, sigma2: float, **_: Any) -> Named:
    """The trace of the inverse in place of that of its square times ZZ'/n."""
    return {"excess": sigma2 * float(companion(l, g).v)}


ALONG = claim(
    slug="gaussian-frontier-ridge",
    title="Training loss and excess risk of the oracle at any ridge",
    statement=(
        r"The oracle $\theta^* + Z^\top (Z Z^\top + n l)^{-1} \varepsilon$ has training loss $-\sigma^2 l^2 v'(l)$ "
        r"and excess risk $\sigma^2 (v + l v')$ in the limit $p/n \to g$."
    ),
    source=_SOURCE,
    kind=Limit(size="n", order=1.0, resolution=0.02),
    predict=frontier,
    simulate=sims.mp_frontier,
    grid=Grid(
        quick=cells(l=[0.2, 1.0], g=[0.5, 1.0, 3.0], n=[16, 32, 64], sigma2=2.0),
        full=cells(l=[0.05, 0.2, 1.0, 5.0], g=[0.5, 1.0, 3.0], n=[40, 80, 160, 320], sigma2=2.0),
    ),
    decoys=(
        Decoy("ridge a feature", "l taken beside ZZ'/p", scaled_by_features),
        Decoy("without the slope", r"excess risk sigma^2 v", without_slope),
    ),
)

# --- the floor --------------------------------------------------------------------------------------------------------

FLOOR = claim(
    slug="gaussian-frontier-floor",
    title="With fewer features than samples the training loss has a floor",
    statement=(
        r"For $p < n$ no linear predictor has a training loss, in the mean over noise, below $\sigma^2 (1 - p/n)$, "
        r"whatever the design; least squares has it."
    ),
    source=Source("ghosh2023universal", "end of the frontier, least squares", "derived"),
    kind=Bound(side="lower", on="draw", tolerance=1e-9, reach=0.999, trials=64),
    predict=lambda g, sigma2, **_: {"train": float(theory.mp_frontier(g, 0.0, sigma2).train)},
    simulate=sims.mp_frontier,
    grid=Grid(
        quick=cells(g=[0.25, 0.75], l=1e-9, n=16, sigma2=2.0, entries=["gaussian", "student"]),
        full=cells(g=[0.25, 0.5, 0.75, 0.9], l=1e-9, n=100, sigma2=2.0, entries=["gaussian", "student", "sphere"]),
    ),
    decoys=(
        Decoy("noise floor", "a training loss below sigma^2 is impossible", lambda sigma2, **_: {"train": sigma2}),
    ),
)

CLAIMS: tuple[Claim, ...] = (AT, ALONG, FLOOR)
