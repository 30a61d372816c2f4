"""Dynamic sparse training: of N weights s are kept; every round drops k of them and grows k others.

Conventions: S = 1 - s/N is the sparsity, zeta = k/s the share dropped a round; R_t is the share of all weights that
were active in at least one of the masks 0..t, so R_0 = s/N. `include_pruned`: whether a weight may come back in the
very round that dropped it. The quadratic model: loss (1/2N) sum (w_j - w*_j)^2, active weights at w*_j,
the others at 0.
"""

from theory.dynamic_sparse_training.density import dead_unit_fraction, erk_densities
from theory.dynamic_sparse_training.exploration import (
    rigl_explored_limit,
    rigl_rounds,
    set_explored_rate,
    set_explored_var,
)
from theory.dynamic_sparse_training.loss import rigl_loss, set_loss, sparse_optimum_loss

__all__ = [
    "dead_unit_fraction",
    "erk_densities",
    "rigl_explored_limit",
    "rigl_loss",
    "rigl_rounds",
    "set_explored_rate",
    "set_explored_var",
    "set_loss",
    "sparse_optimum_loss",
]
