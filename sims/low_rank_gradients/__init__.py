"""Gradients that collapse to low rank, simulated: descents, projected optimisers, sketches, and a network on digits."""

from sims.low_rank_gradients.digits import DigitsGradients, digits_gradients
from sims.low_rank_gradients.memory import OptimiserMemory, break_even_rank, gradient_rank_cap, optimiser_memory
from sims.low_rank_gradients.problems import Bilinear, Start, bilinear_problem, random_start
from sims.low_rank_gradients.projection import (
    Floor,
    Residual,
    projected_residual,
    projection_floor,
    random_refresh_loss,
    refreshed_loss,
)
from sims.low_rank_gradients.range_finder import (
    RangeError,
    range_finder_error,
    range_finder_flat,
    range_finder_spectral,
)
from sims.low_rank_gradients.trajectory import (
    GradientTrajectory,
    KappaLine,
    gradient_trajectory,
    kappa_line,
    stable_rank_bound,
)

__all__ = [
    "Bilinear", "DigitsGradients", "Floor", "GradientTrajectory", "KappaLine", "OptimiserMemory", "RangeError",
    "Residual", "Start", "bilinear_problem", "break_even_rank", "digits_gradients", "gradient_rank_cap",
    "gradient_trajectory", "kappa_line", "optimiser_memory", "projected_residual", "projection_floor",
    "random_refresh_loss", "random_start", "range_finder_error", "range_finder_flat", "range_finder_spectral",
    "refreshed_loss", "stable_rank_bound",
]  # fmt: skip
