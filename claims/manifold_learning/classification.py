"""One nearest neighbour as a classifier without label noise."""

from __future__ import annotations

import math

import sims.manifold_learning as sims
import theory.manifold_learning as theory
from claims import Claim, Decoy, Grid, Limit, Mean, Moments, Source, cells, declared_in

claim = declared_in(__name__)
_SOURCE = Source("liu2021besov", "motivation, abstract seen; derived here", "derived")


def _cosine(d: int) -> float:
    return float(math.gamma(d / 2) / (math.sqrt(math.pi) * math.gamma((d + 1) / 2)))


TORUS = claim(
    slug="one-nn-classification",
    title="One nearest neighbour errs where the boundary lies between a point and its neighbour",
    statement=(
        r"On the flat torus with label $x_1 < 1/2$ the test error is $2\,\mathrm{E}D\,\mathrm{E}|u_1|$, $u$ uniform on "
        r"the unit sphere of $\mathbf{R}^d$: two boundaries, each crossed with half that probability."
    ),
    source=_SOURCE,
    kind=Mean(resolution=0.0225),
    predict=theory.one_nn_error_torus,
    simulate=sims.one_nn_error_torus,
    grid=Grid(
        quick=(*cells(n=8, d=1), *cells(n=15, d=2), *cells(n=30, d=3)),
        full=(*cells(n=[10, 40], d=1), *cells(n=[30, 100], d=2), *cells(n=[60, 300], d=3), *cells(n=200, d=4)),
    ),
    decoys=(
        Decoy("no direction", "2 E D: as if every neighbour lay across",
              lambda n, d: theory.one_nn_error_torus(n, d) / _cosine(d)),
        Decoy("one boundary", "|dM| = 1", lambda n, d: 0.5 * theory.one_nn_error_torus(n, d)),
        Decoy("d + 1", "the rate of one dimension more", lambda n, d: theory.one_nn_error_torus(n, d + 1)),
    ),
    tails={"value": Moments(skewness=3.0)},
)  # fmt: skip

SPHERE = claim(
    slug="one-nn-classification-sphere",
    title="Hemispheres: the error is the mean distance over pi, at every n and d",
    statement=r"On $S^d$ with hemispheres as classes the test error of one nearest neighbour is $\mathrm{E}D/\pi$.",
    source=_SOURCE,
    kind=Mean(resolution=0.0225),
    predict=theory.one_nn_error_sphere,
    simulate=sims.one_nn_error_sphere,
    grid=Grid(
        quick=(*cells(n=8, d=1), *cells(n=15, d=2), *cells(n=5, d=3), *cells(n=15, d=5)),
        full=(*cells(n=[10, 40], d=1), *cells(n=[40, 100], d=2), *cells(n=[5, 50], d=3), *cells(n=[20, 100], d=5)),
    ),
    decoys=(
        Decoy("asymptote", "the leading term at five points",
              lambda n, d: theory.one_nn_error(n, d, 2 * math.pi ** (d / 2) / math.gamma(d / 2),
                                               2 * math.pi ** ((d + 1) / 2) / math.gamma((d + 1) / 2))),
        Decoy("no direction", "|dM|/|M| E D", lambda n, d: theory.one_nn_error_sphere(n, d) / _cosine(d)),
    ),
    tails={"value": Moments(skewness=3.0)},
)  # fmt: skip

DISC = claim(
    slug="one-nn-classification-any-boundary",
    title="A curved boundary counts by its length",
    statement=(
        r"With a disc as class, $|\partial M| = 2\pi\rho$, on the flat torus of two dimensions, $\sqrt n$ times the "
        r"test error tends to $\frac{|\partial M|}{|M|}\Gamma(3/2)(|M|/V_2)^{1/2}\,\frac2\pi$, with an error of order "
        r"$1/n$."
    ),
    source=_SOURCE,
    kind=Limit(resolution=0.0225),
    predict=lambda n, radius, k1, k2: {"disc": float(theory.one_nn_error(1, 2, 2 * math.pi * radius, 1.0))},
    simulate=sims.smooth_tasks,
    grid=Grid(
        quick=cells(radius=0.2, k1=0, k2=1, n=[50, 100, 200]),
        full=(*cells(radius=0.2, k1=1, k2=1, n=[100, 200, 400]), *cells(radius=0.1, k1=1, k2=1, n=[200, 400, 800])),
    ),
    decoys=(
        Decoy("no direction", "without 2/pi",
              lambda n, radius, k1, k2: {"disc": float(theory.one_nn_error(1, 2, math.pi**2 * radius, 1.0))}),
        Decoy("diameter", "|dM| = 4 rho: two lines as long as the disc is wide",
              lambda n, radius, k1, k2: {"disc": float(theory.one_nn_error(1, 2, 4 * radius, 1.0))}),
    ),
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (TORUS, SPHERE, DISC)
