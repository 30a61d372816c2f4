"""A new task on a given representation, from scratch, and where the two cost the same."""

from __future__ import annotations

from typing import Any

import sims.multitask_representation as sims
import theory.multitask_representation as theory
from claims import Claim, Decoy, Grid, Mean, Moments, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
DU = "du2021few"

# --- a representation that is given ----------------------------------------------------------------------------------


def predict_head(rho2: float, k: int, n2: int, sigma2: float, d: int) -> float:
    """The formula knows nothing of the dimension of the inputs."""
    return float(theory.transfer_risk(rho2, k, n2, sigma2))


def _free_misalignment(rho2: float, k: int, n2: int, sigma2: float, d: int) -> float:
    return rho2 + sigma2 * k / (n2 - k - 1)


def _classical(rho2: float, k: int, n2: int, sigma2: float, d: int) -> float:
    return rho2 + (sigma2 + rho2) * k / n2


def _all_inputs(rho2: float, k: int, n2: int, sigma2: float, d: int) -> float:
    return rho2 + (sigma2 + rho2) * d / (n2 - d - 1)


_FULL = (*cells(rho2=[0.0, 0.3], k=5, n2=[14, 40, 160], sigma2=1.0, d=30),)

HEAD = claim(
    slug="head-on-representation",
    title="What a representation leaves out of a new task counts twice, as bias and as noise",
    statement=(
        r"On a fixed orthonormal representation with $k$ dimensions that leaves out "
        r"$\rho^2 = \|(I-\hat B\hat B^\top)\theta\|^2$ of the target, least squares on $n_2$ Gaussian samples has "
        r"expected excess risk $\rho^2 + (\sigma^2+\rho^2)\, k/(n_2-k-1)$, whatever the dimension of the inputs."
    ),
    source=Source(DU, "target term sigma2 k/n2, here exactly", "derived"),
    kind=Mean(resolution=0.015),
    predict=predict_head,
    simulate=sims.transfer_risk,
    grid=Grid(quick=cells(rho2=[0.0, 0.5], k=3, n2=14, sigma2=0.5, d=8), full=_FULL),
    decoys=(
        Decoy("bias only", "rho2 + sigma2 k/(n2-k-1): what is left out is no noise", _free_misalignment),
        Decoy("k/n2", "the rate as an equality, for n2 much larger than k", _classical),
        Decoy("d for k", "all d inputs are fitted", _all_inputs),
    ),
    # n2 >= k + 9: the sixth moment exists.
    tails={"value": Moments(skewness=2.0)},
)

# --- no representation -----------------------------------------------------------------------------------------------

SCRATCH = claim(
    slug="head-on-representation-scratch",
    title="The same task from scratch, with its peak where the samples are as many as the inputs",
    statement=(
        r"Least squares on all $d$ inputs has expected excess risk $\sigma^2 d/(n_2-d-1)$ for $n_2 \ge d+2$ samples, "
        r"and $\|\theta\|^2(1-n_2/d) + \sigma^2 n_2/(d-n_2-1)$ with the minimum norm for $n_2 \le d-2$."
    ),
    source=Source("belkin2020two", "Theorem 1", "recalled"),
    kind=Mean(resolution=0.025),
    predict=theory.scratch_risk,
    simulate=sims.scratch_risk,
    grid=Grid(
        quick=cells(d=12, n2=[4, 24], sigma2=0.5, theta_norm2=1.0),
        full=cells(d=30, n2=[6, 12, 20, 40, 60], sigma2=0.5, theta_norm2=1.0),
    ),
    decoys=(
        Decoy(
            "no peak", "theta_norm2 (1 - n2/d) until all is known",
            lambda d, n2, sigma2, theta_norm2: theta_norm2 * max(1 - n2 / d, 0.0) + sigma2 * min(n2, d) / max(n2, d),
        ),
        Decoy(
            "without the -1", "variance min(n2,d)/|n2-d|",
            lambda d, n2, sigma2, theta_norm2: theta_norm2 * max(1 - n2 / d, 0.0)
            + sigma2 * min(n2, d) / abs(n2 - d),
        ),
    ),
    tails={"value": Moments(skewness=2.0)},
)  # fmt: skip

# --- where they meet -------------------------------------------------------------------------------------------------


def _at(n2: float, **cell: Any) -> Named:
    return {**cell, "n2": round(n2)}


@instance
def crossing(rho2: float, k: int, d: int, sigma2: float) -> Named:
    """As many target samples as the formula says."""
    return _at(theory.crossover(rho2, k, d, sigma2), rho2=rho2, k=k, d=d, sigma2=sigma2)


@instance
def crossing_one_early(rho2: float, k: int, d: int, sigma2: float) -> Named:
    """The same counted from d."""
    return _at(theory.crossover(rho2, k, d, sigma2) - 1, rho2=rho2, k=k, d=d, sigma2=sigma2)


@instance
def crossing_of_all_inputs(rho2: float, k: int, d: int, sigma2: float) -> Named:
    """As if all d dimensions cost noise."""
    return _at(d + 1 + sigma2 * d / rho2, rho2=rho2, k=k, d=d, sigma2=sigma2)


# rho2 is such that the number is an integer; both risks are d rho2/(d - k) there.
_CROSSINGS = (*cells(rho2=0.5, k=3, d=12, sigma2=1.0), *cells(rho2=0.5, k=2, d=8, sigma2=2.0))

CROSSOVER = claim(
    slug="head-on-representation-crossover",
    title="An imperfect representation helps up to an exact number of target samples",
    statement=(
        r"Least squares on all $d$ inputs has the same expected excess risk as on a $k$-dimensional representation "
        r"that leaves out $\rho^2$ of the target at exactly $n_2 = d + 1 + \sigma^2 (d-k)/\rho^2$ samples."
    ),
    source=Source(DU, "follows from the two risks", "derived"),
    kind=Mean(resolution=0.01),
    predict=lambda rho2, k, d, sigma2: 0.0,
    simulate=crossing.of(sims.head_start),
    grid=Grid(quick=_CROSSINGS, full=(*_CROSSINGS, *cells(rho2=0.5, k=5, d=20, sigma2=1.0))),
    decoys=(
        Decoy("without the 1", "n2 = d + sigma2 (d-k)/rho2", simulate=crossing_one_early.of(sims.head_start)),
        Decoy("d for d-k", "n2 = d + 1 + sigma2 d/rho2", simulate=crossing_of_all_inputs.of(sims.head_start)),
    ),
    scales={"value": 2 / 3},
    tails={"value": Moments(skewness=2.0)},
)

CLAIMS: tuple[Claim, ...] = (HEAD, SCRATCH, CROSSOVER)
