"""Labels of noise: what the interpolator of least l1 norm makes of them, and how many coefficients it spends."""

from __future__ import annotations

import math

import sims.sparse_interpolation as sims
import theory.sparse_interpolation as theory
from claims import Claim, Decoy, Exact, Grid, Identity, Limit, Source, cells, declared_in
from claims.sparse_interpolation.recipes import CERTIFICATES, CONTROL_SCALES, TAILS, Named, noise, with_controls

claim = declared_in(__name__)
LI_WEI = Source("li2021minimum", "state evolution recalled; zero-penalty limit derived here", "derived")


def _no_feedback(n: int, d: int, sigma2: float) -> float:
    risk = theory.min_l1_noise_risk(n, d, sigma2)
    return risk / (1 + risk / sigma2)


RISK = claim(
    slug="l1-noise-risk",
    title="The risk of the sparsest fit of pure noise",
    statement=(
        r"For labels of noise the interpolator of least $\ell_1$ norm has the risk $|\hat w|^2 \to "
        r"\sigma^2\rho/(1-\rho)$, $\rho = 1+\alpha^2-\alpha\varphi(\alpha)/Q(\alpha)$, $2Q(\alpha) = n/d$, as $n$, $d$ "
        r"grow at a fixed ratio, at order $1/n$."
    ),
    source=LI_WEI,
    kind=Limit(size="n", order=1.0, resolution=0.025),
    predict=noise.of(with_controls(theory.min_l1_noise_risk, "ridgeless")),
    simulate=noise.of(sims.min_l1_noise_risk),
    grid=Grid(
        quick=cells(ratio=4.0, n=[8, 16, 32]),
        full=(*cells(ratio=2.5, n=[8, 16, 32]), *cells(ratio=16.0, n=[8, 16, 32]), *cells(ratio=4.0, n=[16, 32, 64])),
    ),
    decoys=(
        Decoy("no feedback", "sigma2 rho: the error that the fit adds is not fitted again", noise.of(_no_feedback)),
        Decoy("least l2 norm", "sigma2 n/(d - n)", noise.of(lambda n, d, sigma2: sigma2 * n / (d - n))),
        Decoy("the rate", "sigma2/log(d/n), what R tends to as d/n grows",
              noise.of(lambda n, d, sigma2: sigma2 / math.log(d / n))),
    ),
    tails=TAILS,
    certificates=CERTIFICATES,
    controls=("ridgeless",),
    scales={"ridgeless": CONTROL_SCALES["ridgeless"]},
)  # fmt: skip


def _all_but_one(n: int, d: int, sigma2: float) -> Named:
    return {"nonzeros": n - 1}


def _all(n: int, d: int, sigma2: float) -> Named:
    return {"nonzeros": d}


SUPPORT = claim(
    slug="l1-noise-risk-support",
    title="The sparsest interpolator has as many coefficients as there are labels",
    statement=r"The interpolator of least $\ell_1$ norm has exactly $n$ coefficients that are not $0$, on every draw.",
    source=Source("chen1998atomic", "a vertex of the linear programme; generic position", "recalled"),
    kind=Identity(tolerance=1e-12, trials=256),
    predict=noise.of(lambda n, d, sigma2: {"nonzeros": n}),
    simulate=RISK.simulate,
    grid=Grid(
        quick=(*cells(ratio=4.0, n=[8, 16, 32]), *cells(ratio=1.25, n=[8, 16])),
        full=(*cells(ratio=2.0, n=[8, 64]), *cells(ratio=16.0, n=[8, 32])),
    ),
    decoys=(
        Decoy("the lasso's", "fewer than n", noise.of(_all_but_one)),
        Decoy("dense", "all d, as for every p > 1", noise.of(_all)),
    ),
    tails={"nonzeros": Exact()},
    certificates=CERTIFICATES,
)

CLAIMS: tuple[Claim, ...] = (RISK, SUPPORT)
