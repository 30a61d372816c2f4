"""Networks trained by a step that is raised stage by stage, and a network on digits."""

from __future__ import annotations

from typing import Any

import sims.minima_stability as sims
import theory.minima_stability as theory
from claims import Bound, Claim, Decoy, Grid, Observation, Source, cells, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]
Numbers = tuple[float, ...]
Stages = tuple[int, ...]

_SOURCE = Source("mulayoff2021implicit", "main theorem", "recalled")
_ETAS = tuple(round(0.03 * 1.25**k, 4) for k in range(19))
RUN = {"etas": _ETAS, "at": (9, 10, 11, 12, 13), "beyond": (15, 16, 17, 18), "count": 16, "h": 20, "n": 6, "number": 0}
_FULL = {**RUN, "count": 64, "steps": 4000}
_MINIMA = {"loss": 1e-10}
_GRID = Grid(quick=(RUN,), full=(_FULL,))


def _budget(etas: Numbers, at: Stages, **_: Any) -> list[float]:
    return [float(theory.curvature_budget(etas[i])) for i in at]


RAMP = claim(
    slug="curvature-bound-ramp",
    title="Trained minima bend less than their step allows",
    statement=(
        r"Networks trained by descent whose step $\eta$ is raised keep $\int|f''|g \le 1/\eta - 1/2$ wherever they "
        r"interpolate with no sample on a kink."
    ),
    source=_SOURCE,
    kind=Bound(side="upper", on="draw", tolerance=0.0, trials=1),
    predict=lambda **cell: {"curvature": _budget(**cell)},
    simulate=sims.ramp,
    grid=_GRID,
    certificates=_MINIMA,
    decoys=(
        Decoy("all kinks alike", "the whole curvature, g = 1", lambda **cell: {"plain": _budget(**cell)}),
        Decoy(
            "monotone descent", "lambda_max <= 1/eta: half of the room",
            lambda **cell: {"curvature": [b / 2 - 0.25 for b in _budget(**cell)]},
        ),
    ),
)  # fmt: skip

SHARPNESS = claim(
    slug="curvature-bound-sharpness",
    title="Trained minima are as sharp as their step allows, and no sharper",
    statement=(
        r"On the same ramp $\eta\lambda_{max}(H)/2 \le 1$ at minima with no sample on a kink, up to what a stage "
        r"must show (1 %: rounding alone would grow by $e^{39}$), and the sharpest come close."
    ),
    source=Source("wu2018sgd", "linear stability of descent", "recalled"),
    kind=Bound(side="upper", on="draw", tolerance=0.01, trials=1),
    predict=lambda at, **_: {"sharpness": [1.0] * len(at)},
    simulate=sims.ramp,
    grid=_GRID,
    certificates=_MINIMA,
    decoys=(Decoy("monotone descent", "lambda_max <= 1/eta", lambda at, **_: {"sharpness": [0.5] * len(at)}),),
)

KINKED = claim(
    slug="curvature-bound-kinked",
    title="Minima with a sample on a kink may be sharper",
    statement=(
        r"With a sample on a kink $H$ is one of several, and $\eta\lambda_{max}/2$ of that on one side may exceed $1$ "
        r"where descent stays: the largest on the ramp."
    ),
    source=Source("mulayoff2021implicit", "outside the theorem: f is not differentiable there", "derived"),
    kind=Observation(trials=1),
    predict=lambda **_: {"kinked": 1.0},
    simulate=sims.ramp,
    grid=Grid(quick=(RUN,), full=(_FULL,)),
    decoys=(),
)

BEYOND = claim(
    slug="curvature-bound-beyond",
    title="Beyond the last stable interpolant",
    statement=(
        r"Where the step is too large for any interpolating minimum, the median network of the ramp hovers at "
        r"$\eta\lambda_{max}(GG^\top/n)/2$ near $1$, its curvature beside $1/\eta - 1/2$, of which no theorem speaks."
    ),
    source=Source("mulayoff2021implicit", "outside the theorem: the residual is not 0", "derived"),
    kind=Observation(trials=1),
    predict=lambda etas, beyond, **_: {
        "median_curvature": _budget(etas, beyond), "median_sharpness": [1.0] * len(beyond),
    },
    simulate=sims.ramp,
    grid=Grid(quick=(RUN,), full=(_FULL,)),
    decoys=(),
)  # fmt: skip

_SMOOTH = tuple(round(0.1 * 1.25**k, 4) for k in range(9))

TANH = claim(
    slug="curvature-bound-tanh",
    title="With tanh the step bounds no such curvature",
    statement=(
        r"The same data and ramp with tanh: $\int|f''|g$ of the median network beside $1/\eta - 1/2$, "
        r"which is no bound there, and $\eta\lambda_{max}/2$ beside $1$."
    ),
    source=Source("mulayoff2021implicit", "outside the theorem: another activation", "derived"),
    kind=Observation(trials=1),
    predict=lambda etas, **cell: {
        "curvature": _budget(etas, tuple(range(len(etas)))), "sharpness": [1.0] * len(etas),
    },
    simulate=sims.tanh_ramp,
    grid=Grid(
        quick=cells(etas=_SMOOTH, count=8, h=20, n=6, number=0),
        full=cells(etas=_SMOOTH, count=32, h=20, n=6, number=[0, 1], steps=4000),
    ),
    decoys=(),
)  # fmt: skip

DIGITS = claim(
    slug="curvature-bound-digits",
    title="A network on digits is trained up to the edge of its step",
    statement=(
        r"A tanh network that tells odd from even digits, trained by descent from one start: $\eta\lambda_{max}/2$ at "
        r"the end beside $1$, small for small steps and close to it for large ones."
    ),
    source=Source("wu2018sgd", "outside the theorem: the residual is not 0", "derived"),
    kind=Observation(trials=1),
    predict=lambda etas, **_: {"end": [1.0] * len(etas)},
    simulate=sims.digits_sharpness,
    grid=Grid(
        quick=cells(etas=(0.1, 0.2, 0.3, 0.4, 0.6, 0.8), n=50, h=16),
        full=cells(etas=(0.1, 0.2, 0.3, 0.4, 0.6, 0.8), n=[50, 200], h=32, steps=6000),
    ),
    decoys=(),
)

CLAIMS: tuple[Claim, ...] = (RAMP, SHARPNESS, KINKED, BEYOND, TANH, DIGITS)
