"""More data can hurt: the minimum-norm risk turns up before the peak."""

from __future__ import annotations

import math
from typing import Any

import sims.double_descent as sims
import theory.double_descent as theory
from claims import Claim, Decoy, Grid, Mean, Moments, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]


@instance
def nested(p: int, r2: float, sigma2: float) -> Named:
    """The best size before the peak (a sixth of p if none), a quarter of it, half-way to the peak, and 2p."""
    best = max(theory.sample_wise_optimum(p, r2, sigma2).n_int, p // 6)
    return {"sizes": (best, best // 4, (best + p) // 2, 2 * p), "p": p, "r2": r2, "sigma2": sigma2}


def exact(p: int, r2: float, sigma2: float) -> Named:
    """Risk at these sizes and its increase over the first."""
    risks = theory.min_norm_risk(nested(p=p, r2=r2, sigma2=sigma2)["sizes"], p, r2, sigma2)
    first, *others = risk = [float(r) for r in risks.bias + risks.variance]
    return {"risk": risk, "increase": [other - first for other in others]}


def more_data_help(p: int, r2: float, sigma2: float) -> Named:
    best, _, more, _ = nested(p=p, r2=r2, sigma2=sigma2)["sizes"]
    return {"increase[1]": r2 * (best - more) / p}


def no_square_root(p: int, r2: float, sigma2: float) -> Named:
    """A variance -sigma2 log(1 - n/p)."""
    best, _, more, _ = nested(p=p, r2=r2, sigma2=sigma2)["sizes"]
    return {"increase[1]": r2 * (best - more) / p + sigma2 * math.log((p - best) / (p - more))}


SAMPLE_WISE = claim(
    slug="sample-wise-nonmonotonicity",
    title="More data can hurt",
    statement=(
        r"For $p$ isotropic Gaussian features the minimum-norm risk $r^2(1 - n/p) + \sigma^2 n/(p-n-1)$ falls up to "
        r"$n^* = p - 1 - \sqrt{(\sigma^2/r^2)\, p (p-1)}$ samples and rises from there to the peak; if $n^* \le 0$ "
        r"even the first samples hurt."
    ),
    source=Source("nakkiran2019more", "exact risk; $n^*$ derived here", "derived"),
    kind=Mean(resolution=0.02),
    predict=exact,
    simulate=nested.of(sims.nested_min_norm_risk),
    grid=Grid(
        quick=(*cells(p=60, r2=4.0, sigma2=1.0), *cells(p=60, r2=1.0, sigma2=2.0)),
        full=cells(p=200, r2=[0.5, 1.0, 2.0, 4.0, 16.0], sigma2=1.0),
    ),
    decoys=(
        Decoy("more data help", "the risk falls all the way to the peak", more_data_help),
        Decoy("no square root", "n* = p (1 - sigma2/r2)", no_square_root),
    ),
    tails={"increase": Moments(skewness=1.0), "risk": Moments(skewness=1.0)},
)

CLAIMS: tuple[Claim, ...] = (SAMPLE_WISE,)
