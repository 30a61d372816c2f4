"""A narrow copy of the network has its trajectory; where entries are missing it has not."""

from __future__ import annotations

import functools
import math
from typing import Any

import sims.low_rank_dynamics as sims
import theory.low_rank_dynamics as theory
from claims import Claim, Decoy, Grid, Identity, Observation, Source, cells, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]
Numbers = tuple[float, ...]


def _gap(
    eps: Numbers, eta: float, weight_decay: float, steps: int, d: int, r: int, at: tuple[int, ...], **_: Any
) -> Any:
    return theory.compression_error(eps, eta, weight_decay, steps, d, r)[list(at)]


def _without_root(d: int, r: int, **cell: Any) -> Named:
    return {"gap": _gap(d=d, r=r, **cell) * math.sqrt(d - 2 * r)}


def _at_start(eps: Numbers, d: int, r: int, at: tuple[int, ...], **_: Any) -> Named:
    return {"gap": [math.sqrt(d - 2 * r) * math.prod(eps)] * len(at)}


_HALF = functools.partial(sims.compression_error, half=True)
_GRID = Grid(
    quick=(
        *cells(
            eps=(0.4, 0.5, 0.6), eta=0.1, weight_decay=0.02, steps=200, d=12, r=3, s=(2.0, 1.2, 0.8), at=(0, 1, 11, 200)
        ),
        *cells(eps=(0.6, 0.5), eta=0.1, weight_decay=0.0, steps=200, d=9, r=2, s=(1.5, 0.7), at=(0, 1, 11, 200)),
    ),
    full=(
        *cells(
            eps=(0.4, 0.5, 0.6), eta=0.1, weight_decay=0.02, steps=400, d=[20, 100], r=3, s=(2.0, 1.2, 0.8),
            at=(0, 1, 11, 400),
        ),
        *cells(
            eps=(0.7, 0.5, 0.6, 0.8), eta=0.1, weight_decay=0.0, steps=400, d=40, r=2, s=(1.5, 0.7), at=(0, 1, 11, 400)
        ),
    ),
)  # fmt: skip
_SOURCE = Source("yaras2024compressible", "proposition on compression recalled as a bound; equality", "derived")

EQUIVALENCE = claim(
    slug="compressed-equivalence",
    title="A network of width 2r has the whole trajectory",
    statement=(
        r"The copy of width $2r$, from $\epsilon_l I$ on the target $U_L^\top M V_1$ with the same $\eta$, $\lambda$, "
        r"keeps at every step "
        r"the distance $\|F - U_L\tilde W_L\cdots\tilde W_1V_1^\top\|_F = \sqrt{d-2r}\,\prod_l|\rho_l|$."
    ),
    source=_SOURCE,
    kind=Identity(tolerance=1e-9, trials=4),
    predict=lambda **cell: {"gap": _gap(**cell)},
    simulate=sims.compression_error,
    grid=_GRID,
    decoys=(
        Decoy("no root", "(d - 2r) prod rho", _without_root),
        Decoy("at the start", "prod eps for ever", _at_start),
        Decoy("width r", "r directions are enough", simulate=_HALF),
    ),
)

LOSSES = claim(
    slug="compressed-equivalence-losses",
    title="The two losses differ by what stands still",
    statement=(
        r"At every step the loss $\tfrac12\|F-M\|_F^2$ exceeds that of the copy of width $2r$ by "
        r"$\tfrac{d-2r}2\prod_l\rho_l^2$."
    ),
    source=_SOURCE,
    kind=Identity(tolerance=1e-8, trials=4),
    predict=lambda **cell: {"excess": _gap(**cell) ** 2 / 2},
    simulate=sims.compression_error,
    grid=_GRID,
    decoys=(
        Decoy("no half", "(d - 2r) prod rho^2", lambda **cell: {"excess": _gap(**cell) ** 2}),
        Decoy(
            "all directions", "d/2 prod rho^2",
            lambda d, r, **cell: {"excess": _gap(d=d, r=r, **cell) ** 2 / 2 * d / (d - 2 * r)},
        ),
        Decoy("width r", "r directions are enough", simulate=_HALF),
    ),
)  # fmt: skip


def _nothing_lost(**_: Any) -> Named:
    return {"full": 0.0, "frozen": 0.0, "trained": 0.0}


COMPLETION = claim(
    slug="compressed-equivalence-completion",
    title="With missing entries a frozen narrow copy is not enough",
    statement=(
        r"Relative errors of a full network, of a copy of width $4r$ between frozen bases of the first slope, and of "
        r"one whose bases "
        r"are trained by a step $\gamma\eta$, on a $d\times d$ matrix of rank $r$ of which a share is seen, beside $0$."
    ),
    source=Source("yaras2024compressible", "scheme recalled; no theorem for missing entries", "derived"),
    kind=Observation(trials=16),
    predict=_nothing_lost,
    simulate=sims.completion_error,
    grid=Grid(
        quick=cells(d=16, s=(1.5, 1.0), L=[2, 3], observed=0.5, steps=800),
        full=cells(d=30, s=(2.0, 1.2, 0.8), L=[2, 3], observed=[0.3, 0.5], steps=3000),
    ),
    decoys=(),
)

CLAIMS: tuple[Claim, ...] = (EQUIVALENCE, LOSSES, COMPLETION)
