"""One nearest neighbour as a regressor without noise."""

from __future__ import annotations

import math

import sims.manifold_learning as sims
import theory.manifold_learning as theory
from claims import Claim, Decoy, Grid, Limit, Mean, Moments, Source, cells, declared_in

claim = declared_in(__name__)
_SOURCE = Source("kpotufe2011knn", "rates in the intrinsic dimension recalled; constants derived here", "derived")


def _squared_mean(n: int, d: int) -> float:
    """Gamma(1 + 1/d)^2 in place of Gamma(1 + 2/d)."""
    return float(theory.one_nn_mse_torus(n, d) * math.gamma(1 + 1 / d) ** 2 / math.gamma(1 + 2 / d))


def _plane_wave(k1: int, k2: int) -> float:
    """E|grad f|^2 of sin 2 pi (k1 x1 + k2 x2)."""
    return 2 * math.pi**2 * (k1**2 + k2**2)


TORUS = claim(
    slug="one-nn-regression",
    title="The squared error of one nearest neighbour for a smooth function, exactly",
    statement=(
        r"For $f = \sum_i\sin 2\pi x_i$ on the flat torus the error is $d\,\mathrm{E}[1-\phi_d(2\pi D)]$, $\phi_d(z) = "
        r"\Gamma(d/2)(2/z)^{d/2-1}J_{d/2-1}(z)$, up to $(1-V_d2^{-d})^n$."
    ),
    source=_SOURCE,
    kind=Mean(resolution=0.0225),
    predict=theory.one_nn_mse_torus,
    simulate=sims.one_nn_mse_torus,
    grid=Grid(
        quick=(*cells(n=8, d=1), *cells(n=15, d=2), *cells(n=30, d=3), *cells(n=60, d=4)),
        full=(*cells(n=[20, 100], d=1), *cells(n=[30, 300], d=2), *cells(n=[60, 400], d=3), *cells(n=150, d=4)),
    ),
    decoys=(
        Decoy("no 1/d", "E|grad f|^2 E D^2: as if steps went along the gradient",
              lambda n, d: d * theory.one_nn_mse_torus(n, d)),
        Decoy("squared mean", "(E D)^2 in place of E D^2", _squared_mean),
        Decoy("asymptote", "the leading term at 8 to 60 points",
              lambda n, d: theory.one_nn_mse(n, d, 2 * math.pi**2 * d, 1.0)),
    ),
    tails={"value": Moments(skewness=3.0)},
)  # fmt: skip

CIRCLE = claim(
    slug="one-nn-regression-circle",
    title="On the circle the error is exact at every n",
    statement=(
        r"For $f = \sin2\pi x$ on the circle of length $1$ the error is $\int_0^{1/2}2\pi\sin(2\pi t)(1-2t)^n\,dt$."
    ),
    source=_SOURCE,
    kind=Mean(resolution=0.01),
    predict=theory.one_nn_mse_circle,
    simulate=sims.one_nn_mse_circle,
    grid=Grid(quick=cells(n=[2, 4, 20, 100]), full=cells(n=[2, 5, 20, 100, 1000])),
    decoys=(
        Decoy("asymptote", "pi^2/n^2", lambda n: theory.one_nn_mse(n, 1, 2 * math.pi**2, 1.0)),
        Decoy("n + 1", "(1 - 2t)^(n+1): the query counted as a point", lambda n: theory.one_nn_mse_circle(n + 1)),
    ),
    tails={"value": Moments(skewness=2.0)},
)

WAVE = claim(
    slug="one-nn-regression-any-function",
    title="Of another function only the mean squared gradient matters",
    statement=(
        r"For $f = \sin2\pi k\cdot x$ on the flat torus of two dimensions $n$ times the squared error tends to "
        r"$\frac{\mathrm{E}|\nabla f|^2}{2}\,\Gamma(2)\,|M|/V_2$, with an error of order $1/n$."
    ),
    source=_SOURCE,
    kind=Limit(resolution=0.025),
    predict=lambda n, radius, k1, k2: {"wave": float(theory.one_nn_mse(1, 2, _plane_wave(k1, k2), 1.0))},
    simulate=sims.smooth_tasks,
    grid=Grid(
        quick=cells(radius=0.2, k1=0, k2=1, n=[40, 80, 160]),
        full=(*cells(radius=0.2, k1=1, k2=1, n=[200, 400, 800]), *cells(radius=0.2, k1=0, k2=1, n=[100, 200, 400])),
    ),
    decoys=(
        Decoy("no 1/d", "E|grad f|^2 E D^2",
              lambda n, radius, k1, k2: {"wave": float(2 * theory.one_nn_mse(1, 2, _plane_wave(k1, k2), 1.0))}),
        Decoy("squared mean", "(E D)^2",
              lambda n, radius, k1, k2: {
                  "wave": float(math.gamma(1.5) ** 2 * theory.one_nn_mse(1, 2, _plane_wave(k1, k2), 1.0))
              }),
    ),
    tails={"wave": Moments(skewness=2.0)},
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (TORUS, CIRCLE, WAVE)
