"""What linear layers cannot go below, and a ReLU network does."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import sims.equi_separation as sims
import theory.equi_separation as theory
from claims import Bound, Claim, Decoy, Grid, Identity, Order, Source, cells, declared_in
from claims.agreement import Heavy

claim = declared_in(__name__)
Named = dict[str, Any]
Sizes = tuple[int, ...]
OURS = Source("he2023law", "definition of the fuzziness (seen); the floor derived here", "derived")


def floor_of(d: int, sizes: Sizes) -> float:
    return theory.linear_fuzziness_floor(**sims.scatters(d, sizes))


def _equality(field: str, formula: Any) -> Any:
    return lambda d, sizes: {field: formula(d, sizes)}


def _traces(d: int, sizes: Sizes) -> float:
    at = sims.scatters(d, sizes)
    return float(np.trace(at["SSW"]) / np.trace(at["SSB"]))


def _total(d: int, sizes: Sizes) -> float:
    """Eigenvalues of S_T^-1 S_B in place of S_W^-1 S_B."""
    return floor_of(d, sizes) + len(sizes) - 1


_MIXTURES = (*cells(d=12, sizes=(15,) * 4), *cells(d=6, sizes=(20, 30, 9)))
_MIXTURES_FULL = (*_MIXTURES, *cells(d=10, sizes=(12,) * 6), *cells(d=20, sizes=(30, 10, 20, 40)))

WHITE = claim(
    slug="linear-floor",
    title="The least fuzziness of linear layers, reached by whitening",
    statement=(
        r"The whitening map $S_W^{-1/2}$ and the best linear map that a descent finds both have $D = "
        r"\sum_{j<K}1/\omega_j^2$, $\omega_j^2$ the nonzero eigenvalues of $S_W^{-1}S_B$."
    ),
    source=OURS,
    # The fuzziness is at a minimum: a slope of 1e-5 leaves its square.
    kind=Identity(tolerance=1e-8, trials=4),
    predict=lambda d, sizes: {"white": floor_of(d, sizes), "found": floor_of(d, sizes)},
    simulate=sims.linear_maps,
    grid=Grid(quick=_MIXTURES, full=_MIXTURES_FULL),
    decoys=(
        Decoy("traces", "tr S_W / tr S_B", lambda d, sizes: {"found": _traces(d, sizes)}),
        Decoy("total scatter", "eigenvalues of S_T^-1 S_B", lambda d, sizes: {"found": _total(d, sizes)}),
    ),
    certificates={"slope": 1e-5},
)

ANY = claim(
    slug="linear-floor-any",
    title="No linear map goes below the floor",
    statement=r"$D(Ah) \ge \sum_{j<K} 1/\omega_j^2$ for random maps $A$ and for the end of every descent on them.",
    source=OURS,
    kind=Bound(side="lower", on="draw", tolerance=1e-9, trials=16),
    predict=lambda d, sizes: {"drawn": floor_of(d, sizes), "found": floor_of(d, sizes)},
    simulate=sims.linear_maps,
    grid=Grid(quick=_MIXTURES, full=_MIXTURES_FULL),
    decoys=(Decoy("total scatter", "eigenvalues of S_T^-1 S_B", lambda d, sizes: {"found": _total(d, sizes)}),),
)

# --- trained ---------------------------------------------------------------------------------------------------------


def _beyond(field: str) -> Any:
    def predict(d: int, sizes: Sizes, width: int, steps: int, lr: float) -> Named:
        return {field: -math.log(floor_of(d, sizes))}

    return predict


_TRAINED = cells(d=6, sizes=(15,) * 3, width=24, steps=600, lr=0.02)
_TRAINED_FULL = (*_TRAINED, *cells(d=10, sizes=(20,) * 4, width=24, steps=1500, lr=0.01))

LINEAR = claim(
    slug="linear-floor-trained",
    title="A trained linear network stays above the floor",
    statement=r"Three linear layers trained by cross-entropy: the last hidden layer has $D$ above the floor.",
    source=OURS,
    kind=Bound(side="upper", on="draw", tolerance=1e-9, trials=8),
    predict=_beyond("linear"),
    simulate=sims.mixture_separation,
    grid=Grid(quick=cells(d=10, sizes=(20,) * 4, width=24, steps=300, lr=0.01), full=_TRAINED_FULL),
    decoys=(Decoy("ReLU too", "so do ReLU networks", _beyond("relu")),),
)

RELU = claim(
    slug="linear-floor-crossed",
    title="A trained ReLU network goes below it",
    statement=(
        r"Three layers with ReLU, trained alike: the last hidden layer has $-\log D$ above that of the floor in more "
        r"than half of the runs."
    ),
    source=OURS,
    kind=Order(trials=24),
    predict=_beyond("relu"),
    simulate=sims.mixture_separation,
    grid=Grid(quick=_TRAINED, full=_TRAINED_FULL),
    decoys=(Decoy("linear too", "so do linear networks", _beyond("linear")),),
    tails={"relu": Heavy(), "linear": Heavy()},
)

CLAIMS: tuple[Claim, ...] = (WHITE, ANY, LINEAR, RELU)
