"""Gradient flow stopped at time t against ridge with penalty 1/t: the bound, and the ratio itself."""

from __future__ import annotations

import math
from typing import Any

import sims.double_descent as sims
import theory.double_descent as theory
from claims import Bound, Claim, Decoy, Grid, Identity, Source, cells, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]
ALI = Source("ali2019continuous", "Theorem 1 and Section 6", "recalled")

# --- the bound -------------------------------------------------------------------------------------------------------

C = theory.early_stopping_constant()


def every_risk(constant: float) -> Named:
    """One constant for every design, risk and time."""
    return {"prediction": constant, "in_sample": constant, "estimation": constant}


_TIMES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 2.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)


def _sweep(n: int, p: list[int], spread: list[float]) -> tuple[Named, ...]:
    return cells(n=n, p=p, spread=spread, t=_TIMES, r2=[0.01, 1.0, 100.0], sigma2=1.0, design="gaussian")


def _adversary(n: int, p: list[int]) -> tuple[Named, ...]:
    """The design that attains the bound: X'X = n I, no signal, one time."""
    return cells(n=n, p=p, spread=0.0, t=(theory.worst_progress(),), r2=0.0, sigma2=1.0, design="orthonormal")


BOUND = claim(
    slug="early-stopping-vs-ridge",
    title="Stopping early costs at most 1.6859 times the risk of ridge",
    statement=(
        r"For every design, covariance and $t>0$, with $\beta$ of covariance $(r^2/p)I$, the risk of gradient flow at "
        r"time $t$ is at most $C = \sup_x [(1-e^{-x})(1+x)/x]^2 = 1.6859$ times that of ridge at $\lambda = 1/t$, in "
        r"prediction, in-sample and estimation risk, with equality for orthonormal designs without signal."
    ),
    source=ALI,
    kind=Bound(side="upper", on="draw", tolerance=1e-9),
    predict=lambda **_: every_risk(C),
    simulate=sims.gf_ridge_ratio,
    grid=Grid(
        quick=(*_sweep(20, [10, 30], [0.0, 2.0]), *_adversary(20, [10])),
        full=(*_sweep(60, [20, 60, 180], [0.0, 1.0, 2.0, 4.0]), *_adversary(60, [20, 60])),
    ),
    decoys=(
        Decoy("never worse", "C = 1", lambda **_: every_risk(1.0)),
        Decoy("missing square", "C = sup (1 - e^{-x})(1 + x)/x = 1.298", lambda **_: every_risk(math.sqrt(C))),
    ),
)

# --- the ratio -------------------------------------------------------------------------------------------------------


def time_as_penalty(n: int, eigs: tuple[float, ...], t: float, r2: float, sigma2: float) -> float:
    """The flow's risk at t over ridge's at its reciprocal time, lam = t."""
    signal, noise = r2 / len(eigs), sigma2 / n
    flow = sum(signal * math.exp(-2 * t * s) + noise * math.expm1(-t * s) ** 2 / s for s in eigs)
    return flow / sum((signal * t**2 + noise * s) / (s + t) ** 2 for s in eigs)


# Sixty eigenvalues from 0.01 to 10, evenly spaced in their logarithm.
_MANY = tuple(10 ** (-2 + 3 * k / 59) for k in range(60))

RATIO = claim(
    slug="early-stopping-vs-ridge-ratio",
    title="The ratio of the two risks, draw by draw",
    statement=(
        r"For a design with eigenvalues $s_j$ of $X^\top X/n$ gradient flow shrinks by $1-e^{-ts_j}$ where ridge "
        r"shrinks by $ts_j/(1+ts_j)$, and the ratio of their risks is that of the sums over $j$ of squared bias and "
        r"variance."
    ),
    source=ALI,
    kind=Identity(tolerance=1e-9, trials=32),
    predict=lambda n, eigs, t, r2, sigma2: theory.gf_ridge_ratio(eigs, [1.0] * len(eigs), t, r2, sigma2, n),
    simulate=sims.designed_gf_ridge_ratio,
    grid=Grid(
        quick=cells(n=20, eigs=(0.1, 0.5, 1.0, 3.0), t=[0.3, 2.0, 50.0], r2=[0.1, 10.0], sigma2=1.0),
        full=cells(n=200, eigs=_MANY, t=[0.1, 0.3, 2.0, 50.0], r2=[0.1, 10.0], sigma2=1.0),
    ),
    decoys=(
        Decoy("time as penalty", "ridge at lam = t", time_as_penalty),
        Decoy("constant ratio", "the bound is an equality", lambda **_: C),
    ),
)

CLAIMS: tuple[Claim, ...] = (BOUND, RATIO)
