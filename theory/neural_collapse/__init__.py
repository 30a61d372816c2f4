"""Neural collapse: optima of the unconstrained features model, their thresholds, and the paths that lead there."""

from theory.neural_collapse.central_path import central_path_omega
from theory.neural_collapse.cross_entropy import ufm_ce_optimum
from theory.neural_collapse.deep_head import Branches, deep_head_branches, deep_head_optimum
from theory.neural_collapse.logistic import ufm_collapse_rate, ufm_mode_strength, ufm_within_class_decay
from theory.neural_collapse.low_rank import DeepCELosses, deep_ce_losses, pairs_depth
from theory.neural_collapse.metrics import nc1_null_mean, nc2_floor, nc3_mse_optimum
from theory.neural_collapse.minority import (
    layer_peeled_energy,
    lpm_balanced_loss,
    minority_collapse_ratio_lpm,
    minority_collapse_ratio_ufm,
)
from theory.neural_collapse.mse import ufm_mse_optimum
from theory.neural_collapse.mse_bias import ufm_mse_bias, ufm_mse_free_bias
from theory.neural_collapse.saddles import saddle_curvature
from theory.neural_collapse.seli import (
    RidgeConstants,
    seli_geometry,
    seli_ridge_constants,
    seli_ridge_distance,
    seli_ridge_slope,
)

__all__ = [
    "Branches",
    "DeepCELosses",
    "RidgeConstants",
    "central_path_omega",
    "deep_ce_losses",
    "deep_head_branches",
    "deep_head_optimum",
    "layer_peeled_energy",
    "lpm_balanced_loss",
    "minority_collapse_ratio_lpm",
    "minority_collapse_ratio_ufm",
    "nc1_null_mean",
    "nc2_floor",
    "nc3_mse_optimum",
    "pairs_depth",
    "saddle_curvature",
    "seli_geometry",
    "seli_ridge_constants",
    "seli_ridge_distance",
    "seli_ridge_slope",
    "ufm_ce_optimum",
    "ufm_collapse_rate",
    "ufm_mode_strength",
    "ufm_mse_bias",
    "ufm_mse_free_bias",
    "ufm_mse_optimum",
    "ufm_within_class_decay",
]
