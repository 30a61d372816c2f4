"""The first gradient of a whole layer is of rank one, and how well its direction fits."""

from __future__ import annotations

import math
from typing import Any

import sims.feature_learning as sims
import theory.feature_learning as theory
from claims import Claim, Decoy, Grid, Limit, Mean, Moments, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
Numbers = tuple[float, ...]

_C, _SIGMA2 = (0.0, 0.8, 0.6), 0.25


def _labels(c: Numbers, sigma2: float, d: int, n: int) -> float:
    return float(theory.one_step_alignment(*theory.label_moments(c, sigma2), d, n))


def _without_dimension(c: Numbers, sigma2: float, **_: Any) -> float:
    """c_1^2/E y^2."""
    moments = theory.label_moments(c, sigma2)
    return moments.c1**2 / moments.Ey2


def _unexplained(c: Numbers, sigma2: float, d: int, n: int) -> float:
    """E y^2 - c_1^2 as the noise."""
    moments = theory.label_moments(c, sigma2)
    return float(theory.one_step_alignment(moments.c1, moments.Ey2 - moments.c1**2, moments.Ey2z2, d, n))


def _swapped(c: Numbers, sigma2: float, d: int, n: int) -> float:
    return _labels(c, sigma2, n, d)


LABELS = claim(
    slug="one-step-spike-labels",
    title="How far the labels' direction points to the target, exactly",
    statement=(
        r"$E(u\cdot X^\top y)^2/E\|X^\top y\|^2 = "
        r"\bigl[(1-\frac1n)c_1^2+\frac1nE[y^2z^2]\bigr]/\bigl[(1-\frac1n)c_1^2+\frac1n((d-1)E[y^2]+E[y^2z^2])\bigr]$ "
        r"at every $d$ and $n$."
    ),
    source=Source("ba2022highdim", "finite sizes", "derived"),
    kind=Mean(resolution=0.024, of="along", per="total"),
    predict=_labels,
    simulate=sims.label_energy,
    grid=Grid(
        quick=cells(c=_C, sigma2=_SIGMA2, d=12, n=[20, 60]),
        full=cells(c=_C, sigma2=[_SIGMA2, 1.0], d=[12, 100], n=[20, 60, 200]),
    ),
    decoys=(
        Decoy("no dimension", "c_1^2/E y^2: d/n forgotten", _without_dimension),
        Decoy("unexplained part", "E y^2 - c_1^2 in place of E y^2", _unexplained),
        Decoy("swapped", "n/d in place of d/n", _swapped),
    ),
    tails={"value": Moments(skewness=6.0)},
)


@instance
def proportional(c: Numbers, sigma2: float, d: int, ratio: float) -> Named:
    """n = ratio d samples."""
    return {"c": c, "sigma2": sigma2, "d": d, "n": round(ratio * d)}


def _limit(c: Numbers, sigma2: float, ratio: float) -> float:
    """c_1^2/(c_1^2 + E y^2/ratio)."""
    moments = theory.label_moments(c, sigma2)
    return moments.c1**2 / (moments.c1**2 + moments.Ey2 / ratio)


_GRID = Grid(
    quick=cells(c=_C, sigma2=_SIGMA2, ratio=4.0, d=[12, 24, 48]),
    full=cells(c=_C, sigma2=_SIGMA2, ratio=[1.0, 2.0, 4.0], d=[24, 48, 96, 192]),
)
_SOURCE = Source("ba2022highdim", "rank-one gradient recalled; alignment", "derived")

SPIKE = claim(
    slug="one-step-spike",
    title="The leading direction of the first gradient aligns with the target",
    statement=(
        r"As $d$ grows with $n/d$ and $N/d$ fixed, the top left singular vector of $\frac1nX^\top[(ya^\top)\circ "
        r"s'(XW_0)]$, tanh, has $\cos^2 \to c_1^2/(c_1^2 + E[y^2]\,d/n)$ with the target's direction."
    ),
    source=_SOURCE,
    kind=Limit(
        size="d",
        order=1.0,
        resolution=0.022,
        allowance=lambda d, **_: 8 / d**2,
        because="the next order, c/d^2 with |c| at most 2, seen through sizes d/4, d/2, d: at most 4c/d^2",
    ),
    predict=proportional.of(_labels, "alignment"),
    simulate=sims.one_step_spike,
    grid=_GRID,
    decoys=(
        Decoy("no dimension", "c_1^2/E y^2: d/n forgotten", proportional.of(_without_dimension, "alignment")),
        Decoy("unexplained part", "E y^2 - c_1^2 in place of E y^2", proportional.of(_unexplained, "alignment")),
        Decoy(
            "swapped", "n/d in place of d/n", lambda d, ratio, **cell: {"alignment": _limit(**cell, ratio=1 / ratio)}
        ),
    ),
)

RANK_ONE = claim(
    slug="one-step-spike-rank-one",
    title="It is the direction of the labels",
    statement=(
        r"As $d$ grows with $n/d$ and $N/d$ fixed, the top left singular vector of the first gradient becomes "
        r"$X^\top y/\|X^\top y\|$: the sine of their angle tends to 0 like $d^{-1/2}$."
    ),
    source=Source("ba2022highdim", "rank-one approximation of the gradient", "recalled"),
    kind=Limit(
        size="d", order=0.5, resolution=0.019, allowance=lambda d, **_: 0.5 / d,
        because="the next order, at most (d^(-1/2)/2)^2, which sizes d/4, d/2, d carry into the limit as twice that",
    ),
    predict=lambda **_: {"sine": 0.0},
    simulate=sims.one_step_spike,
    grid=_GRID,
    decoys=(
        Decoy(
            "target itself", "it is u: the angle of X'y with u",
            lambda d, **cell: {"sine": math.sqrt(1 - _limit(**cell))},
        ),
    ),
    tails={"sine": Moments(skewness=2.0)},
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (SPIKE, RANK_ONE, LABELS)
