"""Factorised matrices: to the least trace where the measurements commute, and not where they do not."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

import sims.implicit_bias as sims
import theory.implicit_bias as theory
from claims import Bound, Claim, Decoy, Grid, Identity, Observation, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
GUNASEKAR = Source("gunasekar2017implicit", "Theorem 1", "recalled")
_ENDED = {"residual": 1e-9, "error": 1e-5}


@instance
def commuting(count: int, m: int, d: int, alpha: float, number: int) -> Named:
    """Measurements with orthonormal eigenvalues of some positive definite matrix."""
    A, y = sims.positive_problems(count, m, d, instance=number)
    return {"A_eigs": A, "y": y, "alpha": alpha}


TRAINED = commuting.of(sims.commuting_factorisation_limit)


def _spectra(of: Callable[[Any, Any, float], Any]) -> Callable[..., Named]:
    def predict(count: int, m: int, d: int, alpha: float, number: int) -> Named:
        A, y = sims.positive_problems(count, m, d, instance=number)
        return {"x": np.asarray([of(a, b, alpha) for a, b in zip(A, y, strict=True)])}

    return predict


def _both(count: int, m: int, d: int, alpha: float, number: int) -> Named:
    found = _spectra(theory.commuting_factorisation_limit)(count=count, m=m, d=d, alpha=alpha, number=number)
    return {**found, "off": np.zeros(count)}


COMMUTING = claim(
    slug="commuting-matrix-factorisation",
    title="What a factorised matrix selects when its measurements commute",
    statement=(
        r"Gradient flow on $\sum_i(\langle A_i, UU^\top\rangle - y_i)^2/2$ from $\alpha I$, the $A_i$ with common "
        r"eigenvectors and eigenvalues $A_{ij}$, ends at the matrix with these eigenvectors and eigenvalues "
        r"$\alpha^2\exp(\sum_i\nu_iA_{ij})$ that meets the measurements."
    ),
    source=GUNASEKAR,
    kind=Identity(tolerance=1e-4, trials=2, pooled=True),
    predict=_both,
    simulate=TRAINED,
    grid=Grid(
        quick=cells(count=4, m=3, d=6, alpha=[0.5, 0.1], number=0),
        full=cells(count=12, m=4, d=10, alpha=[0.5, 0.1, 0.05], number=1),
    ),
    decoys=(
        Decoy("least Frobenius norm", "the least-squares solution", _spectra(lambda A, y, alpha: A.T @ y)),
        Decoy("alpha for alpha^2", "alpha exp(...)",
              _spectra(lambda A, y, alpha: theory.commuting_factorisation_limit(A, y, math.sqrt(alpha)))),
    ),
    certificates=_ENDED,
)  # fmt: skip


def _traces(bound: Callable[[Any, float], float]) -> Callable[..., Named]:
    def predict(count: int, m: int, d: int, alpha: float, number: int) -> Named:
        A, y = sims.positive_problems(count, m, d, instance=number)
        least = [theory.least_trace(a, b) for a, b in zip(A, y, strict=True)]
        return {"trace": np.asarray([z.sum() + bound(z, alpha) for z in least])}

    return predict


TRACE = claim(
    slug="commuting-matrix-factorisation-trace",
    title="How near the least trace a given start comes",
    statement=(
        r"The trace of that limit is above the least trace of positive semidefinite solutions, $\sum_j z_j$, by at "
        r"most $\sum_j(z_j\log z_j - z_j + 1)/\log\alpha^{-2}$."
    ),
    source=Source("gunasekar2017implicit", "quantitative form derived here", "derived"),
    kind=Bound(side="upper", on="draw", trials=2, tolerance=1e-7),
    predict=_traces(theory.trace_excess_bound),
    simulate=TRAINED,
    grid=Grid(
        quick=cells(count=4, m=3, d=6, alpha=[0.5, 0.1], number=0),
        full=cells(count=12, m=4, d=10, alpha=[0.5, 0.1, 0.05], number=1),
    ),
    decoys=(
        Decoy("least already", "the trace is the least at any start", _traces(lambda z, alpha: 0.0)),
        Decoy("alpha^2", "the excess is at most alpha^2/4", _traces(lambda z, alpha: alpha**2 / 4)),
    ),
    certificates=_ENDED,
)

OTHERS = claim(
    slug="commuting-matrix-factorisation-not-commuting",
    title="Where the measurements do not commute the trace stays above the least",
    statement=(
        r"Trace of the limit, and its distance to the solution of least trace, for random measurements of which "
        r"$X$, of trace $1$, is that solution: beside the $1$ and $0$ of measurements that commute and a small start."
    ),
    source=Source("li2021towards", "conjecture of gunasekar2017implicit, and cases against it", "recalled"),
    kind=Observation(trials=16),
    predict=lambda k, d, rank, alpha: {"trace": 1.0, "distance": 0.0},
    simulate=sims.planted_factorisation,
    grid=Grid(
        quick=(
            *cells(k=2, d=4, rank=1, alpha=[1e-1, 1e-3, 1e-5]),
            *cells(k=3, d=4, rank=2, alpha=[1e-1, 1e-3, 1e-5]),
        ),
        full=(
            *cells(k=2, d=[4, 6], rank=1, alpha=[1e-1, 1e-3, 1e-5]),
            *cells(k=3, d=[4, 6], rank=2, alpha=[1e-1, 1e-3, 1e-5]),
        ),
    ),
    decoys=(),
    certificates=_ENDED,
)

CLAIMS: tuple[Claim, ...] = (COMMUTING, TRACE, OTHERS)
