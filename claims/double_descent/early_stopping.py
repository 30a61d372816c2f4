"""Gradient flow stopped at time t against ridge with penalty 1/t: the bound, and the ratio itself."""

from __future__ import annotations

from typing import Any

import numpy as np

import sims.double_descent as sims
import theory.double_descent as theory
from claims.agreement import Bound, Identity
from claims.claim import Claim, Decoy, Grid, Source

Named = dict[str, Any]
ALI = Source("ali2019continuous", "Theorem 1 and Section 6", "recalled")

# --- the bound -------------------------------------------------------------------------------------------------------


def _every_risk(constant: float) -> Named:
    return {"prediction": constant, "in_sample": constant, "estimation": constant}


def bound(**cell: Any) -> Named:
    """The constant, for every design, risk and time."""
    return _every_risk(theory.early_stopping_constant())


def never_worse(**cell: Any) -> Named:
    """Early stopping is never worse than ridge."""
    return _every_risk(1.0)


def missing_square(**cell: Any) -> Named:
    """The supremum of the ratio of the filters, not of its square."""
    return _every_risk(float(np.sqrt(theory.early_stopping_constant())))


_TIMES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 2.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)


def _adversary(n: int, p: int) -> Named:
    """The design that attains the bound: X'X = n I, no signal, one time."""
    worst = (theory.worst_progress(),)
    return {"n": n, "p": p, "spread": 0.0, "t": worst, "r2": 0.0, "sigma2": 1.0, "design": "orthonormal"}


def _sweep(n: int, sizes: tuple[int, ...], spreads: tuple[float, ...]) -> tuple[Named, ...]:
    return tuple(
        {"n": n, "p": p, "spread": spread, "t": _TIMES, "r2": r2, "sigma2": 1.0}
        for p in sizes
        for spread in spreads
        for r2 in (0.01, 1.0, 100.0)
    )


BOUND = Claim(
    slug="early-stopping-vs-ridge",
    topic="double_descent",
    title="Stopping early costs at most 1.6859 times the risk of ridge",
    statement=(
        r"For every design, covariance and $t>0$, with $\beta$ of covariance $(r^2/p)I$, the risk of gradient flow at "
        r"time $t$ is at most $C = \sup_x [(1-e^{-x})(1+x)/x]^2 = 1.6859$ times that of ridge at $\lambda = 1/t$, in "
        r"prediction, in-sample and estimation risk, with equality for orthonormal designs without signal."
    ),
    source=ALI,
    kind=Bound(side="upper", on="draw", tolerance=1e-9),
    predict=bound,
    simulate=sims.gf_ridge_ratio,
    grid=Grid(
        quick=(*_sweep(20, (10, 30), (0.0, 2.0)), _adversary(20, 10)),
        full=(*_sweep(60, (20, 60, 180), (0.0, 1.0, 2.0, 4.0)), _adversary(60, 20), _adversary(60, 60)),
    ),
    decoys=(
        Decoy("never worse", "C = 1", never_worse),
        Decoy("missing square", "C = sup (1 - e^{-x})(1 + x)/x = 1.298", missing_square),
    ),
)

# --- the ratio -------------------------------------------------------------------------------------------------------


def predict_ratio(n: int, eigs: tuple[float, ...], t: float, r2: float, sigma2: float) -> Named:
    """The ratio of the estimation risks for a design of given spectrum."""
    return {"ratio": theory.gf_ridge_ratio(eigs, [1.0] * len(eigs), t, r2, sigma2, n)}


def time_as_penalty(n: int, eigs: tuple[float, ...], t: float, r2: float, sigma2: float) -> Named:
    """Ridge at lam = t instead of 1/t: the flow's risk at t over ridge's at its reciprocal time."""
    s = np.asarray(eigs)
    flow = np.sum(r2 / s.size * np.exp(-2 * t * s) + sigma2 / n * np.expm1(-t * s) ** 2 / s)
    return {"ratio": flow / np.sum((r2 / s.size * t**2 + sigma2 / n * s) / (s + t) ** 2)}


def constant_ratio(n: int, eigs: tuple[float, ...], t: float, r2: float, sigma2: float) -> Named:
    """The bound taken for an equality."""
    return {"ratio": theory.early_stopping_constant()}


def _designs(times: tuple[float, ...], n: int, spectra: tuple[tuple[float, ...], ...]) -> tuple[Named, ...]:
    return tuple(
        {"n": n, "eigs": eigs, "t": t, "r2": r2, "sigma2": 1.0} for eigs in spectra for t in times for r2 in (0.1, 10.0)
    )


RATIO = Claim(
    slug="early-stopping-vs-ridge-ratio",
    topic="double_descent",
    title="The ratio of the two risks, draw by draw",
    statement=(
        r"For a design with eigenvalues $s_j$ of $X^\top X/n$ gradient flow shrinks by $1-e^{-ts_j}$ where ridge "
        r"shrinks by $ts_j/(1+ts_j)$, and the ratio of their risks is that of the sums over $j$ of squared bias and "
        r"variance."
    ),
    source=ALI,
    kind=Identity(tolerance=1e-9, trials=32),
    predict=predict_ratio,
    simulate=sims.designed_gf_ridge_ratio,
    grid=Grid(
        quick=_designs((0.3, 2.0, 50.0), 20, ((0.1, 0.5, 1.0, 3.0),)),
        full=_designs((0.1, 0.3, 2.0, 50.0), 200, (tuple(float(s) for s in np.logspace(-2, 1, 60)),)),
    ),
    decoys=(
        Decoy("time as penalty", "ridge at lam = t", time_as_penalty),
        Decoy("constant ratio", "the bound is an equality", constant_ratio),
    ),
)

CLAIMS: tuple[Claim, ...] = (BOUND, RATIO)
