"""Training inside a subspace: the part of the gradient that goes, the part that stays, and what refreshes reach."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

import sims.low_rank_gradients as sims
import theory.low_rank_gradients as theory
from claims import Claim, Decoy, Exact, Grid, Identity, Mean, Moments, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
Numbers = tuple[float, ...]

_GALORE = Source("zhao2024galore", "convergence with fixed projections recalled; closed form", "derived")
_SIZES: Named = {"beta": (0.5, 0.8, 1.1, 1.4), "gamma": (0.6, 0.9, 1.2), "eta": 0.5}
_LARGE: Named = {
    "beta": tuple(0.5 + 0.9 * i / 11 for i in range(12)),
    "gamma": tuple(0.6 + 0.6 * i / 8 for i in range(9)),
    "eta": 0.5,
}


@instance
def fixed(beta: Numbers, gamma: Numbers, eta: float, r: int, t: int, number: int) -> Named:
    """A problem with a fixed random subspace of r columns."""
    one = sims.bilinear_problem(beta, gamma, r, instance=number)
    return {"G0": one.G0, "B": one.B, "C": one.C, "P": one.P, "eta": eta, "t": t}


def _through_b(beta: Numbers, gamma: Numbers, eta: float, r: int, t: int, number: int) -> Named:
    """P' of the gradient of a full descent: (I - eta B . C)^t in place of P'BP."""
    one = sims.bilinear_problem(beta, gamma, r, instance=number)
    H0 = one.U.T @ one.G0 @ one.V
    return {"value": one.P.T @ one.U @ (H0 * (1 - eta * np.outer(beta, gamma)) ** t) @ one.V.T}


def _smallest(beta: Numbers, gamma: Numbers, eta: float, r: int, t: int, number: int) -> Named:
    """The r smallest eigenvalues of B as those of P'BP."""
    one = sims.bilinear_problem(beta, gamma, r, instance=number)
    inner = np.linalg.eigh(one.P.T @ one.B @ one.P)[1]
    factors = (1 - eta * np.outer(beta[:r], gamma)) ** t
    return {"value": inner @ ((inner.T @ one.P.T @ one.G0 @ one.V) * factors) @ one.V.T}


RESIDUAL = claim(
    slug="projected-training",
    title="Inside a fixed subspace the projected gradient decays by the compressed curvature",
    statement=(
        r"Under $W \leftarrow W + \eta PP^\top G$, $P^\top G_t = \hat U[(\hat U^\top P^\top G_0V) \circ "
        r"(1-\eta\hat\beta_i\gamma_j)^t]V^\top$ with $P^\top BP = \hat U\mathrm{diag}(\hat\beta)\hat U^\top$."
    ),
    source=_GALORE,
    kind=Identity(tolerance=1e-9, trials=1),
    predict=fixed.of(theory.projected_residual, "value"),
    simulate=fixed.of(sims.projected_residual),
    grid=Grid(
        quick=(*cells(**_SIZES, r=[1, 2], t=[1, 7, 30], number=0), *cells(**_LARGE, r=4, t=10, number=1)),
        full=cells(**_LARGE, r=[1, 3, 8], t=[1, 10, 60], number=[2, 3]),
    ),
    decoys=(
        Decoy("full descent", "P' of the gradient without a projection", _through_b),
        Decoy("smallest of B", "the r smallest eigenvalues of B", _smallest),
    ),
    certificates={"drift": 1e-12},
)

# --- the floor -------------------------------------------------------------------------------------------------------


def _floor(beta: Numbers, gamma: Numbers, eta: float, r: int, steps: int, number: int) -> Named:
    one = sims.bilinear_problem(beta, gamma, r, instance=number)
    return {"value": theory.projection_floor(one.G0, one.B, one.P)}


@instance
def long(beta: Numbers, gamma: Numbers, eta: float, r: int, steps: int, number: int) -> Named:
    """The same, trained for very long."""
    one = sims.bilinear_problem(beta, gamma, r, instance=number)
    return {"G0": one.G0, "B": one.B, "C": one.C, "P": one.P, "eta": eta, "steps": steps}


def _outside(beta: Numbers, gamma: Numbers, eta: float, r: int, steps: int, number: int) -> Named:
    one = sims.bilinear_problem(beta, gamma, r, instance=number)
    return {"value": one.G0 - one.P @ (one.P.T @ one.G0)}


FLOOR = claim(
    slug="projection-floor",
    title="A fixed subspace leaves a gradient that never goes",
    statement=(
        r"With $C$ and $P^\top BP$ positive definite $G_t \to (I - BP(P^\top BP)^{-1}P^\top)G_0$, not "
        r"$(I-PP^\top)G_0$: moving inside $P$ moves the gradient outside it."
    ),
    source=Source("zhao2024galore", "fixed projections recalled; what they leave", "derived"),
    kind=Identity(tolerance=1e-8, trials=1),
    predict=_floor,
    simulate=long.of(sims.projection_floor),
    grid=Grid(
        quick=(*cells(**_SIZES, r=[1, 2, 3], steps=400, number=0), *cells(**_LARGE, r=4, steps=400, number=1)),
        full=cells(**_LARGE, r=[1, 3, 8, 11], steps=600, number=[2, 3]),
    ),
    decoys=(Decoy("outside P", "(I - P P') G_0", _outside),),
    certificates={"residual": 1e-11},
)

# --- refreshed subspaces ---------------------------------------------------------------------------------------------

_S = (5.0, 4.0, 3.0, 2.0, 1.5, 1.0, 0.5, 0.2)
_TIES = (2.0, 2.0, 2.0, 1.0)
_REFRESHES = (
    *cells(s=_S, r=[1, 2, 4], T=6, eta=0.2, cycles=8),
    *cells(s=_TIES, r=2, T=3, eta=0.2, cycles=5),
)


def _never_sorted(s: Numbers, r: int, T: int, eta: float, cycles: int) -> Any:
    """The first r directions in every cycle: a projection that is not refreshed."""
    a = np.asarray(s)
    kept = np.where(np.arange(len(a)) < r, (1 - eta) ** T, 1.0)
    return [0.5 * float(np.sum((a * kept**c) ** 2)) for c in range(cycles + 1)]


REFRESHED = claim(
    slug="projected-training-refreshed",
    title="Refreshed to the leading directions, training ends anywhere",
    statement=(
        r"With $B = C = I$ and $P$ set to the top $r$ left singular vectors of $G$ every $T$ steps, each cycle "
        r"multiplies the $r$ largest singular values by $(1-\eta)^T$; ties do no harm."
    ),
    source=Source("zhao2024galore", "refreshes recalled; closed form", "derived"),
    kind=Identity(tolerance=1e-9, trials=8),
    predict=theory.refreshed_loss,
    simulate=sims.refreshed_loss,
    grid=Grid(quick=_REFRESHES, full=(*_REFRESHES, *cells(s=tuple(1 / (1 + i) for i in range(40)), r=[2, 8], T=4,
                                                          eta=[0.1, 0.5], cycles=12))),
    decoys=(
        Decoy("never refreshed", "the r leading directions of the start, always", _never_sorted),
        Decoy("(1 - eta)^2T", "the singular values fall as the loss does",
              lambda s, r, T, eta, cycles: theory.refreshed_loss(s, r, 2 * T, eta, cycles)),
    ),
)  # fmt: skip


def _refresh(square: bool, m: int, r: int, T: int, eta: float, cycles: int, **_: Any) -> Any:
    if square:
        return (1 - r / m * (1 - (1 - eta) ** T)) ** (2 * np.arange(cycles + 1))
    return (1 - r / m) ** np.arange(cycles + 1) + 0.0


RANDOM = claim(
    slug="projected-training-random",
    title="Refreshed at random, the loss falls geometrically in the mean",
    statement=(
        r"With $B = C = I$ and a fresh uniformly random $r$-dimensional subspace every $T$ steps, $\mathrm{E}\,"
        r"\mathrm{loss}_c = \mathrm{loss}_0[1 - \frac rm(1-(1-\eta)^{2T})]^c$."
    ),
    source=Source("zhao2024galore", "random projections as a baseline; mean", "derived"),
    kind=Mean(resolution=0.015),
    predict=lambda loss0, m, r, T, eta, cycles: {"value": theory.random_refresh_loss(loss0, m, r, T, eta, cycles)},
    simulate=sims.random_refresh_loss,
    grid=Grid(
        quick=(
            *cells(loss0=1.0, m=8, r=2, T=6, eta=0.2, cycles=3),
            *cells(loss0=1.0, m=[6, 12], r=3, T=2, eta=0.2, cycles=4),
        ),
        full=(*cells(loss0=1.0, m=[8, 24], r=[2, 4], T=[2, 6], eta=[0.2, 0.05], cycles=5),),
    ),
    decoys=(
        Decoy("squared factor", "[1 - (r/m)(1 - (1-eta)^T)]^{2c}", functools.partial(_refresh, True)),
        Decoy("long cycles", "(1 - r/m)^c: every cycle to its end", functools.partial(_refresh, False)),
    ),
    tails={"value[0]": Exact(), "value": Moments(skewness=0.5)},
)

CLAIMS: tuple[Claim, ...] = (RESIDUAL, FLOOR, REFRESHED, RANDOM)
