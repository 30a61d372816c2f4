"""Whoever recovers what a measurement nearly erases must amplify noise there."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import sims.explanations as sims
import theory.explanations as theory
from claims import Bound, Claim, Decoy, Grid, Identity, Source, cells, declared_in, instance

claim = declared_in(__name__)
KERNEL = Source("gottschling2020troublesome", "inequality recalled up to constants; equality derived here", "derived")
Named = dict[str, Any]
SIGMA = (1.5, 1.2, 1.0, 0.7, 0.4, 0.2)


@instance
def singular(lam: float) -> Named:
    """Six singular values."""
    return {"sigma": SIGMA, "lam": lam}


ATTAINED = claim(
    slug="accuracy-costs-stability",
    title="Tikhonov's reconstruction is exactly as steep as its accuracy forces it to be",
    statement=(
        r"Between two inputs on opposite sides along a right singular vector of a $6\times10$ matrix, the slope of "
        r"$\Psi = A^\top(AA^\top+\lambda)^{-1}$ and the bound $(|x-x'|-e-e')/|A(x-x')|$ from its errors are both "
        r"$\sigma/(\sigma^2+\lambda)$."
    ),
    source=KERNEL,
    kind=Identity(tolerance=1e-10, trials=32),
    predict=lambda lam: dict.fromkeys(("slope", "bound"), theory.tikhonov_gain(SIGMA, lam)),
    simulate=singular.of(sims.tikhonov_attained),
    grid=Grid(quick=cells(lam=[0.3, 0.01]), full=cells(lam=[1.0, 0.3, 0.1, 0.01])),
    decoys=(
        Decoy("inverse", "1/sigma", lambda lam: {key: [1 / s for s in SIGMA] for key in ("slope", "bound")}),
        Decoy("no errors", "|x - x'|/|A(x - x')|", lambda lam: {"bound": [1 / s for s in SIGMA]}),
    ),
)

ANY = claim(
    slug="accuracy-costs-stability-any-map",
    title="Any reconstruction is at least as steep as its accuracy at two inputs forces it to be",
    statement=(
        r"For any map $\Psi$ with errors $e$, $e'$ at $x$, $x'$ the bound $(|x-x'|-e-e')/|A(x-x')|$ is at most "
        r"$|\Psi(Ax)-\Psi(Ax')|/|A(x-x')|$: linear maps, networks and thresholds, over random matrices and pairs."
    ),
    source=KERNEL,
    kind=Bound(trials=256),
    predict=lambda family, lam: 1.0,
    simulate=sims.steepness,
    grid=Grid(
        quick=(*cells(family="tikhonov", lam=0.1), *cells(family=["tikhonov and network", "thresholded"], lam=0.01)),
        full=cells(family=["tikhonov", "tikhonov and network", "thresholded"], lam=[0.1, 0.01, 0.001]),
    ),
    decoys=(
        Decoy("no errors", "|x - x'|/|A(x - x')|", None, partial(sims.steepness, counted="none")),
        Decoy("one error", "the error at one input alone", None, partial(sims.steepness, counted="one")),
    ),
)  # fmt: skip


def _blurred(frequency: int, n: int = 32) -> float:
    return math.exp(-0.5 * (2 * math.pi * frequency / n) ** 2)


PHOTOGRAPHS = claim(
    slug="accuracy-costs-stability-photographs",
    title="Seeing a fine detail in a blurred photograph costs the gain at its frequency",
    statement=(
        r"For rows of photographs blurred by a Gaussian and reconstructed by Tikhonov's method, with and without a "
        r"wave of frequency $k$, the bound from the errors at both is at most the gain $\sigma_k/(\sigma_k^2+\lambda)$."
    ),
    source=KERNEL,
    kind=Bound(trials=512),
    predict=lambda lam, width, frequency: {"bound": theory.tikhonov_gain(_blurred(frequency), lam)},
    simulate=sims.blurred_photographs,
    grid=Grid(
        quick=cells(lam=[0.01, 1e-4], width=1.0, frequency=[6, 9]),
        full=cells(lam=[0.01, 1e-3, 1e-4, 1e-6], width=1.0, frequency=[3, 6, 9]),
    ),
    decoys=(
        Decoy("blur itself", "at most sigma_k", lambda lam, width, frequency: {"bound": _blurred(frequency)}),
        Decoy("root", "the root of lam in place of lam",
              lambda lam, width, frequency: {"bound": theory.tikhonov_gain(_blurred(frequency), lam**0.5)}),
    ),
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (ATTAINED, ANY, PHOTOGRAPHS)
