"""Many objects in one vector: exact errors of what is read, with erasures and over two levels."""

from __future__ import annotations

from typing import Any

import sims.concept_sketching as sims
import theory.concept_sketching as theory
from claims import Claim, Decoy, Grid, Mean, Moments, Source, cells, declared_in

claim = declared_in(__name__)
GHAZI = Source("ghazi2019recursive", "construction recalled, abstract seen; constants derived here", "derived")
Named = dict[str, Any]


def _error(objects: int, **cell: Any) -> float:
    return theory.sketch_error(**cell)


def _undivided(d: int, D: int, q: float, norm2_others: float, **cell: Any) -> float:
    own = _error(d=d, D=D, q=q, norm2_others=0.0, **cell)
    return own + d * norm2_others / D


def _as_another(d: int, D: int, q: float, norm2_target: float, norm2_others: float, **cell: Any) -> float:
    return d * norm2_others / (D * q) + (1 - q) / q * norm2_target * d / D


def _itself(norm2_target: float, norm2_others: float, **cell: Any) -> float:
    return _error(norm2_target=norm2_target, norm2_others=norm2_others + norm2_target, **cell)


ERROR = claim(
    slug="recursive-sketch",
    title="The error of one object read from a sum of many, part of which is lost",
    statement=(
        r"From exactly $qD$ coordinates of $s = \sum_i R_ix_i$, $\hat x_j = R_j^\top s_{kept}/q$ errs by "
        r"$\frac{d}{Dq}\sum_{i\ne j}|x_i|^2 + \frac{1-q}q|x_j|^2\frac{2+(d-1)D/(D-1)}{D+2}$ in mean square."
    ),
    source=GHAZI,
    kind=Mean(resolution=0.02),
    predict=_error,
    simulate=sims.sketch_error,
    grid=Grid(
        quick=(
            *cells(d=4, D=12, q=[1.0, 0.5], norm2_target=1.0, norm2_others=3.0, objects=3),
            *cells(d=[1, 4], D=12, q=0.5, norm2_target=2.0, norm2_others=0.0, objects=1),
        ),
        full=(
            *cells(d=[2, 4], D=12, q=[1.0, 0.5, 0.25], norm2_target=1.0, norm2_others=3.0, objects=4),
            *cells(d=10, D=40, q=[1.0, 0.5], norm2_target=1.0, norm2_others=5.0, objects=6),
            *cells(d=[1, 4, 8], D=16, q=[0.75, 0.5], norm2_target=2.0, norm2_others=0.0, objects=1),
        ),
    ),
    decoys=(
        Decoy("not over q", "d/D times the sum of the others", _undivided),
        Decoy("as another object", "d/D |x_j|^2 (1 - q)/q for what the object does to itself", _as_another),
        Decoy("independent erasures", "d + 2 in the bracket", lambda **cell: _error(erasure="independent", **cell)),
        Decoy("itself among the others", "x_j in the sum", _itself),
    ),
    tails={"value": Moments(skewness=2.0)},
)

INDEPENDENT = claim(
    slug="recursive-sketch-independent-erasures",
    title="Coordinates lost each by itself cost a little more",
    statement=(
        r"Where each coordinate is kept with probability $q$ by itself, $\frac{1-q}q|x_j|^2\frac{d+2}{D+2}$ stands for "
        r"the object's own term."
    ),
    source=GHAZI,
    kind=Mean(resolution=0.02),
    predict=_error,
    simulate=sims.sketch_error,
    grid=Grid(
        quick=cells(
            d=[1, 4], D=12, q=0.5, norm2_target=2.0, norm2_others=0.0, erasure="independent", objects=1
        ),
        full=(
            *cells(d=[1, 4, 8], D=12, q=[0.75, 0.5], norm2_target=2.0, norm2_others=0.0, erasure="independent",
                   objects=1),
            *cells(d=4, D=12, q=0.5, norm2_target=1.0, norm2_others=1.0, erasure="independent", objects=2),
        ),
    ),
    decoys=(
        Decoy("exactly qD kept", "2 + (d - 1) D/(D - 1) in the bracket",
              lambda erasure, **cell: _error(**cell)),
        Decoy("as another object", "d/D |x_j|^2 (1 - q)/q", _as_another),
    ),
    tails={"value": Moments(skewness=2.0)},
)  # fmt: skip

UNBIASED = claim(
    slug="recursive-sketch-unbiased",
    title="What is read is right on average",
    statement=r"$\mathrm{E}\,\hat x_j\cdot x_j/|x_j|^2 = 1$, however much is lost and whatever else is stored.",
    source=GHAZI,
    kind=Mean(resolution=0.02),
    predict=lambda **cell: 1.0,
    simulate=sims.sketch_gain,
    grid=Grid(
        quick=cells(d=4, D=12, q=[0.5, 0.25], norm2_target=1.0, norm2_others=1.0, objects=2),
        full=cells(d=[2, 6], D=12, q=[0.75, 0.5, 0.25], norm2_target=1.0, norm2_others=2.0, objects=3),
    ),
    decoys=(
        Decoy("not over q", "q: what is kept is not scaled up", lambda q, **cell: q),
        Decoy("root of q", "by 1/sqrt q, which keeps the norm", lambda q, **cell: q**0.5),
    ),
    tails={"value": Moments(skewness=1.0)},
)


def _two_levels(parents: int, leaves: int, **cell: Any) -> float:
    return theory.two_level_error(**cell)


def _siblings(d: int, D: int, norm2_others: float, parents: int, leaves: int) -> float:
    """Leaves of other parents do not count."""
    return d / D * norm2_others * (leaves - 1) / (parents * leaves - 1)


def _fades(d: int, D: int, norm2_others: float, parents: int, leaves: int) -> float:
    """They count by (d/D)^2."""
    near = _siblings(d, D, norm2_others, parents, leaves)
    return near + (d / D) * (d / D * norm2_others - near)


TWO_LEVELS = claim(
    slug="recursive-sketch-two-levels",
    title="A leaf of a sketch of sketches: every other leaf counts once, whatever its depth",
    statement=(
        r"With $o_i = \sum_bR_bx_{ib}$, $s = \sum_iQ_io_i$, the leaf read as $R_a^\top Q_j^\top s$ errs by $d/D$ times "
        r"the squared norms of all other leaves in mean square."
    ),
    source=GHAZI,
    kind=Mean(resolution=0.025),
    predict=_two_levels,
    simulate=sims.two_level_error,
    grid=Grid(
        quick=(
            *cells(d=3, D=8, norm2_others=3.0, parents=2, leaves=2),
            *cells(d=3, D=8, norm2_others=3.0, parents=2, leaves=1),
        ),
        full=(
            *cells(d=[3, 6], D=12, norm2_others=3.0, parents=[2, 3], leaves=[1, 2]),
            *cells(d=8, D=24, norm2_others=5.0, parents=2, leaves=3),
        ),
    ),
    decoys=(
        Decoy("siblings alone", "leaves of other parents do not count", _siblings),
        Decoy("fading with depth", "(d/D)^2 for leaves of other parents", _fades),
    ),
    tails={"value": Moments(skewness=2.0)},
)

CLAIMS: tuple[Claim, ...] = (ERROR, INDEPENDENT, UNBIASED, TWO_LEVELS)
