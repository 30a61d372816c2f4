"""Weight decay as a sparse penalty: products of factors, ReLU networks of one input, linear smoothers, many means.

Conventions: lam multiplies half the sum of squared weights, and the loss is half a sum of squares (no 1/n); depth is
the number of factors or layers.
"""

from theory.weight_decay_sparsity.designs import two_factor_fit
from theory.weight_decay_sparsity.factors import (
    JumpPoint,
    balanced_descent,
    basin_edge,
    depth_shrinkage,
    factor_penalty,
    jump_point,
)
from theory.weight_decay_sparsity.relu import relu_decay_minimum, relu_function_cost, relu_interpolation_cost
from theory.weight_decay_sparsity.sequences import (
    BestDepth,
    WorstSpikes,
    best_depth_risk,
    depth_risk,
    linear_minimax_lq,
    soft_threshold_risk,
    spike_risk,
    worst_spike_risk,
)
from theory.weight_decay_sparsity.smoothers import best_linear_risk_box

__all__ = [
    "BestDepth", "JumpPoint", "WorstSpikes", "balanced_descent", "basin_edge", "best_depth_risk",
    "best_linear_risk_box", "depth_risk", "depth_shrinkage", "factor_penalty", "jump_point", "linear_minimax_lq",
    "relu_decay_minimum", "relu_function_cost", "relu_interpolation_cost", "soft_threshold_risk", "spike_risk",
    "two_factor_fit", "worst_spike_risk",
]  # fmt: skip
