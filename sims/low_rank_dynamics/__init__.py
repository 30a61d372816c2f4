"""Deep linear factorisations, trained: the literal descent on full matrices and on their narrow copies."""

from sims.low_rank_dynamics.components import Components, component_recursion, half_time
from sims.low_rank_dynamics.compression import Completion, Compression, completion_error, compression_error
from sims.low_rank_dynamics.outer_bases import (
    Conserved,
    ModesEnd,
    conserved_quantities,
    frozen_floor,
    outer_problem,
    trained_mode_final,
    trained_mode_time,
)
from sims.low_rank_dynamics.subspace import (
    MovingEnergy,
    Spectra,
    aligned_problem,
    moving_energy,
    rho_trajectory,
    singular_values_along,
)

__all__ = [
    "Completion",
    "Components",
    "Compression",
    "Conserved",
    "ModesEnd",
    "MovingEnergy",
    "Spectra",
    "aligned_problem",
    "completion_error",
    "component_recursion",
    "compression_error",
    "conserved_quantities",
    "frozen_floor",
    "half_time",
    "moving_energy",
    "outer_problem",
    "rho_trajectory",
    "singular_values_along",
    "trained_mode_final",
    "trained_mode_time",
]
