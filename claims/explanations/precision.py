"""Inputs of basis pursuit that no digits separate: whatever sees them alike errs on one of them."""

from __future__ import annotations

from typing import Any

import sims.explanations as sims
import theory.explanations as theory
from claims import Bound, Claim, Decoy, Grid, Identity, Source, cells, declared_in, instance

claim = declared_in(__name__)
HARD = Source("colbrook2022difficulty", "mechanism recalled; radius derived here", "derived")
Named = dict[str, Any]
SIZES = ((2, 1.0), (3, -2.0), (8, 1.5))


@instance
def rounded(n: int, y: float, bits: int, solver: str) -> Named:
    """Inputs closer than the last bit."""
    return {"n": n, "y": y, "eps": 2.0 ** (-bits - 2), "bits": bits, "solver": solver}


@instance
def separated(n: int, y: float, bits: int, solver: str) -> Named:
    """The same inputs, with eight bits more."""
    return {"n": n, "y": y, "eps": 2.0 ** (-bits - 2), "bits": bits + 8, "solver": solver}


def _radius(n: int, y: float, bits: int, solver: str) -> Named:
    return {"error": theory.unseen_radius(n, y, 2.0 ** (-bits - 2))}


def _apart(n: int, y: float, bits: int, solver: str) -> Named:
    return {"error": 2**0.5 * abs(y) / (1 + 2.0 ** (-bits - 2))}


UNSEEN = claim(
    slug="unseen-digits",
    title="A solver that cannot tell inputs apart errs on one of them, whatever its precision",
    statement=(
        r"Basis pursuit with one of the rows $A_i = (1,\dots,1+\epsilon,\dots,1)$, rounded to $b$ bits, "
        r"$\epsilon = 2^{-b-2}$, is solved by an interior-point method, by thresholding from random starts and by "
        r"least squares with a worst error of at least $|y|/(1+\epsilon)\,\sqrt{1-1/n}$; the point of least length "
        r"attains it up to $\epsilon$."
    ),
    source=HARD,
    kind=Bound(side="lower", trials=64),
    predict=_radius,
    simulate=rounded.of(sims.unseen_error),
    grid=Grid(
        quick=tuple({"n": n, "y": y, "bits": bits, "solver": solver} for n, y in SIZES[:2] for bits, solver in (
            (8, "interior point"), (24, "interior point"), (8, "thresholding"), (16, "thresholding"),
            (16, "least squares"))),
        full=tuple({"n": n, "y": y, "bits": bits, "solver": solver} for n, y in SIZES for bits in (4, 8, 16, 24)
                   for solver in ("interior point", "thresholding", "least squares")),
    ),
    decoys=(
        Decoy("distance", "the distance of two solutions, which only some solvers reach", _apart),
        Decoy("more bits", "the same where the bits separate the inputs", None, separated.of(sims.unseen_error)),
    ),
    certificates={"certificate": 1e-7},
)  # fmt: skip

RADIUS = claim(
    slug="unseen-digits-radius",
    title="The least worst error is the radius of the smallest ball around the solutions",
    statement=(
        r"The smallest ball around the solutions $y/(1+\epsilon)\,e_i$ of the $n$ inputs has the radius "
        r"$|y|/(1+\epsilon)\,\sqrt{1-1/n}$, which does not vanish with $\epsilon$."
    ),
    source=HARD,
    kind=Identity(tolerance=1e-9, trials=16),
    predict=lambda n, y, eps: {"radius": theory.unseen_radius(n, y, eps)},
    simulate=sims.unseen_radius,
    grid=Grid(
        quick=(*cells(n=2, y=1.0, eps=[0.0, 0.001]), *cells(n=3, y=-2.0, eps=0.1), *cells(n=8, y=1.5, eps=0.01)),
        full=cells(n=[2, 3, 8, 20], y=[1.0, -2.0], eps=[0.0, 1e-6, 0.1]),
    ),
    decoys=(
        Decoy("half", "|y|/2", lambda n, y, eps: {"radius": abs(y) / 2}),
        Decoy("root of n", "|y|/sqrt n", lambda n, y, eps: {"radius": abs(y) / n**0.5}),
        Decoy("vanishing", "eps times as much", lambda n, y, eps: {"radius": eps * theory.unseen_radius(n, y, eps)}),
    ),
    certificates={"gap": 1e-12},
)

SOLUTIONS = claim(
    slug="unseen-digits-solutions",
    title="Each input has one solution, and they lie apart however near the inputs are",
    statement=(
        r"An interior-point method that sees the rows $A_i$ in full finds $y/(1+\epsilon)\,e_i$, of norm "
        r"$|y|/(1+\epsilon)$, for each of them."
    ),
    source=HARD,
    kind=Identity(tolerance=1e-6, trials=1),
    predict=lambda n, y, eps: {"norm": abs(y) / (1 + eps), "off": 0.0},
    simulate=sims.unseen_solutions,
    grid=Grid(
        quick=tuple({"n": n, "y": y, "eps": eps} for n, y in SIZES for eps in (0.1, 0.001)),
        full=tuple({"n": n, "y": y, "eps": eps} for n, y in SIZES for eps in (1.0, 0.1, 0.01, 0.001)),
    ),
    decoys=(
        Decoy("limit", "norm |y|, as at eps = 0", lambda n, y, eps: {"norm": abs(y)}),
        Decoy("centre", "the solutions are near their mean", lambda n, y, eps: {"off": (1 - 1 / n) / (1 + eps)}),
    ),
    certificates={"gap": 1e-9},
)

AVERAGE = claim(
    slug="unseen-digits-average",
    title="Chance does not help: the error averaged over the inputs is as large",
    statement=(
        r"Every point has an error of at least $|y|/(1+\epsilon)\,\sqrt{1-1/n}$ on average over the $n$ inputs, so "
        r"that a randomised algorithm that cannot tell them apart has this expected error on one of them (over random "
        r"points)."
    ),
    source=HARD,
    kind=Bound(side="lower", trials=256),
    predict=lambda n, y, eps, where: theory.unseen_radius(n, y, eps),
    simulate=sims.unseen_mean_error,
    grid=Grid(
        quick=tuple({"n": n, "y": y, "eps": 0.01, "where": where} for n, y in SIZES for where in (
            "near the centre", "between solutions", "a solution", "far")),
        full=tuple({"n": n, "y": y, "eps": eps, "where": where} for n, y in SIZES for eps in (0.0, 0.1) for where in (
            "near the centre", "between solutions", "a solution", "far")),
    ),
    decoys=(
        Decoy("distance", "the distance of two solutions", lambda n, y, eps, where: 2**0.5 * abs(y) / (1 + eps)),
        Decoy("norm of a solution", "|y|/(1 + eps)", lambda n, y, eps, where: abs(y) / (1 + eps)),
    ),
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (UNSEEN, RADIUS, SOLUTIONS, AVERAGE)
