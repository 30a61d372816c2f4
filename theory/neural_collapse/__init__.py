"""Neural collapse: optima of the unconstrained features model, their thresholds, and the paths that lead there."""

from theory.neural_collapse.cross_entropy import ufm_ce_optimum
from theory.neural_collapse.deep_head import deep_head_optimum
from theory.neural_collapse.minority import (
    lpm_balanced_loss,
    minority_collapse_ratio_lpm,
    minority_collapse_ratio_ufm,
)
from theory.neural_collapse.mse import ufm_mse_optimum
from theory.neural_collapse.mse_bias import ufm_mse_bias, ufm_mse_free_bias
from theory.neural_collapse.saddles import saddle_curvature
from theory.neural_collapse.seli import seli_geometry

__all__ = [
    "deep_head_optimum",
    "lpm_balanced_loss",
    "minority_collapse_ratio_lpm",
    "minority_collapse_ratio_ufm",
    "saddle_curvature",
    "seli_geometry",
    "ufm_ce_optimum",
    "ufm_mse_bias",
    "ufm_mse_free_bias",
    "ufm_mse_optimum",
]
