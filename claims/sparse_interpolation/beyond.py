"""Beyond the theorems: features that are not Gaussian or not independent, and spikes near the recovery transition."""

from __future__ import annotations

import math
from typing import Any

import sims.sparse_interpolation as sims
import theory.sparse_interpolation as theory
from claims import Claim, Grid, Observation, Source, cells, declared_in, instance
from claims.sparse_interpolation.recipes import CERTIFICATES, Named, spikes
from claims.sparse_interpolation.truth import SPARSE

claim = declared_in(__name__)


@instance
def elsewhere(n: int, d: int, p: float, entries: str) -> Named:
    """Labels of noise in other features."""
    return {"n": n, "d": d, "p": p, "sigma2": 1.0, "entries": entries}


def _gaussian(n: int, d: int, p: float, sigma2: float, entries: str) -> float:
    return theory.min_l1_noise_risk(n, d, sigma2) if p == 1 else theory.min_lp_risk(n, d, p, [0.0], [d], sigma2)


FEATURES = claim(
    slug="l1-noise-risk-other-features",
    title="Noise costs as much in other independent features, and more in correlated ones",
    statement=(
        r"Features of random signs, of Student's $t_5$ and with correlations $2^{-|i-j|}$, $n = 24$, $d = 96$, beside "
        r"the risk for independent Gaussian ones."
    ),
    source=Source("li2021minimum", "no theorem for these features", "derived"),
    kind=Observation(trials=256),
    predict=elsewhere.of(_gaussian),
    simulate=elsewhere.of(sims.other_features),
    grid=Grid(
        quick=cells(n=24, d=96, p=[1.0, 1.5], entries=["signs", "t5", "ar1"]),
        full=cells(n=48, d=192, p=[1.0, 1.5], entries=["signs", "t5", "ar1"]),
    ),
    decoys=(),
    certificates=CERTIFICATES,
)


def _risk(**cell: Any) -> float:
    return theory.min_l1_risk(**cell)


NEAR = claim(
    slug="l1-sparse-risk-near-transition",
    title="Near the recovery transition rare failures dominate the mean",
    statement=(
        r"With strong spikes on a share $.15 n$ of the coordinates, near the transition of exact recovery, the mean "
        r"risk of the sparsest interpolator lies above its limit until $n$ is some hundred."
    ),
    source=Source("li2021minimum", "no statement at finite size", "derived"),
    kind=Observation(trials=256),
    predict=spikes.of(_risk),
    simulate=SPARSE.simulate,
    grid=Grid(
        quick=cells(ratio=4.0, share=0.15, height=round(3 * math.sqrt(40 / 0.3), 1), n=[20, 40]),
        full=cells(ratio=4.0, share=0.15, height=round(3 * math.sqrt(40 / 0.3), 1), n=[20, 40, 80]),
    ),
    decoys=(),
    certificates=CERTIFICATES,
)

CLAIMS: tuple[Claim, ...] = (FEATURES, NEAR)
