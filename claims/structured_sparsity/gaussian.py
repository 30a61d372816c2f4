"""Matrices without structure: what the best Monarch fit leaves of them, beside other uses of as many numbers."""

from __future__ import annotations

import sims.structured_sparsity as sims
import theory.structured_sparsity as theory
from claims import Claim, Decoy, Grid, Limit, Mean, Moments, Observation, Source, cells, declared_in

claim = declared_in(__name__)
CHIANI = Source("chiani2014distribution", "Pfaffian for the largest eigenvalue recalled; derived here", "derived")
TW_MEAN = -1.2065335746


def _tracy_widom(m: int, n: int | None = None) -> float:
    """Johnstone's centre and scale, and the mean of the limit."""
    roots = (m if n is None else n) - 1.0, float(m)
    total = roots[0] ** 0.5 + roots[1] ** 0.5
    return float(total**2 + TW_MEAN * total * (roots[0] ** -0.5 + roots[1] ** -0.5) ** (1 / 3))


def _edge(m: int, n: int | None = None) -> float:
    return float((m**0.5 + (m if n is None else n) ** 0.5) ** 2)


TOLD = claim(
    slug="monarch-gaussian-error",
    title="What a Monarch fit leaves of a matrix without structure",
    statement=(
        r"For $A$ with independent $N(0,1)$ entries, $n = m^2$, $\mathrm{E}\|A-\hat A\|_F^2/n^2 = 1 - "
        r"\mathrm{E}\lambda_{max}/m^2$ with $\lambda_{max}$ the largest eigenvalue of $G^\top G$, $G$ $m \times m$ "
        r"Gaussian."
    ),
    source=CHIANI,
    kind=Mean(resolution=0.01),
    predict=theory.monarch_gaussian_error,
    simulate=sims.monarch_gaussian_error,
    grid=Grid(quick=cells(m=[2, 3, 4, 8]), full=cells(m=[2, 3, 4, 6, 8, 12, 16])),
    decoys=(
        Decoy("edge", "lambda_max = 4m, the edge of Marchenko and Pastur", lambda m: 1 - 4 / m),
        Decoy("share of one", "1/m is retained, as of the slices of a unitary matrix", lambda m: 1 - 1 / m),
        Decoy("limit law", "the mean of Tracy and Widom, also at m = 2", lambda m: 1 - _tracy_widom(m) / m**2),
    ),
)

TOP = claim(
    slug="monarch-gaussian-error-top-eigenvalue",
    title="The mean of the largest Wishart eigenvalue is exact at every size",
    statement=(
        r"For an $n \times m$ Gaussian $G$ the largest eigenvalue of $G^\top G$ has the mean $\int_0^\infty "
        r"(1 - \mathrm{Pf}A(x)/\mathrm{Pf}A(\infty))\,dx$: $2 + \pi/2$ at $m = n = 2$, $5 + \sqrt3$ at $3$."
    ),
    source=CHIANI,
    kind=Mean(resolution=0.01),
    predict=theory.wishart_top_mean,
    simulate=sims.wishart_top_mean,
    grid=Grid(
        quick=(*cells(m=[2, 3, 5, 16], n=None), *cells(m=2, n=5), *cells(m=8, n=64)),
        full=(*cells(m=[2, 3, 5, 16, 64], n=None), *cells(m=2, n=[5, 100]), *cells(m=20, n=400)),
    ),
    decoys=(
        Decoy("edge", "(sqrt m + sqrt n)^2", _edge),
        Decoy("limit law", "the mean of Tracy and Widom at finite size", _tracy_widom),
    ),
    tails={"value": Moments(skewness=1.5)},
)

LARGE = claim(
    slug="monarch-gaussian-error-large-blocks",
    title="With large blocks four of m parts are retained, twice what a mask of as many entries keeps",
    statement=r"$m$ times the retained share, $\mathrm{E}\lambda_{max}/m$, tends to $4$ at order $m^{-2/3}$.",
    source=Source("johnstone2001distribution", "order of the largest eigenvalue's fluctuation", "recalled"),
    kind=Limit(
        size="m",
        order=2 / 3,
        resolution=0.0225,
        allowance=0.005,
        because="the next term, of order m^(-4/3), is -.9 in the exact means: it moves the extrapolation by .5 %",
    ),
    predict=lambda m: 4.0,
    simulate=sims.monarch_retained,
    grid=Grid(quick=cells(m=[16, 32, 64]), full=cells(m=[32, 64, 128])),
    decoys=(
        Decoy("mask", "2, as of a random mask", lambda m: 2.0),
        Decoy("one of m", "1, as of a unitary slice", lambda m: 1.0),
    ),
)

MASK = claim(
    slug="monarch-gaussian-error-mask",
    title="A random mask of as many entries keeps two of m parts",
    statement=r"A mask of $2n^{3/2}$ of the $n^2$ entries, $n = m^2$, leaves the mean error $1 - 2/m$.",
    source=Source("dao2022monarch", "count of parameters recalled; derived here", "derived"),
    kind=Mean(resolution=0.01),
    predict=lambda m: {"mask": 1 - 2 / m},
    simulate=sims.monarch_rivals,
    grid=Grid(quick=cells(m=[3, 4, 6]), full=cells(m=[3, 4, 6, 8])),
    decoys=(
        Decoy("one factor", "1 - 1/m", lambda m: {"mask": 1 - 1 / m}),
        Decoy("as Monarch", "as the best Monarch fit", lambda m: {"mask": theory.monarch_gaussian_error(m)}),
    ),
)

RIVALS = claim(
    slug="monarch-gaussian-error-rank",
    title="On a matrix without structure the best rank and the best Monarch matrix are worth the same",
    statement=(
        r"The error of the best rank $m$, which has $2n^{3/2}$ numbers too, stands beside the expected error of the "
        r"best Monarch fit; both tend to $1 - 4/m$."
    ),
    source=Source("dao2022monarch", "count of parameters recalled; no theorem at this size", "derived"),
    kind=Observation(trials=256),
    predict=lambda m: {"truncated": theory.monarch_gaussian_error(m)},
    simulate=sims.monarch_rivals,
    grid=Grid(quick=cells(m=[3, 4, 6]), full=cells(m=[3, 4, 6, 8, 12])),
    decoys=(),
)

TAUGHT = claim(
    slug="monarch-gaussian-error-digits",
    title="Weights that digits have taught, against the line of random ones",
    statement=(
        r"Relative Monarch errors of $64 \times 64$ weights ($m = 8$): a least-squares denoiser of digits, the hidden "
        r"layer of a trained net and its start, as they are and shuffled, beside the Gaussian $1 - "
        r"\mathrm{E}\lambda_{max}/64$."
    ),
    source=Source("dao2022monarch", "no theorem: trained weights", "derived"),
    kind=Observation(trials=8),
    predict=lambda weights: dict.fromkeys(("error", "shuffled"), theory.monarch_gaussian_error(8)),
    simulate=sims.digits_weights,
    grid=Grid(
        quick=cells(weights=["denoiser", "network", "start"]), full=cells(weights=["denoiser", "network", "start"])
    ),
    decoys=(),
)

CLAIMS: tuple[Claim, ...] = (TOLD, TOP, LARGE, MASK, RIVALS, TAUGHT)
