r"""Which of many zero-loss solutions the optimiser selects, in models where the rule is exact.

Conventions: samples are rows; losses of margins are sums over samples, square losses half the sum of squares. t is the
time of gradient flow, step times steps of descent. alpha is a scale of the start (dual weights in the margin law).
"""

from theory.implicit_bias.linear import deep_linear_mode, gd_least_squares
from theory.implicit_bias.margin import MarginLaw, MarginPath, exp_loss_bound, margin_law, margin_path
from theory.implicit_bias.potentials import (
    commuting_factorisation_limit,
    diagonal_network_limit,
    least_trace,
    trace_excess_bound,
)
from theory.implicit_bias.robustness import (
    UniversalPerturbation,
    best_orthogonal_radius,
    min_norm_cost,
    orthogonal_radius,
    universal_perturbation,
)

__all__ = [
    "MarginLaw",
    "MarginPath",
    "UniversalPerturbation",
    "best_orthogonal_radius",
    "commuting_factorisation_limit",
    "deep_linear_mode",
    "diagonal_network_limit",
    "exp_loss_bound",
    "gd_least_squares",
    "least_trace",
    "margin_law",
    "margin_path",
    "min_norm_cost",
    "orthogonal_radius",
    "trace_excess_bound",
    "universal_perturbation",
]
