"""A whole batch from the zeros of a relu layer's gradient."""

from __future__ import annotations

import math
from typing import Any

import sims.gradient_reconstruction as sims
import theory.gradient_reconstruction as theory
from claims import Decoy, Grid, Mean, Probability, Source, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]

_SPEAR = Source("dimitrov2024spear", "the attack; probabilities derived here", "derived")

# --- what the zeros determine -----------------------------------------------------------------------------------------


def _pairs(*pairs: tuple[int, float]) -> tuple[Named, ...]:
    return tuple({"m": m, "theta": theta} for m, theta in pairs)


def no_last_term(m: int, theta: float) -> float:
    """The union bound 1 - 2 (1 - theta/2pi)^m."""
    return 1 - 2 * (1 - theta / (2 * math.pi)) ** m


def whole_angle(m: int, theta: float) -> float:
    """A neuron that tells the two apart serves both: theta/pi for theta/2pi."""
    return 1 - (1 - theta / math.pi) ** m


def independent(m: int, theta: float) -> float:
    """The two samples succeed independently."""
    return (1 - (1 - theta / (2 * math.pi)) ** m) ** 2


PAIR = claim(
    slug="spear-identifiable-pair",
    title="How many relu neurons give away a pair",
    statement=(
        r"The zeros in the gradient of $m$ random relu neurons determine both of two samples at an angle $\theta$ with "
        r"probability $1 - 2(1 - \theta/2\pi)^m + (1 - \theta/\pi)^m$: each needs a neuron that is off on it and on "
        r"for the other."
    ),
    source=_SPEAR,
    kind=Mean(resolution=0.01),
    predict=theory.spear_pair_probability,
    simulate=sims.spear_pair_probability,
    grid=Grid(
        quick=_pairs((4, math.pi / 2), (8, math.pi / 2), (12, 1.0)),
        full=_pairs((4, math.pi / 2), (8, math.pi / 2), (12, 1.0), (30, 0.4), (8, 3.0)),
    ),
    decoys=(
        Decoy("no last term", "1 - 2 (1 - theta/2pi)^m", no_last_term),
        Decoy("whole angle", "1 - (1 - theta/pi)^m", whole_angle),
        Decoy("independent", "(1 - (1 - theta/2pi)^m)^2", independent),
    ),
    tails={"value": Probability()},
)


def next_orders(b: int, m: int) -> float:
    """Exact values for three samples, by enumeration, are -0.6 %, 1.5 % and 2.6 % off at m = 12, 14 and 16."""
    return 0.01 if m == 12 else 0.03


BATCH = claim(
    slug="spear-identifiable-pair-batch",
    title="Logarithmically many neurons give away a batch",
    statement=(
        r"For $b$ orthogonal samples and $m$ large some sample is not determined by the zeros with probability "
        r"$b(b-1)(3/4)^m$ to leading order: some sample fires only neurons that another fires too."
    ),
    source=_SPEAR,
    kind=Mean(
        resolution=0.019,
        allowance=next_orders,
        because="the next orders of three samples, known by enumeration",
    ),
    predict=theory.spear_failure_leading,
    simulate=sims.spear_failure,
    grid=Grid(quick=({"b": 3, "m": 12},), full=tuple({"b": 3, "m": m} for m in (12, 14, 16))),
    decoys=(
        Decoy("unordered", "b(b-1)/2 (3/4)^m", lambda b, m: b * (b - 1) / 2 * 0.75**m),
        Decoy("one each", "b (3/4)^m", lambda b, m: b * 0.75**m),
        Decoy("alone", "a neuron that it alone fires: b (1 - 2^-b)^m", lambda b, m: b * (1 - 0.5**b) ** m),
    ),
    tails={"value": Probability()},
)

CLAIMS = (PAIR, BATCH)
