"""Dynamic sparse training, done: masks that drop and grow at random or by gradients, layers' densities, digits nets."""

from sims.dynamic_sparse_training.density import Densities, dead_unit_fraction, erk_densities, erk_layers
from sims.dynamic_sparse_training.regrowth import (
    Regrown,
    Trajectory,
    gradient_regrowth,
    set_explored_rate,
    set_explored_var,
    set_loss,
)
from sims.dynamic_sparse_training.training import Trained, digits_training

__all__ = [
    "Densities",
    "Regrown",
    "Trained",
    "Trajectory",
    "dead_unit_fraction",
    "digits_training",
    "erk_densities",
    "erk_layers",
    "gradient_regrowth",
    "set_explored_rate",
    "set_explored_var",
    "set_loss",
]
