"""What one gradient really gives away: the attacks carried out, on stacks of networks, and measures for one's own.

Measures (`gradient_leakage_report`, `stable_rank`, `effective_rank`, `matched_errors`, ...) take any array-API arrays.
"""

from sims.gradient_reconstruction.activation_counts import (
    exclusive_division,
    expected_exclusive,
    imprint_all,
    imprint_counts,
    imprint_digits,
    imprint_division,
    imprint_expected,
    imprint_variance,
    relu_recovery_probability,
)
from sims.gradient_reconstruction.defences import candidate_success, pruned_gradient_error
from sims.gradient_reconstruction.gallery import digits_gallery
from sims.gradient_reconstruction.hermite import (
    hermite_coefficient,
    population_tensor,
    population_tensor_with_output,
    query_coefficient,
    subspace_error,
    tensor_errors,
    tensor_mse,
    tensor_projections,
)
from sims.gradient_reconstruction.kkt import max_margin_split, network_split
from sims.gradient_reconstruction.leakage import (
    gradient_rank,
    row_space_leakage,
    single_sample_inversion,
    softmax_gradient_rank,
)
from sims.gradient_reconstruction.matching import digits_matching, gradient_jacobian_rank, gradient_matching
from sims.gradient_reconstruction.measures import (
    LeakageReport,
    effective_rank,
    gradient_leakage_report,
    invert_single_sample,
    matched_errors,
    row_space_angles,
    stable_rank,
)
from sims.gradient_reconstruction.noise import (
    noise_mmse,
    noise_mmse_asymptotic,
    reconstruction_crlb,
    spectral_overlap,
)
from sims.gradient_reconstruction.reconstruction import (
    digits_reconstruction,
    tensor_attack_error,
    tensor_reconstruction,
)
from sims.gradient_reconstruction.spear import spear_failure, spear_pair_probability
from sims.gradient_reconstruction.spear_draws import (
    spear_batch,
    spear_direction_probability,
    spear_expected_draws,
)

__all__ = [
    "LeakageReport", "candidate_success", "digits_gallery", "digits_matching", "digits_reconstruction",
    "effective_rank", "exclusive_division", "expected_exclusive", "gradient_jacobian_rank", "gradient_leakage_report",
    "gradient_matching", "gradient_rank", "hermite_coefficient", "imprint_all", "imprint_counts", "imprint_digits",
    "imprint_division", "imprint_expected", "imprint_variance", "invert_single_sample", "matched_errors",
    "max_margin_split", "network_split", "noise_mmse", "noise_mmse_asymptotic", "population_tensor",
    "population_tensor_with_output", "pruned_gradient_error", "query_coefficient", "reconstruction_crlb",
    "relu_recovery_probability", "row_space_angles", "row_space_leakage", "single_sample_inversion",
    "softmax_gradient_rank", "spear_batch", "spear_direction_probability", "spear_expected_draws", "spear_failure",
    "spear_pair_probability", "spectral_overlap", "stable_rank", "subspace_error", "tensor_attack_error",
    "tensor_errors", "tensor_mse", "tensor_projections", "tensor_reconstruction",
]  # fmt: skip
