"""The angle to a signal of rank one in the power method's phase: wider factors find it sooner."""

from __future__ import annotations

from typing import Any

import sims.spectral_initialization as sims
import theory.spectral_initialization as theory
from claims import Claim, Decoy, Grid, Law, Mean, Moments, Source, cells, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]
DERIVED = Source("stoger2021small", "spectral phase; law of the angle derived here", "derived")


def _predict(d: int, r: int, sigma: float, eta: float, t: int) -> Named:
    return {"tan2": theory.alignment_tan2(d, r, sigma, eta, t), "overlap": 1.0}


def _over_r(d: int, r: int, sigma: float, eta: float, t: int) -> Named:
    return {"tan2": theory.alignment_tan2(d, r, sigma, eta, t) * (r - 2) / r}


def _one_off(d: int, r: int, sigma: float, eta: float, t: int) -> Named:
    return {"tan2": theory.alignment_tan2(d + 1, r + 1, sigma, eta, t)}


def _half(d: int, r: int, sigma: float, eta: float, t: int) -> Named:
    return {"tan2": theory.alignment_tan2(d, r, sigma, eta, t) * (1 + eta * sigma) ** t}


MEAN = claim(
    slug="alignment-law",
    title="Wider factors align sooner: the mean angle to the signal",
    statement=(
        r"For $M = \sigma vv^\top$ and $U_0 = \alpha G$, $\alpha \to 0$, the angle between $v$ and the leading left "
        r"singular vector of $U_t$ has $\mathrm{E}\tan^2\theta = \frac{d-1}{r-2}(1+\eta\sigma)^{-2t}$ for large $t$."
    ),
    source=DERIVED,
    kind=Mean(resolution=0.02),
    predict=_predict,
    simulate=sims.alignment_tan2,
    grid=Grid(
        quick=cells(d=20, r=[12, 24], sigma=1.0, eta=1.0, t=10),
        full=(*cells(d=[30, 60], r=[12, 40], sigma=1.0, eta=0.5, t=20), *cells(d=30, r=60, sigma=1.0, eta=0.5, t=20)),
    ),
    decoys=(
        Decoy("(d-1)/r", "the mean of a ratio taken for the ratio of means", _over_r),
        Decoy("d/(r-1)", "one degree of freedom off", _one_off),
        Decoy("exponent t", "(1 + eta sigma)^(-t)", _half),
    ),
    controls=("overlap",),
    # r >= 12: 1/chi2 has five moments.
    tails={"tan2": Moments(skewness=3.0)},
)


def _law(d: int, r: int, sigma: float, eta: float, t: int) -> Named:
    return {"tan2": theory.alignment_law(d, r, sigma, eta, t)}


LAW = claim(
    slug="alignment-law-distribution",
    title="The whole law of the angle to the signal",
    statement=(
        r"In that phase $\tan^2\theta\,(1+\eta\sigma)^{2t}$ is distributed as $\chi^2_{d-1}/\chi^2_r$, independent, "
        r"for every width $r$."
    ),
    source=DERIVED,
    kind=Law(resolution=0.02),
    predict=_law,
    simulate=sims.alignment_tan2,
    grid=Grid(
        quick=cells(d=10, r=[1, 6], sigma=2.0, eta=0.5, t=14),
        full=cells(d=[10, 40], r=[1, 2, 6, 20], sigma=1.0, eta=0.5, t=24),
    ),
    decoys=(
        Decoy("r - 1", "the signal takes a degree of freedom from the width",
              lambda d, r, **cell: _law(d, max(r - 1, 1) if r > 1 else 2, **cell)),
        Decoy("exponent t", "(1 + eta sigma)^(-t)",
              lambda d, r, sigma, eta, t: _law(d, r, sigma, eta, t // 2)),
    ),
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (MEAN, LAW)
