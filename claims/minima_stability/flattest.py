"""The least trace of the Hessian among all weights that give one function."""

from __future__ import annotations

from typing import Any

import theory.minima_stability as theory
from claims import Bound, Claim, Decoy, Grid, Identity, Source, cells, declared_in
from claims.minima_stability.curvature import FLATTEST, drawn, each

claim = declared_in(__name__)
Named = dict[str, Any]

_SOURCE = Source("mulayoff2021implicit", "beside its main theorem; means of each neuron", "derived")
_GRID = Grid(
    quick=(*cells(count=2, h=3, n=1, number=0), *cells(count=6, h=[2, 5], n=[4, 8], number=0)),
    full=(*cells(count=8, h=[1, 6], n=1, number=[1, 2]), *cells(count=16, h=[1, 3, 6], n=[2, 8, 20], number=[1, 2])),
)


def _trace(name: str, share: float = 1.0, **cell: Any) -> Named:
    return {name: [1 + share * (theory.flattest_trace(**net) - 1) for net in each(drawn(**cell))]}


def _first_moments(name: str, **cell: Any) -> Named:
    return {name: [1 + 2 * theory.weighted_curvature(**net, directional=True) for net in each(drawn(**cell))]}


TRACE = claim(
    slug="flattest-trace",
    title="The least trace of the Hessian for one function",
    statement=(
        r"Over the rescalings of the neurons, all of one function, the least trace of $H$ is "
        r"$1 + 2\sum_i|c_i|\sqrt{E[1_i(X-\tau_i)^2]\,E[1_i(1+X^2)]}$."
    ),
    source=_SOURCE,
    kind=Identity(tolerance=1e-9, trials=1, pooled=True),
    predict=lambda **cell: _trace("trace", **cell),
    simulate=FLATTEST,
    certificates={"slope": 1e-6},
    grid=_GRID,
    decoys=(
        Decoy("once", "1 + sum: factor 1", lambda **cell: _trace("trace", 0.5, **cell)),
        Decoy("first moments", "their squares for second ones", lambda **cell: _first_moments("trace", **cell)),
    ),
)

BRACKET = claim(
    slug="flattest-trace-bracket",
    title="The flattest realisation is flatter than that trace",
    statement=(
        r"The least $\lambda_{max}(H)$ over the rescalings is at most "
        r"$1 + 2\sum_i|c_i|\sqrt{E[1_i(X-\tau_i)^2]\,E[1_i(1+X^2)]}$, with equality for a single sample."
    ),
    source=_SOURCE,
    kind=Bound(side="upper", on="draw", tolerance=1e-9, trials=1),
    predict=lambda **cell: _trace("sharpest", **cell),
    simulate=FLATTEST,
    certificates={"slope": 1e-6},
    grid=_GRID,
    decoys=(
        Decoy("once", "1 + sum: factor 1", lambda **cell: _trace("sharpest", 0.5, **cell)),
        Decoy("first moments", "the lower bound as an upper one", lambda **cell: _first_moments("sharpest", **cell)),
    ),
)

CLAIMS: tuple[Claim, ...] = (TRACE, BRACKET)
