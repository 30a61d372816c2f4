"""Implicit bias, simulated: flows and descents followed to where they end, and networks attacked."""

from sims.implicit_bias.factors import (
    Limit,
    MatrixLimit,
    Planted,
    commuting_factorisation_limit,
    diagonal_network_limit,
    planted_factorisation,
)
from sims.implicit_bias.linear import Mode, deep_linear_mode, gd_least_squares
from sims.implicit_bias.margins import (
    LossPath,
    MarginPath,
    digit_rows,
    exp_loss_path,
    margin_descent,
    margin_path,
    planted_rows,
    separable_rows,
)
from sims.implicit_bias.problems import gaussian_problems, orthonormal_problems, positive_problems, tilts
from sims.implicit_bias.robustness import (
    Trained,
    Universal,
    attack,
    min_norm_training,
    orthogonal_radius,
    universal_perturbation,
)

__all__ = [
    "Limit",
    "LossPath",
    "MarginPath",
    "MatrixLimit",
    "Mode",
    "Planted",
    "Trained",
    "Universal",
    "attack",
    "commuting_factorisation_limit",
    "deep_linear_mode",
    "diagonal_network_limit",
    "digit_rows",
    "exp_loss_path",
    "gaussian_problems",
    "gd_least_squares",
    "margin_descent",
    "margin_path",
    "min_norm_training",
    "orthogonal_radius",
    "orthonormal_problems",
    "planted_factorisation",
    "planted_rows",
    "positive_problems",
    "separable_rows",
    "tilts",
    "universal_perturbation",
]
