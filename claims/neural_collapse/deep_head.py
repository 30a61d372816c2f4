"""Features under a deep linear head: a first-order transition."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

import sims.neural_collapse as sims
import theory.neural_collapse as theory
from claims.agreement import Identity
from claims.claim import Claim, Decoy, Grid, Source

Named = dict[str, Any]
_SOURCE = Source("dang2023neural", "deep linear head; threshold", "derived")


def _geometric_mean(lambdas: Sequence[float]) -> float:
    return math.exp(sum(math.log(value) for value in lambdas) / len(lambdas))


# --- the optimum -----------------------------------------------------------------------------------------------------


def predict_optimum(n_per_class: Sequence[int], lambdas: Sequence[float]) -> Named:
    """Value, strengths and the strength of every layer, at the best of the starts; equal costs; no gradient."""
    optimum = theory.deep_head_optimum(n_per_class, lambdas)
    layers = -np.sort(-optimum.layer_sv, axis=1)
    return {"loss": optimum.loss, "z": optimum.z, "layer_sv": layers, "balance": 0.0, "gradient": 0.0}


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

OPTIMUM = Claim(
    slug="deep-linear-head",
    topic="neural_collapse",
    title="A deep linear head: value and strengths of every layer",
    statement=(
        r"Under $L-1$ linear layers class $k$ has in the product the largest root of $z - \sqrt{n_k} + Ncz^{2/L-1} = "
        r"0$, $c = (\prod_i\lambda_i)^{1/L}$, and in each layer the singular value $s_i$ with $\lambda_is_i^2 = "
        r"cz^{2/L}$, or vanishes altogether; no start ends lower."
    ),
    source=_SOURCE,
    # Local minima are real: the best of 16 starts counts, judged with the norm of its gradient.
    kind=Identity(tolerance=1e-7, trials=2),
    predict=predict_optimum,
    simulate=sims.deep_head_optimum,
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

# --- the jump --------------------------------------------------------------------------------------------------------


def predict_jump(K: int, n: int, L: int) -> Named:
    """The threshold, and what is left of sqrt(n) just below it."""
    return {"c_crit": theory.deep_head_optimum([n] * K, [1.0] * L).c_crit[0], "jump": (L - 2) / (L - 1)}


def wrong_power_jump(K: int, n: int, L: int) -> Named:
    """(L-1)^(1-2/L) in the denominator."""
    return {"c_crit": n ** (1 - 1 / L) * ((L - 2) / (L - 1)) ** (1 - 2 / L) / (K * n)}


def fold_jump(K: int, n: int, L: int) -> Named:
    """The fold, where the living branch ends as a local minimum."""
    fold = n ** (1 - 1 / L) * (L / (2 * (L - 1))) * ((L - 2) / (2 * (L - 1))) ** (1 - 2 / L) / (K * n)
    return {"c_crit": fold, "jump": (L - 2) / (2 * (L - 1))}


def no_jump(K: int, n: int, L: int) -> Named:
    """A continuous transition, at the threshold of two layers."""
    return {"c_crit": math.sqrt(n) / (K * n), "jump": 0.0}


_JUMPS = ({"K": 3, "n": 4, "L": 3}, {"K": 2, "n": 3, "L": 4})

JUMP = Claim(
    slug="deep-linear-head-jump",
    topic="neural_collapse",
    title="Under a deep head a class is lost in a jump",
    statement=(
        r"For $L \ge 3$ a class is lost exactly when $Nc \ge n^{1-1/L}(L-2)^{1-2/L}/(L-1)^{2-2/L}$, where its "
        r"strength jumps from $\sqrt n\,(L-2)/(L-1)$ to 0."
    ),
    source=_SOURCE,
    # The last section is 0.1 % wide; the jump is read 0.1 % below its middle.
    kind=Identity(tolerance=0.01, trials=1),
    predict=predict_jump,
    simulate=sims.deep_head_transition,
    grid=Grid(
        quick=_JUMPS, full=(*_JUMPS, {"K": 3, "n": 4, "L": 4}, {"K": 3, "n": 4, "L": 6}, {"K": 4, "n": 6, "L": 3})
    ),
    decoys=(
        Decoy("wrong power", "(L-1)^(1-2/L) in the denominator", wrong_power_jump),
        Decoy("fold", "where the living branch ends", fold_jump),
        Decoy("continuous", "no jump, threshold of two layers", no_jump),
    ),
)

CLAIMS: tuple[Claim, ...] = (OPTIMUM, JUMP)
