r"""Deep linear factorisations that fit a low-rank target: which directions move, when, and what a narrow copy needs.

Conventions: $F = W_L\cdots W_1$ with loss $\tfrac12\|F-M\|_F^2$, M of rank r; eps are the scales of the orthogonal
starts, in the order $W_1, \dots, W_L$; a step is $W_l \leftarrow (1-\eta\lambda)W_l - \eta\,\partial_l$, all layers at
once. Trajectories are indexed by the number of updates made: row 0 is the start.
"""

from theory.low_rank_dynamics.components import component_recursion, half_time
from theory.low_rank_dynamics.outer_bases import (
    TrainedMode,
    frozen_floor,
    outer_singular_values,
    trained_mode_final,
    trained_mode_time,
)
from theory.low_rank_dynamics.subspace import InvariantBases, compression_error, invariant_bases, rho_trajectory

__all__ = [
    "InvariantBases",
    "TrainedMode",
    "component_recursion",
    "compression_error",
    "frozen_floor",
    "half_time",
    "invariant_bases",
    "outer_singular_values",
    "rho_trajectory",
    "trained_mode_final",
    "trained_mode_time",
]
