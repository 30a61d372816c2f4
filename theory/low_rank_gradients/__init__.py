r"""Gradients of a training run collapse to low rank: how fast, what a projected optimiser loses, and what it saves.

Conventions: the loss has gradient -G with G(W) = A - B W C, B (m x m) and C (n x n) symmetric positive semidefinite of
eigenvalues beta and gamma in ascending order; W moves by + eta G; time runs from 0. Memory is counted in numbers, not
in bytes.
"""

from theory.low_rank_gradients.memory import OptimiserMemory, break_even_rank, gradient_rank_cap, optimiser_memory
from theory.low_rank_gradients.projection import (
    projected_residual,
    projection_floor,
    random_refresh_loss,
    refreshed_loss,
)
from theory.low_rank_gradients.range_finder import range_finder_bound, range_finder_flat
from theory.low_rank_gradients.rank_bound import both_singular_bound, stable_rank_bound
from theory.low_rank_gradients.trajectory import (
    GradientTrajectory,
    gradient_trajectory,
    kappa_constant,
    kappa_rate,
)

__all__ = [
    "GradientTrajectory", "OptimiserMemory", "both_singular_bound", "break_even_rank", "gradient_rank_cap",
    "gradient_trajectory", "kappa_constant", "kappa_rate", "optimiser_memory", "projected_residual", "projection_floor",
    "random_refresh_loss", "range_finder_bound", "range_finder_flat", "refreshed_loss", "stable_rank_bound",
]  # fmt: skip
