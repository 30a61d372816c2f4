"""How small the excess risk of a linear predictor can be below the noise floor: by numbers of samples and features."""

from theory.size_loss_tradeoff.frontier import Frontier, mp_frontier, mp_frontier_at
from theory.size_loss_tradeoff.interpolation import (
    InterpolationExcess,
    interpolation_excess,
    sphere_interpolation_excess,
)
from theory.size_loss_tradeoff.universal import excess_lower_bound, min_params, noise_ceiling

__all__ = [
    "Frontier",
    "InterpolationExcess",
    "excess_lower_bound",
    "interpolation_excess",
    "min_params",
    "mp_frontier",
    "mp_frontier_at",
    "noise_ceiling",
    "sphere_interpolation_excess",
]
