"""Descent from beside a minimum, along its steepest direction."""

from __future__ import annotations

import math
from typing import Any

import sims.minima_stability as sims
import theory.minima_stability as theory
from claims import Claim, Decoy, Grid, Identity, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
STEPS = 12


@instance
def displaced(eta: float, lam: float, widths: tuple[int, ...], activation: str) -> Named:
    """Twelve steps."""
    return {"eta": eta, "lam": lam, "widths": widths, "activation": activation, "steps": STEPS}


def _same(factor: float) -> Named:
    return {"factor": [factor] * STEPS}


GROWTH = claim(
    slug="gd-threshold",
    title="A step multiplies a displacement by one minus step times curvature",
    statement=(
        r"From an interpolating minimum displaced a little along the top eigenvector of $H$, each step of descent on "
        r"the network multiplies the displacement by $1 - \eta\lambda_{max}$: it grows iff $\eta > 2/\lambda_{max}$."
    ),
    source=Source("wu2018sgd", "linear stability of descent", "recalled"),
    kind=Identity(tolerance=1e-5, trials=64, pooled=True),
    predict=lambda eta, lam, **_: _same(float(theory.gd_growth(eta, lam))),
    simulate=displaced.of(sims.gd_growth),
    certificates={"flips": 0.0},
    grid=Grid(
        quick=(
            *cells(eta=[0.72, 0.792, 0.808, 0.88], lam=2.5, widths=(3, 12, 1), activation="relu"),
            *cells(eta=[0.08, 0.808], lam=2.5, widths=(3, 8, 8, 1), activation="tanh"),
        ),
        full=(
            *cells(eta=[0.08, 0.792, 0.808, 0.88], lam=2.5, widths=[(3, 40, 1), (5, 20, 20, 1)], activation="relu"),
            *cells(eta=[0.08, 0.792, 0.808, 0.88], lam=2.5, widths=[(3, 40, 1), (5, 20, 20, 1)], activation="tanh"),
        ),
    ),
    decoys=(
        Decoy("threshold 1/lambda", "1 - 2 eta lambda", lambda eta, lam, **_: _same(1 - 2 * eta * lam)),
        Decoy("flow", "exp(-eta lambda)", lambda eta, lam, **_: _same(math.exp(-eta * lam))),
    ),
)

CLAIMS: tuple[Claim, ...] = (GROWTH,)
