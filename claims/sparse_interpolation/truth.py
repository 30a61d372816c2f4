"""A sparse truth in the noise, under priors from l1 to l2."""

from __future__ import annotations

from typing import Any

import numpy as np

import sims.sparse_interpolation as sims
import theory.sparse_interpolation as theory
from claims import Claim, Decoy, Grid, Identity, Limit, Source, cells, declared_in, instance
from claims.sparse_interpolation.recipes import (
    CERTIFICATES,
    CONTROL_SCALES,
    TAILS,
    Named,
    bridged,
    label_noise_alone,
    pure,
    spikes,
    with_controls,
    zeros_alone,
)
from sims import instances

claim = declared_in(__name__)
LI_WEI = Source("li2021minimum", "state evolution recalled; zero-penalty limit derived here", "derived")
BRIDGE = Source("donhauser2022fast", "this estimator (abstract seen); its state evolution derived here", "derived")
CONTROLS = ("ridgeless", "shortest")
SIZES = [8, 16, 32]

SPARSE = claim(
    slug="l1-sparse-risk",
    title="The risk of the sparsest interpolator of a sparse truth in noise",
    statement=(
        r"With $n/8$ equal spikes the interpolator of least $\ell_1$ norm has the risk $R = \sum_j "
        r"\mathrm{E}(\mathrm{soft}(w^*_j+\tau Z;\theta)-w^*_j)^2$, $\tau^2 = (\sigma^2+R)/n$, "
        r"$\sum_j P(|w^*_j+\tau Z|>\theta) = n$, in the limit, at order $1/n$."
    ),
    source=LI_WEI,
    kind=Limit(size="n", order=1.0, resolution=0.025),
    predict=spikes.of(with_controls(theory.min_l1_risk, *CONTROLS)),
    simulate=spikes.of(sims.min_l1_risk),
    grid=Grid(
        quick=cells(ratio=2.5, share=0.125, height=2.0, n=SIZES),
        full=(
            *cells(ratio=4.0, share=0.125, height=3.0, n=SIZES),
            *cells(ratio=2.5, share=0.125, height=5.0, n=SIZES),
        ),
    ),
    decoys=(
        Decoy("noise alone", "what it costs without a truth",
              spikes.of(lambda n, d, values, counts, sigma2: theory.min_l1_noise_risk(n, d, sigma2))),
        Decoy("zeros alone", "the error on the spikes left out", spikes.of(zeros_alone)),
        Decoy("label noise alone", "sigma2 in place of sigma2 + R in tau", spikes.of(label_noise_alone)),
    ),
    tails=TAILS,
    certificates=CERTIFICATES,
    controls=CONTROLS,
    scales=CONTROL_SCALES,
)  # fmt: skip


def _no_feedback(**cell: Any) -> float:
    risk = theory.min_lp_risk(**cell)
    return float(risk / (1 + risk / cell["sigma2"]))


def _strongest(p: float, **cell: Any) -> float:
    return theory.min_l1_risk(**cell)


def _weakest(p: float, **cell: Any) -> float:
    return theory.min_lp_risk(p=2.0, **cell)


def _truthless(n: int, d: int, p: float, values: Any, counts: Any, sigma2: float) -> float:
    return theory.min_lp_risk(n, d, p, [0.0], [d], sigma2)


BRIDGED = claim(
    slug="lp-risk",
    title="The risk of the interpolator of least l_p norm",
    statement=(
        r"With $n/8$ equal spikes the interpolator of least $\ell_p$ norm, $1 < p < 2$, has the risk $R = "
        r"\tau^2\sum_j\mathrm{E}(\eta(w^*_j/\tau+Z)-w^*_j/\tau)^2$, $\tau^2 = (\sigma^2+R)/n$, $\sum_j "
        r"\mathrm{E}[Z\eta(w^*_j/\tau+Z)] = n$, $\eta$ the proximal map of $\theta|u|^p/p$, at order $1/n$."
    ),
    source=BRIDGE,
    kind=Limit(size="n", order=1.0, resolution=0.025),
    predict=bridged.of(with_controls(theory.min_lp_risk, *CONTROLS)),
    simulate=bridged.of(sims.min_lp_risk),
    grid=Grid(
        quick=tuple(cell for p in (1.2, 1.5) for cell in cells(p=p, ratio=4.0, share=0.125, height=2.0, n=SIZES)),
        full=tuple(cell for p in (1.1, 1.8) for cell in cells(p=p, ratio=4.0, share=0.125, height=4.0, n=SIZES)),
    ),
    decoys=(
        Decoy("p = 1", "as if the prior were as strong as it can be", bridged.of(_strongest)),
        Decoy("p = 2", "as if it were least squares", bridged.of(_weakest)),
        Decoy("noise alone", "what it costs without a truth", bridged.of(_truthless)),
    ),
    tails=TAILS,
    certificates=CERTIFICATES,
    controls=CONTROLS,
    scales=CONTROL_SCALES,
)

PURE = claim(
    slug="lp-risk-noise",
    title="What noise costs at each p",
    statement=(
        r"For labels of noise the interpolator of least $\ell_p$ norm has the risk $\sigma^2\rho/(1-\rho)$, "
        r"$\rho = (d/n)\mathrm{E}\eta(Z)^2$, $d\,\mathrm{E}[Z\eta(Z)] = n$, in the limit, at order $1/n$."
    ),
    source=BRIDGE,
    kind=Limit(size="n", order=1.0, resolution=0.025),
    predict=pure.of(with_controls(theory.min_lp_risk, "ridgeless")),
    simulate=pure.of(sims.min_lp_risk),
    grid=Grid(
        quick=(*cells(p=1.2, ratio=4.0, n=SIZES), *cells(p=1.5, ratio=8.0, n=SIZES)),
        full=tuple(cell for p in (1.05, 1.5, 1.8) for cell in cells(p=p, ratio=4.0, n=[16, 32, 64])),
    ),
    decoys=(
        Decoy("p = 1", "as if the prior were as strong as it can be", pure.of(_strongest)),
        Decoy("p = 2", "as if it were least squares", pure.of(_weakest)),
        Decoy("no feedback", "sigma2 rho: the error that the fit adds is not fitted again", pure.of(_no_feedback)),
    ),
    tails=TAILS,
    certificates=CERTIFICATES,
    controls=("ridgeless",),
    scales={"ridgeless": CONTROL_SCALES["ridgeless"]},
)


@instance
def given(n: int, d: int, p: float, number: int) -> Named:
    """Gaussian rows and labels, the same on every machine."""
    data = instances.gaussian(n, d + 1, instance=number)
    return {"X": data[:, 1:], "y": data[:, 0], "p": p}


def _least_squares(X: Any, y: Any, p: float) -> float:
    """Of the interpolator of least l2 norm."""
    return float(np.linalg.norm(np.linalg.pinv(X) @ y, p))


NORM = claim(
    slug="lp-risk-norm",
    title="Each simulated interpolator has the least norm of its data",
    statement=(
        r"On given data the reweighted steps, and the interior point at $p = 1$, end at the least $\ell_p$ norm of an "
        r"interpolator, as a linear programme and Newton's method on the dual find it."
    ),
    source=Source("donhauser2022fast", "definition of the estimator (abstract seen)", "derived"),
    kind=Identity(tolerance=1e-8, trials=1),
    predict=given.of(theory.min_lp_norm),
    simulate=given.of(sims.min_lp_norm),
    grid=Grid(
        quick=cells(n=8, d=[8, 12, 40], p=[1.0, 1.1, 1.2, 1.5, 2.0], number=0),
        full=cells(n=20, d=[24, 80], p=[1.0, 1.05, 1.2, 1.5], number=[1, 2]),
    ),
    decoys=(
        Decoy("least squares", "the l_p norm of the interpolator of least l2 norm", given.of(_least_squares)),
        Decoy("p = 2", "the least l2 norm", given.of(lambda X, y, p: theory.min_lp_norm(X, y, 2.0))),
    ),
    certificates=CERTIFICATES,
)

CLAIMS: tuple[Claim, ...] = (SPARSE, BRIDGED, PURE, NORM)
