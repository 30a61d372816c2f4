"""Weight decay as a sparse penalty, done: factors descended, linear programmes, smoothers and thresholds on draws."""

from sims.weight_decay_sparsity.denoising import Compared, Denoised, total_variation_risk, variation_against_spline
from sims.weight_decay_sparsity.designs import Chains, diabetes, hadamard_rows, parallel_chains, sparse_rows
from sims.weight_decay_sparsity.factors import (
    Branch,
    Descended,
    Penalty,
    Shrunk,
    branch_penalty,
    depth_shrinkage,
    descended_products,
    factor_penalty,
)
from sims.weight_decay_sparsity.jump import Jump, jump_point
from sims.weight_decay_sparsity.relu import (
    Cost,
    Trained,
    data_sets,
    one_set,
    relu_decay_minimum,
    relu_function_cost,
    relu_interpolation_cost,
    slope_sets,
)
from sims.weight_decay_sparsity.sequences import (
    DepthRisk,
    Steps,
    depth_risk,
    depth_steps,
    soft_threshold_risk,
    spike_risk,
    worst_linear_risk,
)
from sims.weight_decay_sparsity.smoothers import (
    Smoothers,
    best_filter_risk,
    best_linear_risk_box,
    filtered_risk,
    smoother_risks,
)

__all__ = [
    "Branch",
    "Chains",
    "Compared",
    "Cost",
    "Denoised",
    "DepthRisk",
    "Descended",
    "Jump",
    "Penalty",
    "Shrunk",
    "Smoothers",
    "Steps",
    "Trained",
    "best_filter_risk",
    "best_linear_risk_box",
    "branch_penalty",
    "data_sets",
    "depth_risk",
    "depth_shrinkage",
    "depth_steps",
    "descended_products",
    "diabetes",
    "factor_penalty",
    "filtered_risk",
    "hadamard_rows",
    "jump_point",
    "one_set",
    "parallel_chains",
    "relu_decay_minimum",
    "relu_function_cost",
    "relu_interpolation_cost",
    "slope_sets",
    "smoother_risks",
    "soft_threshold_risk",
    "sparse_rows",
    "spike_risk",
    "total_variation_risk",
    "variation_against_spline",
    "worst_linear_risk",
]  # fmt: skip
