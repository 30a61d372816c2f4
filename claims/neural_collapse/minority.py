"""Minority collapse: the imbalance from which on the classifiers of small classes coincide."""

from __future__ import annotations

import math
from typing import Any

import sims.neural_collapse as sims
import theory.neural_collapse as theory
from claims import Claim, Decoy, Grid, Identity, Source, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]

# --- penalties -------------------------------------------------------------------------------------------------------


def predict_ratio_ufm(
    K_A: int, K_B: int, n_B: int, lambda_W: float, lambda_H: float, lambda_b: float | None = None
) -> Named:
    """The threshold, which a bias of any penalty does not move."""
    return {"value": theory.minority_collapse_ratio_ufm(K_A, K_B, n_B, lambda_W, lambda_H)}


def sizeless_ratio(
    K_A: int, K_B: int, n_B: int, lambda_W: float, lambda_H: float, lambda_b: float | None = None
) -> Named:
    """1/c without the sqrt of the minority's size."""
    return {"value": (1 / math.sqrt(lambda_W * lambda_H) - K_B) / K_A}


def half_ratio(K_A: int, K_B: int, n_B: int, lambda_W: float, lambda_H: float, lambda_b: float | None = None) -> Named:
    """N c / 2 for N c."""
    return {"value": (2 / math.sqrt(n_B * lambda_W * lambda_H) - K_B) / K_A}


def majority_ratio(
    K_A: int, K_B: int, n_B: int, lambda_W: float, lambda_H: float, lambda_b: float | None = None
) -> Named:
    """The minority's share of N forgotten."""
    return {"value": 1 / (K_A * math.sqrt(n_B * lambda_W * lambda_H))}


def _penalised(*rows: tuple[int, int, int, float, float, float | None]) -> tuple[Named, ...]:
    names = ("K_A", "K_B", "n_B", "lambda_W", "lambda_H", "lambda_b")
    return tuple(dict(zip(names, row, strict=True)) for row in rows)


_UFM = _penalised((2, 3, 4, 0.02, 0.02, None), (2, 3, 4, 0.02, 0.02, 0.01), (1, 2, 3, 0.01, 0.04, None))

UFM = claim(
    slug="minority-collapse-ufm",
    title="Minority collapse under penalties",
    statement=(
        r"With cross-entropy and penalties, whatever the bias, all $K_B \ge 2$ minority classifiers of $n_B$ samples "
        r"coincide exactly when $n_B \le N^2\lambda_W\lambda_H$: from the imbalance $R_c = "
        r"(1/\sqrt{n_B\lambda_W\lambda_H} - K_B)/K_A$ on."
    ),
    source=Source("hong2023neural", "existence of a sharp threshold", "derived"),
    # The last section is 0.17 % wide, and minority logits count as told apart from 1e-3 on, which moves it as much.
    kind=Identity(tolerance=0.01, trials=4),
    predict=predict_ratio_ufm,
    simulate=sims.minority_collapse_ratio_ufm,
    certificates={"distance": 1e-3},
    grid=Grid(
        quick=_UFM,
        full=(
            *_UFM,
            *_penalised((5, 5, 2, 0.01, 0.01, 0.1), (3, 7, 10, 2e-3, 2e-3, None), (7, 3, 1, 0.01, 0.02, None)),
        ),
    ),
    decoys=(
        Decoy("size forgotten", "1/c instead of 1/(c sqrt(n_B))", sizeless_ratio),
        Decoy("half threshold", "N c / 2 for N c", half_ratio),
        Decoy("majority alone", "N = K_A n_A", majority_ratio),
    ),
)

# --- energies: the layer-peeled model --------------------------------------------------------------------------------


def predict_ratio_lpm(K_A: int, K_B: int, E_W: float, E_H: float) -> Named:
    """The threshold."""
    return {"value": theory.minority_collapse_ratio_lpm(K_A, K_B, E_W, E_H)}


def penalty_ratio(K_A: int, K_B: int, E_W: float, E_H: float) -> Named:
    """The threshold under penalties, with the energy bound K sqrt(E_W E_H) in the place of 1/(c sqrt(n_B))."""
    return {"value": ((K_A + K_B) * math.sqrt(E_W * E_H) - K_B) / K_A}


def _peeled(*rows: tuple[int, int, float, float]) -> tuple[Named, ...]:
    return tuple(dict(zip(("K_A", "K_B", "E_W", "E_H"), row, strict=True)) for row in rows)


_LPM = _peeled((2, 3, 1.0, 0.36), (5, 5, 1.0, 5.0), (3, 7, 1.0, 5.0))

LPM = claim(
    slug="minority-collapse-lpm",
    title="Minority collapse in the layer-peeled model",
    statement=(
        r"With energies $\frac1K\sum_k\|w_k\|^2 \le E_W$ and $\frac1K\sum_k\frac1{n_k}\sum_i\|h_{k,i}\|^2 \le E_H$ "
        r"instead of penalties, all minority classifiers coincide exactly from an imbalance $R_0$ on, finite for all "
        r"energies and given by one scalar equation."
    ),
    source=Source("fang2021exploring", "minority collapse; explicit threshold", "derived"),
    kind=Identity(tolerance=0.01, trials=4),
    predict=predict_ratio_lpm,
    simulate=sims.minority_collapse_ratio_lpm,
    certificates={"distance": 1e-3},
    grid=Grid(
        quick=_LPM,
        full=(*_LPM, *_peeled((7, 3, 1.0, 5.0), (2, 3, 1.0, 2.0), (1, 4, 1.0, 1.0), (10, 10, 1.0, 4.0))),
    ),
    decoys=(
        Decoy("penalties' threshold", "(K sqrt(E_W E_H) - K_B)/K_A", penalty_ratio),
        Decoy(
            "product of energies",
            "E_W E_H for its root",
            lambda K_A, K_B, E_W, E_H: theory.minority_collapse_ratio_lpm(K_A, K_B, E_W * E_H, E_W * E_H),
        ),
    ),
)

# --- energies: balanced ----------------------------------------------------------------------------------------------


def predict_balanced(K: int, E_W: float, E_H: float) -> Named:
    """The minimum."""
    return {"value": theory.lpm_balanced_loss(K, E_W, E_H)}


def unscaled_balanced(K: int, E_W: float, E_H: float) -> Named:
    """Without the factor K/(K-1) of a simplex."""
    return {"value": math.log1p((K - 1) * math.exp(-math.sqrt(E_W * E_H)))}


_BALANCED = ({"K": 4, "E_W": 1.3, "E_H": 0.7}, {"K": 9, "E_W": 3.0, "E_H": 2.0})

BALANCED = claim(
    slug="minority-collapse-balanced-loss",
    title="The least loss of the balanced layer-peeled model",
    statement=(
        r"Balanced, the layer-peeled model's least cross-entropy is $\log\bigl(1 + "
        r"(K-1)\exp(-\frac{K}{K-1}\sqrt{E_WE_H})\bigr)$."
    ),
    source=Source("fang2021exploring", "Theorem 1", "recalled"),
    kind=Identity(tolerance=1e-9, trials=32),
    predict=predict_balanced,
    simulate=sims.lpm_balanced_loss,
    certificates={"gap": 1e-11},
    grid=Grid(quick=_BALANCED, full=(*_BALANCED, {"K": 20, "E_W": 5.0, "E_H": 4.0})),
    decoys=(Decoy("no simplex factor", "without K/(K-1)", unscaled_balanced),),
)

CLAIMS: tuple[Claim, ...] = (UFM, LPM, BALANCED)
