"""Features under a deep linear head: a first-order transition."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

import sims.neural_collapse as sims
import theory.neural_collapse as theory
from claims import Claim, Decoy, Grid, Identity, Source, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]
_SOURCE = Source("dang2023neural", "deep linear head; threshold", "derived")


def _geometric_mean(lambdas: Sequence[float]) -> float:
    return math.exp(sum(math.log(value) for value in lambdas) / len(lambdas))


# --- the optimum -----------------------------------------------------------------------------------------------------


def predict_optimum(n_per_class: Sequence[int], lambdas: Sequence[float]) -> Named:
    """Value, strengths and the strength of every layer, at the best of the starts; equal costs."""
    optimum = theory.deep_head_optimum(n_per_class, lambdas)
    layers = -np.sort(-optimum.layer_sv, axis=1)
    return {"loss": optimum.loss, "z": optimum.z, "layer_sv": layers, "balance": 0.0}


def soft_threshold(n_per_class: Sequence[int], lambdas: Sequence[float]) -> Named:
    """The soft threshold of two layers."""
    c = _geometric_mean(lambdas)
    optimum = theory.deep_head_optimum(n_per_class, [c, c])
    return {"loss": optimum.loss, "z": optimum.z}


def continuous_transition(n_per_class: Sequence[int], lambdas: Sequence[float]) -> Named:
    """z falls continuously to 0 at the threshold."""
    critical = theory.deep_head_optimum(n_per_class, lambdas).c_crit
    share = np.maximum(0.0, 1 - _geometric_mean(lambdas) / critical)
    return {"z": np.sqrt(np.asarray(n_per_class)) * share}


def common_penalty(n_per_class: Sequence[int], lambdas: Sequence[float]) -> Named:
    """Every layer has the same singular values, whatever its penalty."""
    c = _geometric_mean(lambdas)
    layers = theory.deep_head_optimum(n_per_class, [c] * len(lambdas)).layer_sv
    return {"layer_sv": -np.sort(-layers, axis=1)}


_QUICK = (
    {"n_per_class": (9, 4, 2), "lambdas": (4e-3, 4e-3, 4e-3)},
    {"n_per_class": (9, 4, 2), "lambdas": (4e-3, 2e-3, 8e-3, 3e-3)},
    # 3 % below and above the threshold 1/12 of equal classes.
    {"n_per_class": (4, 4, 4), "lambdas": (0.0808, 0.0808, 0.0808)},
    {"n_per_class": (4, 4, 4), "lambdas": (0.0858, 0.0858, 0.0858)},
)

OPTIMUM = claim(
    slug="deep-linear-head",
    title="A deep linear head: value and strengths of every layer",
    statement=(
        r"Under $L-1$ linear layers class $k$ has in the product the largest root of $z - \sqrt{n_k} + Ncz^{2/L-1} = "
        r"0$, $c = (\prod_i\lambda_i)^{1/L}$, and in each layer the singular value $s_i$ with $\lambda_is_i^2 = "
        r"cz^{2/L}$, or vanishes altogether; no start ends lower."
    ),
    source=_SOURCE,
    # Local minima are real: the best of all starts counts, among which every set of the largest classes is planted.
    kind=Identity(tolerance=1e-7, trials=2),
    predict=predict_optimum,
    simulate=sims.deep_head_optimum,
    certificates={"gradient": 1e-9},
    grid=Grid(
        quick=_QUICK,
        full=(
            *_QUICK,
            {"n_per_class": (16, 12, 9, 4, 2), "lambdas": (1e-3, 2e-3, 1e-3)},
            {"n_per_class": (16, 12, 9, 4, 2), "lambdas": (2e-3,) * 6},
        ),
    ),
    decoys=(
        Decoy("soft threshold", "the law of two layers", soft_threshold),
        Decoy("continuous", "z falls continuously to 0", continuous_transition),
        Decoy("common penalty", "every layer the same", common_penalty),
    ),
)

# --- both branches, and the jump -------------------------------------------------------------------------------------


def predict_branches(n: int, N: int, L: int, c: float) -> Named:
    """Both minima at this penalty, where they cross, and what is left of sqrt(n) there."""
    branches = theory.deep_head_branches(n, N, L, c)
    names = ("alive", "alive_loss", "dead_loss", "c_crit")
    return {name: getattr(branches, name) for name in names} | {"jump": (L - 2) / (L - 1)}


def wrong_power_jump(n: int, N: int, L: int, c: float) -> Named:
    """(L-1)^(1-2/L) in the denominator."""
    return {"c_crit": n ** (1 - 1 / L) * ((L - 2) / (L - 1)) ** (1 - 2 / L) / N}


def fold_jump(n: int, N: int, L: int, c: float) -> Named:
    """The fold, where the living branch ends as a local minimum."""
    return {"c_crit": theory.deep_head_branches(n, N, L, c).c_fold, "jump": (L - 2) / (2 * (L - 1))}


def no_jump(n: int, N: int, L: int, c: float) -> Named:
    """A continuous transition, at the threshold of two layers."""
    return {"c_crit": math.sqrt(n) / N, "jump": 0.0}


def unpenalised_loss(n: int, N: int, L: int, c: float) -> Named:
    """The living branch's loss without its penalties."""
    return {"alive_loss": (math.sqrt(n) - theory.deep_head_branches(n, N, L, c).alive) ** 2 / (2 * N)}


def _around(*models: tuple[int, int, int]) -> tuple[Named, ...]:
    """Penalties well below, just below and just above the crossing."""
    return tuple(
        {"n": n, "N": N, "L": L, "c": round(share * theory.deep_head_branches(n, N, L, 1.0).c_crit, 6)}
        for n, N, L in models
        for share in (0.5, 0.99, 1.01)
    )


_BRANCHES = _around((4, 12, 3), (3, 6, 4))

BRANCHES = claim(
    slug="deep-linear-head-branches",
    title="Under a deep head a class is lost in a jump",
    statement=(
        r"For $L \ge 3$ a class has two local minima: the dead one of loss $n/2N$ and the living one of loss "
        r"$(y - z)(y + (L-1)z)/2N$, $y = \sqrt n$, which cross at $Nc = y^{2-2/L}(L-2)^{1-2/L}/(L-1)^{2-2/L}$, where "
        r"the strength falls from $\sqrt n\,(L-2)/(L-1)$ to 0."
    ),
    source=_SOURCE,
    # Both minima are isolated up to rotations: what is left is of the order of the gradient.
    kind=Identity(tolerance=1e-9, trials=4),
    predict=predict_branches,
    simulate=sims.deep_head_branches,
    certificates={"gradient": 1e-10, "residual": 1e-10},
    grid=Grid(quick=_BRANCHES, full=(*_BRANCHES, *_around((4, 12, 4), (4, 12, 6), (6, 24, 3), (2, 10, 5)))),
    decoys=(
        Decoy("wrong power", "(L-1)^(1-2/L) in the denominator", wrong_power_jump),
        Decoy("fold", "where the living branch ends", fold_jump),
        Decoy("continuous", "no jump, threshold of two layers", no_jump),
        Decoy("penalty forgotten", "the living loss (y - z)^2/2N", unpenalised_loss),
    ),
)

CLAIMS: tuple[Claim, ...] = (OPTIMUM, BRANCHES)
