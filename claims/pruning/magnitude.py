"""Risk of magnitude pruning against the density kept, on both sides of interpolation, and where it is least."""

from __future__ import annotations

from typing import Any

import numpy as np

import sims.pruning as sims
import theory.pruning as theory
from claims import Claim, Decoy, Grid, Limit, Order, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
Numbers = tuple[float, ...]
Values = np.ndarray[Any, Any]
CHANG = Source("chang2021provable", "setting: abstract seen; curve derived here", "derived")
SPARSE: Named = {"sigma2": 0.5, "pis": (0.75, 0.25), "betas": (0.0, 4.0)}
NEXT = "the next order, (c/p)^2 with c < 4 at the smallest p, an eighth of it after the extrapolation"


@instance
def curve(ratio: float, keep: Numbers, p: int) -> Named:
    """n = ratio p samples, a quarter of the weights not 0, of energy 1."""
    return {"n": round(ratio * p), "p": p, "keep": keep, **SPARSE}


def _at_random(ratio: float, keep: Numbers, p: int) -> Values:
    """Weights kept at random: between those of none and of all, as the density."""
    whole = theory.magnitude_risk(**{**curve(ratio=ratio, keep=keep, p=p), "keep": 1.0})
    return np.asarray(np.array(keep) * whole + (1 - np.array(keep)))


def _not_shrunk(ratio: float, keep: Numbers, p: int) -> Values:
    """The noise of the minimum norm on weights that are not shrunk: what 2p + 1 samples of that noise give."""
    at = curve(ratio=ratio, keep=keep, p=p)
    n = at["n"]
    if n < p:
        noise = n / p * (1 - n / p) + n * at["sigma2"] / (p - n - 1)
        at = {**at, "n": 2 * p + 1, "sigma2": noise}
    return np.asarray(theory.magnitude_risk(**at))


def _no_projection(ratio: float, keep: Numbers, p: int) -> Values:
    """Without the energy that the minimum norm puts into other weights: as so much less noise."""
    at = curve(ratio=ratio, keep=keep, p=p)
    n = at["n"]
    less = (1 - n / p) * (p - n - 1) / p if n < p else 0.0
    return np.asarray(theory.magnitude_risk(**{**at, "sigma2": at["sigma2"] - less}))


_QUICK = tuple(
    cell for ratio in (2.0, 0.4) for cell in cells(ratio=ratio, keep=(0.2, 0.5), p=[40, 80, 160])
)  # fmt: skip

CURVE = claim(
    slug="magnitude-risk-curve",
    title="The whole curve of risk against density, on both sides of interpolation",
    statement=(
        r"As $n, p \to \infty$ at $n/p$ fixed, with the share $\rho$ of largest entries of the least-squares or "
        r"minimum-norm estimator kept, the excess risk tends to $\sum_i\pi_i[(1-\kappa_i)^2v_iA_i + "
        r"\kappa_i^2v_i(1-A_i) + c_i]$ with an error of order $1/p$, for weights a quarter of which are not $0$."
    ),
    source=CHANG,
    kind=Limit(size="p", order=1.0, resolution=0.0225, allowance=0.00125, because=NEXT),
    predict=curve.of(theory.magnitude_risk),
    simulate=curve.of(sims.magnitude_risk),
    grid=Grid(
        quick=_QUICK,
        full=tuple(
            cell for ratio in (2.0, 1.2, 0.8, 0.4)
            for cell in cells(ratio=ratio, keep=(0.1, 0.2, 0.5), p=[200, 400, 800])
        ),
    ),
    decoys=(
        Decoy("at random", "weights kept at random", _at_random),
        Decoy("not shrunk", "a = 1 for n < p", _not_shrunk),
        Decoy("no projection", "tau^2 without B (n/p)(1 - n/p)", _no_projection),
    ),
)  # fmt: skip

# --- one Gaussian component ------------------------------------------------------------------------------------------


@instance
def even(tau2: float, keep: Numbers, p: int) -> Named:
    """One component of energy 1 and n = 2p samples, with the noise that makes the variance of an estimate tau2."""
    return {"n": 2 * p, "p": p, "sigma2": tau2 * (p - 1) / p, "pis": (1.0,), "betas": (1.0,), "keep": keep}


@instance
def quieter(tau2: float, keep: Numbers, p: int) -> Named:
    """Half the noise."""
    return {**even(tau2=tau2 / 2, keep=keep, p=p)}


FLAT = claim(
    slug="magnitude-risk-curve-break-even",
    title="Where the estimates vary as much as the weights, pruning changes nothing at any density",
    statement=(
        r"For weights $N(0, \beta)$ and estimates of variance $\tau^2 = \beta$, $\kappa = \tfrac12$, the excess risk "
        r"tends to $\beta$ at every density, with an error of order $1/p$."
    ),
    source=CHANG,
    kind=Limit(size="p", order=1.0, resolution=0.0225, allowance=0.00125, because=NEXT),
    predict=lambda tau2, keep, p: {"value": np.full(len(keep), tau2)},
    simulate=even.of(sims.magnitude_risk),
    grid=Grid(
        quick=cells(tau2=1.0, keep=(0.1, 0.4), p=[40, 80, 160]),
        full=cells(tau2=1.0, keep=(0.1, 0.4, 0.7), p=[200, 400, 800]),
    ),
    decoys=(
        Decoy(
            "half of it", "it changes nothing where the estimates vary half as much",
            lambda tau2, keep, p: {"value": np.full(len(keep), tau2 / 2)}, quieter.of(sims.magnitude_risk),
        ),
    ),
)  # fmt: skip


@instance
def sided(tau2: float, keep: Numbers, p: int) -> Named:
    """Two densities, first the one that is called better."""
    return {**even(tau2=tau2, keep=keep if tau2 > 1 else keep[::-1], p=p)}


@instance
def turned(tau2: float, keep: Numbers, p: int) -> Named:
    """From the other end."""
    return {**sided(tau2=tau2, keep=keep[::-1], p=p)}


_HALVES = [(0.1, 0.5), (0.5, 1.0)]


SIDES = claim(
    slug="magnitude-risk-curve-gaussian",
    title="Gaussian weights have no density that is best: all or as few as may be",
    statement=(
        r"For weights $N(0, \beta)$ the mean risk rises with the density from a tenth to a half to all where "
        r"$\tau^2 > \beta$, and falls where $\tau^2 < \beta$."
    ),
    source=CHANG,
    kind=Order(resolution=0.1),
    predict=lambda tau2, keep, p: {"value": [0.0]},
    simulate=sided.of(sims.density_differences),
    grid=Grid(
        quick=cells(tau2=[0.5, 2.0], keep=_HALVES, p=60), full=cells(tau2=[0.5, 0.8, 1.25, 2.0], keep=_HALVES, p=400)
    ),
    decoys=(Decoy("turned", "the other way round", simulate=turned.of(sims.density_differences)),),
    scales={"value": 0.5},
)


@instance
def inside(ratio: float, keep: Numbers, p: int) -> Named:
    """The first density beside the others."""
    return {**curve(ratio=ratio, keep=keep, p=p)}


@instance
def sparser(ratio: float, keep: Numbers, p: int) -> Named:
    """The sparsest called best."""
    return {**curve(ratio=ratio, keep=(keep[1], keep[0], keep[2]), p=p)}


BEST = claim(
    slug="magnitude-risk-curve-optimum",
    title="Sparse weights have a density that is best",
    statement=(
        r"Where a quarter of the weights is not $0$ the mean risk at a density near that of the least limit is below "
        r"those at a third or a quarter of it and at one, for $n = 2p$ and $n = \tfrac25p$."
    ),
    source=CHANG,
    kind=Order(resolution=0.1),
    predict=lambda ratio, keep, p: {"value": [0.0, 0.0]},
    simulate=inside.of(sims.density_differences),
    grid=Grid(
        quick=(*cells(ratio=2.0, keep=(0.15, 0.05, 1.0), p=80), *cells(ratio=0.4, keep=(0.08, 0.02, 1.0), p=100)),
        full=(*cells(ratio=2.0, keep=(0.15, 0.05, 1.0), p=400), *cells(ratio=0.4, keep=(0.08, 0.02, 1.0), p=400)),
    ),
    decoys=(Decoy("the sparser the better", "far fewer are better", simulate=sparser.of(sims.density_differences)),),
    scales={"value": 0.5},
)

CLAIMS: tuple[Claim, ...] = (CURVE, FLAT, SIDES, BEST)
