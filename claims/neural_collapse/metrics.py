"""The neural collapse metrics: their value without structure, and at the optima."""

from __future__ import annotations

from typing import Any

import sims.neural_collapse as sims
import theory.neural_collapse as theory
from claims import Claim, Decoy, Grid, Identity, Mean, Moments, Source, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]


def _sizes(*rows: tuple[int, int, int]) -> tuple[Named, ...]:
    return tuple({"C": C, "n": n, "d": d} for C, n, d in rows)


def one_degree_more(C: int, n: int, d: int) -> float:
    """The denominator larger by one."""
    return (n - 1) * (C - 1) / (d - C + 1) if d > C else (n - 1) * d / (C - d - 1)


def uncentred(C: int, n: int, d: int) -> float:
    """n for n - 1: the class means taken as known."""
    return n / (n - 1) * float(theory.nc1_null_mean(C, n, d))


def sample_weights(C: int, n: int, d: int) -> float:
    """Sigma_B divided by N instead of C."""
    return n * float(theory.nc1_null_mean(C, n, d))


NULL = claim(
    slug="nc-metrics-null-value",
    title="NC1 of features without structure",
    statement=(
        r"For features drawn alike, $N(\mu, I_d)$, in $C$ classes of $n$, "
        r"$E[NC1] = (n-1)(C-1)/(d-C)$ for $d > C$ and $(n-1)d/(C-d-2)$ for $C > d + 2$."
    ),
    source=Source("papyan2020prevalence", "definition of NC1; null value derived here", "derived"),
    kind=Mean(resolution=0.012),
    predict=theory.nc1_null_mean,
    simulate=sims.nc1_null_mean,
    grid=Grid(
        quick=_sizes((4, 5, 20), (3, 10, 30), (2, 4, 40), (16, 4, 4)),
        full=_sizes((4, 5, 20), (3, 10, 30), (2, 4, 40), (16, 4, 4), (12, 6, 5), (10, 50, 128), (40, 5, 10)),
    ),
    decoys=(
        Decoy("one-degree-more", "$d - C + 1$ for $d - C$.", predict=one_degree_more),
        Decoy("uncentred", "$n$ for $n - 1$.", predict=uncentred),
        Decoy("sample-weights", r"$\Sigma_B$ normalised by $N$.", predict=sample_weights),
    ),
    tails={"value": Moments(skewness=2.0)},
)


def predict_optimum(C: int, n: int, d: int, optimum: str) -> Named:
    """All 0, but for NC3 where W is the uncentred frame."""
    zeros = ("nc1", "equinorm", "equiangle", "maxangle", "nc2", "equinorm_W", "equiangle_W", "nc4")
    nc3 = float(theory.nc3_mse_optimum(C)) if optimum == "frame" else 0.0
    angle = 1 / (C - 1) if optimum == "frame" else 0.0
    return {**dict.fromkeys(zeros, 0.0), "maxangle_W": angle, "nc3": nc3, "nc3_sq": nc3**2}


def aligned_frame(C: int, n: int, d: int, optimum: str) -> Named:
    """NC3 = 0 at every optimum."""
    return {"nc3": 0.0}


def squared_for_plain(C: int, n: int, d: int, optimum: str) -> Named:
    """2 - 2 sqrt((C-1)/C), the squared distance, for NC3."""
    return {"nc3": float(theory.nc3_mse_optimum(C)) ** 2 if optimum == "frame" else 0.0}


OPTIMA = claim(
    slug="nc-metrics-optima",
    title="The metrics at the optima",
    statement=(
        r"At a simplex ETF optimum NC1 to NC4 are 0 under any rotation, shift and scale; at the bias-free square-loss "
        r"optimum NC1, NC2 and NC4 are 0 but $NC3 = \sqrt{2 - 2\sqrt{(C-1)/C}}$, since the classifier is the uncentred "
        r"frame."
    ),
    source=Source("zhu2021geometric", "definitions of NC2 and NC3; the value at the frame derived here", "derived"),
    kind=Identity(tolerance=1e-10, trials=64),
    predict=predict_optimum,
    simulate=sims.nc_metrics_optimum,
    grid=Grid(
        quick=tuple({**cell, "optimum": o} for cell in _sizes((3, 2, 3), (10, 3, 16)) for o in ("etf", "frame")),
        full=tuple({**cell, "optimum": o} for cell in _sizes((3, 2, 3), (50, 4, 64)) for o in ("etf", "frame")),
    ),
    decoys=(
        Decoy("aligned-frame", "NC3 = 0 there too.", predict=aligned_frame),
        Decoy("squared", "The squared distance for NC3.", predict=squared_for_plain),
    ),
)

CLAIMS: tuple[Claim, ...] = (NULL, OPTIMA)
