"""Implicit bias, simulated: flows and descents followed to where they end, and networks attacked."""

from sims.implicit_bias.factors import (
    Limit,
    MatrixLimit,
    Mode,
    commuting_factorisation_limit,
    deep_linear_mode,
    diagonal_network_limit,
    gaussian_problems,
    gd_least_squares,
    orthonormal_problems,
    positive_problems,
    tilts,
)
from sims.implicit_bias.margins import (
    LossPath,
    MarginPath,
    exp_loss_path,
    margin_descent,
    margin_path,
    planted_rows,
    separable_rows,
)
from sims.implicit_bias.robustness import Trained, attack, min_norm_training, orthogonal_radius

__all__ = [
    "Limit",
    "LossPath",
    "MarginPath",
    "MatrixLimit",
    "Mode",
    "Trained",
    "attack",
    "commuting_factorisation_limit",
    "deep_linear_mode",
    "diagonal_network_limit",
    "exp_loss_path",
    "gaussian_problems",
    "gd_least_squares",
    "margin_descent",
    "margin_path",
    "min_norm_training",
    "orthogonal_radius",
    "orthonormal_problems",
    "planted_rows",
    "positive_problems",
    "separable_rows",
    "tilts",
]
