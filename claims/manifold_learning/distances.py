"""Distances to the nearest neighbour, and the ratios of neighbours' distances."""

from __future__ import annotations

import math

import sims.manifold_learning as sims
import theory.manifold_learning as theory
from claims import Claim, Decoy, Grid, Law, Limit, Mean, Moments, Source, cells, declared_in

claim = declared_in(__name__)
_SOURCE = Source("penrose2003random", "nearest neighbours of uniform points, recalled; derived here", "derived")
_RATIOS = Source("levina2005maximum", "maximum likelihood of a Poisson process, recalled; derived here", "derived")


def _ball(d: int) -> float:
    return float(math.pi ** (d / 2) / math.gamma(d / 2 + 1))


def _area(d: int) -> float:
    return float(2 * math.pi ** ((d + 1) / 2) / math.gamma((d + 1) / 2))


def _without_gamma(n: int, d: int, volume: float, r: float) -> float:
    return float((volume / (n * _ball(d))) ** (r / d))


def _next_ball(n: int, d: int, volume: float, r: float) -> float:
    return float(theory.nn_distance_asymptotic(n, d, volume * _ball(d) / _ball(d + 1), r))


SPHERE = claim(
    slug="nn-distance",
    title="The distance to the nearest of n points on a sphere in many dimensions",
    statement=(
        r"For $n$ uniform points and a query on $S^d$, embedded in $\mathbf{R}^D$ by any isometry, $\mathrm{E}D^r = "
        r"\int_0^\pi r t^{r-1}(1-A(t))^n\,dt$, $A(t) = \frac12 I_{\sin^2t}(d/2,1/2)$ up to $\pi/2$: $D$ does not enter."
    ),
    source=_SOURCE,
    kind=Mean(resolution=0.02),
    predict=lambda n, d, r, D: theory.nn_distance_sphere(n, d, r),
    simulate=sims.nn_distance_sphere,
    grid=Grid(
        quick=(
            *cells(n=50, d=1, r=1.0, D=100), *cells(n=100, d=2, r=[1.0, 2.0], D=30), *cells(n=100, d=3, r=1.0, D=40),
            *cells(n=10, d=6, r=1.0, D=10),
        ),
        full=(
            *cells(n=[50, 500], d=1, r=1.0, D=100), *cells(n=[100, 400], d=2, r=[0.5, 2.0], D=30),
            *cells(n=[100, 500], d=3, r=1.0, D=40), *cells(n=[10, 100], d=6, r=1.0, D=[10, 100]),
        ),
    ),
    decoys=(
        Decoy("D in place of d", "as if the points filled the sphere of R^D",
              lambda n, d, r, D: theory.nn_distance_sphere(n, D - 1, r)),
        Decoy("ball of d + 1", "V_(d+1) in place of V_d", lambda n, d, r, D: _next_ball(n, d, _area(d), r)),
        Decoy("no Gamma", "(|M|/(n V_d))^(r/d)", lambda n, d, r, D: _without_gamma(n, d, _area(d), r)),
    ),
    tails={"value": Moments(skewness=1.5)},
)  # fmt: skip

LAW = claim(
    slug="nn-distance-law",
    title="The whole law of that distance, at few points too",
    statement=r"On $S^d$ $P(D > t) = (1-A(t))^n$.",
    source=_SOURCE,
    kind=Law(resolution=0.02),
    predict=lambda n, d, D, queries: {"value": theory.nn_distance_law(n, d)},
    simulate=sims.nn_distance_sphere,
    grid=Grid(
        quick=(*cells(n=3, d=1, D=10, queries=1), *cells(n=[1, 20], d=2, D=10, queries=1)),
        full=cells(n=[3, 20, 100], d=[1, 2, 5], D=10, queries=1),
    ),
    decoys=(
        Decoy("flat", "1 - exp(-n V_d t^d/|S^d|), the limit at three points",
              lambda n, d, D, queries: {"value": theory.nn_distance_limit_law(n, d, _area(d))}),
        Decoy("one point more", "n + 1 points: the query counted among them",
              lambda n, d, D, queries: {"value": theory.nn_distance_law(n + 1, d)}),
    ),
)  # fmt: skip

TORUS = claim(
    slug="nn-distance-torus",
    title="The distance to the nearest of n points on a flat torus",
    statement=(
        r"On $[0,1)^d$ with periodic distance $\mathrm{E}D^r = \Gamma(1+r/d)\,\Gamma(n+1)/\Gamma(n+1+r/d)\;"
        r"V_d^{-r/d}$, up to $(1-V_d2^{-d})^n$."
    ),
    source=_SOURCE,
    kind=Mean(resolution=0.02),
    predict=theory.nn_distance_torus,
    simulate=sims.nn_distance_torus,
    grid=Grid(
        quick=(*cells(n=5, d=1, r=[1.0, 2.0]), *cells(n=30, d=2, r=1.0), *cells(n=60, d=3, r=[1.0, 2.0]),
               *cells(n=150, d=4, r=1.0)),
        full=(*cells(n=[5, 50], d=1, r=[1.0, 2.0]), *cells(n=[30, 300], d=2, r=[0.5, 1.0]),
              *cells(n=[60, 600], d=3, r=[1.0, 2.0]), *cells(n=400, d=5, r=1.0)),
    ),
    decoys=(
        Decoy("n to a power", "n^(-r/d) at five points", lambda n, d, r: theory.nn_distance_asymptotic(n, d, 1.0, r)),
        Decoy("ball of d + 1", "V_(d+1) in place of V_d", lambda n, d, r: _next_ball(n, d, 1.0, r)),
        Decoy("no Gamma", "(n V_d)^(-r/d)", lambda n, d, r: _without_gamma(n, d, 1.0, r)),
    ),
    tails={"value": Moments(skewness=2.5)},
)  # fmt: skip

SURFACE = claim(
    slug="nn-distance-any-manifold",
    title="On a curved surface only its area matters, to leading order",
    statement=(
        r"On a torus of revolution in $\mathbf{R}^3$ (not homogeneous, distances by chords) $(n\pi/|M|)^{r/2}\,"
        r"\mathrm{E}D^r \to \Gamma(1+r/2)$ with an error of order $1/n$."
    ),
    source=_SOURCE,
    kind=Limit(resolution=0.0225),
    predict=lambda n, ratio, r: float(theory.nn_distance_asymptotic(1, 2, math.pi, r)),
    simulate=sims.nn_distance_surface,
    grid=Grid(
        quick=cells(n=[40, 80, 160], ratio=0.5, r=1.0),
        full=(*cells(n=[100, 200, 400], ratio=0.5, r=1.0), *cells(n=[200, 400, 800], ratio=0.3, r=2.0)),
    ),
    decoys=(
        Decoy("no Gamma", "1", lambda n, ratio, r: 1.0 if r != 2 else 2.0),
        Decoy("the space's ball", "n 4 pi/3 in place of n pi",
              lambda n, ratio, r: float(theory.nn_distance_asymptotic(1, 2, 0.75 * math.pi, r))),
    ),
    tails={"value": Moments(skewness=1.5)},
)  # fmt: skip

RATIOS = claim(
    slug="nn-distance-ratios",
    title="Ratios of neighbours' distances tell the dimension",
    statement=(
        r"Where the $k$ nearest lie in flat space, $\frac1{k-1}\sum_{j<k}\log(T_k/T_j)$ follows "
        r"$\mathrm{Gamma}(k-1, \frac{1}{(k-1)d})$, whatever $n$."
    ),
    source=_RATIOS,
    kind=Law(resolution=0.02),
    predict=lambda n, d, k: {"value": theory.log_ratio_law(d, k)},
    simulate=sims.log_ratios,
    grid=Grid(
        quick=(*cells(n=20, d=1, k=2), *cells(n=40, d=2, k=5), *cells(n=80, d=3, k=10)),
        full=(*cells(n=20, d=1, k=[2, 5]), *cells(n=60, d=2, k=[2, 10]), *cells(n=400, d=5, k=[2, 10])),
    ),
    decoys=(
        Decoy("k logarithms", "Gamma(k, 1/(k d))", lambda n, d, k: {"value": theory.log_ratio_law(d, k + 1)}),
        Decoy("d + 1", "one dimension more", lambda n, d, k: {"value": theory.log_ratio_law(d + 1, k)}),
    ),
)

CLAIMS: tuple[Claim, ...] = (SPHERE, LAW, TORUS, SURFACE, RATIOS)
