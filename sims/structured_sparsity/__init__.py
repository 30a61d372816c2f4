"""Structured sparsity, done: fits by alternating least squares, transforms multiplied out, compressed descent."""

from sims.structured_sparsity.activation import (
    DeltaMoments,
    Rounded,
    delta_chains,
    delta_critical_c,
    delta_rounding,
    delta_second_moments,
    direct_floor,
)
from sims.structured_sparsity.feedback import Feedback, error_feedback, top_k_tracking, tracking_bound
from sims.structured_sparsity.monarch import (
    Alternated,
    Counted,
    Rivals,
    matrix,
    monarch_error,
    monarch_flops,
    monarch_gaussian_error,
    monarch_rivals,
    wishart_top_mean,
)
from sims.structured_sparsity.transforms import (
    Butterflies,
    Cover,
    Flattened,
    Transform,
    block_cover,
    butterflies,
    flat_butterfly_error,
    transform_error,
    transposed_dft,
)
from sims.structured_sparsity.weights import Taught, digits_weights

__all__ = [
    "Alternated", "Butterflies", "Counted", "Cover", "DeltaMoments", "Feedback", "Flattened", "Rivals", "Rounded",
    "Taught", "Transform", "block_cover", "butterflies", "delta_chains", "delta_critical_c", "delta_rounding",
    "delta_second_moments", "digits_weights", "direct_floor", "error_feedback", "flat_butterfly_error", "matrix",
    "monarch_error", "monarch_flops", "monarch_gaussian_error", "monarch_rivals", "top_k_tracking", "tracking_bound",
    "transform_error", "transposed_dft", "wishart_top_mean",
]  # fmt: skip
