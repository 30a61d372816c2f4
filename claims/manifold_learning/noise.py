"""Beyond the theorem: points near a manifold and not on it, and images of digits."""

from __future__ import annotations

import sims.manifold_learning as sims
import theory.manifold_learning as theory
from claims import Claim, Decoy, Grid, Mean, Moments, Observation, Source, cells, declared_in

claim = declared_in(__name__)

NOISE = claim(
    slug="beyond-the-theorem-noise",
    title="Points near a manifold: neighbours at every scale of the noise",
    statement=(
        r"For points $(x, \tau g)$, $x$ uniform on $[0,1)^d$, $g$ Gaussian in $D-d$ directions, $P(D>t) = \mathrm{E}_q"
        r"(1-V_d\mathrm{E}[(t^2-\tau^2w)_+^{d/2}])^n$ with $q \sim \chi^2_{D-d}$, $w \sim \chi^2_{D-d}(q)$, below, at "
        r"and above the noise."
    ),
    source=Source("penrose2003random", "neighbours of uniform points recalled; noise derived here", "derived"),
    kind=Mean(resolution=0.02),
    predict=theory.nn_distance_noisy,
    simulate=sims.nn_distance_noisy,
    grid=Grid(
        quick=(
            *cells(n=50, d=1, D=2, tau=0.1, r=1.0),
            *cells(n=100, d=2, D=10, tau=[0.003, 0.02, 0.04], r=1.0),
            *cells(n=100, d=2, D=3, tau=0.05, r=2.0),
        ),
        full=(
            *cells(n=[100, 1000], d=1, D=10, tau=[0.001, 0.01], r=1.0),
            *cells(n=[200, 2000], d=2, D=[3, 10], tau=[0.01, 0.03], r=1.0),
        ),
    ),
    decoys=(
        Decoy("no noise", "the distance along the manifold alone",
              lambda n, d, D, tau, r: theory.nn_distance_torus(n, d, r)),
        Decoy("added", "both squares added: D^2 + 2 tau^2 (D - d)",
              lambda n, d, D, tau, r: (theory.nn_distance_torus(n, d, 2.0) + 2 * tau**2 * (D - d)) ** (r / 2)),
    ),
    tails={"value": Moments(skewness=2.0)},
)  # fmt: skip

DIGITS = claim(
    slug="beyond-the-theorem-digits",
    title="Distances between images of digits: what dimension they tell",
    statement=(
        r"The local slope of the mean distance to the nearest of $n$ images and the dimension that ratios of ten "
        r"neighbours tell, beside $-1/61$ and $61$, the pixels that vary."
    ),
    source=Source("levina2005maximum", "estimator recalled; no theorem for digits", "derived"),
    kind=Observation(trials=64),
    predict=lambda n: {"slope": -1 / 61, "dimension": 61.0},
    simulate=sims.digits_neighbours,
    grid=Grid(quick=cells(n=[100, 400, 1600]), full=cells(n=[100, 200, 400, 800, 1600])),
    decoys=(),
)

CLAIMS: tuple[Claim, ...] = (NOISE, DIGITS)
