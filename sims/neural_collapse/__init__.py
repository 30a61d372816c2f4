"""Neural collapse, done: features and classifiers optimised from random starts, and networks really trained."""

from sims.neural_collapse.central_path import central_path_euler, central_path_omega
from sims.neural_collapse.cross_entropy import ufm_ce_optimum, ufm_ce_path
from sims.neural_collapse.deep_head import deep_head_branches, deep_head_optimum
from sims.neural_collapse.logistic import ufm_mode_strength, ufm_modes, ufm_relaxation, ufm_within_class_decay
from sims.neural_collapse.low_rank import deep_ce_losses
from sims.neural_collapse.metrics import NCMetrics, nc1_null_mean, nc_metrics, nc_metrics_optimum
from sims.neural_collapse.minority import (
    layer_peeled_optimum,
    lpm_balanced_loss,
    minority_collapse_ratio_lpm,
    minority_collapse_ratio_ufm,
    minority_map,
)
from sims.neural_collapse.mse import ufm_mse_bias, ufm_mse_bias_transition, ufm_mse_free_bias, ufm_mse_optimum
from sims.neural_collapse.saddles import saddle_curvature, ufm_mse_descent
from sims.neural_collapse.seli import seli_geometry, seli_ridge_distance
from sims.neural_collapse.training import digits_bottleneck, digits_training, mixture_training

__all__ = [
    "NCMetrics",
    "central_path_euler",
    "central_path_omega",
    "deep_ce_losses",
    "deep_head_branches",
    "deep_head_optimum",
    "digits_bottleneck",
    "digits_training",
    "layer_peeled_optimum",
    "lpm_balanced_loss",
    "minority_collapse_ratio_lpm",
    "minority_collapse_ratio_ufm",
    "minority_map",
    "mixture_training",
    "nc1_null_mean",
    "nc_metrics",
    "nc_metrics_optimum",
    "saddle_curvature",
    "seli_geometry",
    "seli_ridge_distance",
    "ufm_ce_optimum",
    "ufm_ce_path",
    "ufm_mode_strength",
    "ufm_modes",
    "ufm_mse_bias",
    "ufm_mse_bias_transition",
    "ufm_mse_descent",
    "ufm_mse_free_bias",
    "ufm_mse_optimum",
    "ufm_relaxation",
    "ufm_within_class_decay",
]
