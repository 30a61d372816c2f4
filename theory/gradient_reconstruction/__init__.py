"""What one gradient of a network reveals about its training data: identities, thresholds, counts, noise bounds.

A server that sees one gradient can recover the samples: by linear algebra for wide or chosen layers, by Hermite-tensor
moments at random weights.
"""

from theory.activations import NAMES as ACTIVATIONS
from theory.gradient_reconstruction.activation_counts import (
    expected_exclusive,
    imprint_all,
    imprint_expected,
    imprint_variance,
    relu_recovery_probability,
)
from theory.gradient_reconstruction.defences import (
    candidate_success,
    pruned_gradient_error,
    reconstruction_robustness,
    renyi_robustness,
)
from theory.gradient_reconstruction.kkt import max_margin, split_dataset
from theory.gradient_reconstruction.leakage import (
    gradient_jacobian_rank,
    gradient_rank,
    invert_single_sample,
    max_identifiable_batch,
    row_space_angles,
    wide_layer_jacobian_rank,
)
from theory.gradient_reconstruction.moments import (
    query_coefficient,
    reconstruction_rate,
    subspace_error,
    tensor_attack_error,
    tensor_errors,
    tensor_mse,
)
from theory.gradient_reconstruction.noise import (
    critical_noise,
    noise_mmse,
    noise_mmse_asymptotic,
    reconstruction_crlb,
    reconstruction_trace_bound,
    renyi_reconstruction_bound,
    spectral_overlap,
)
from theory.gradient_reconstruction.spear import (
    spear_direction_probability,
    spear_expected_draws,
    spear_failure_leading,
    spear_pair_probability,
)
from theory.gradient_reconstruction.tensors import (
    failure,
    population_tensor,
    population_tensor_with_output,
    tensor_projections,
)
from theory.hermite import hermite_coefficient

__all__ = [
    "ACTIVATIONS", "candidate_success", "critical_noise", "expected_exclusive", "failure", "gradient_jacobian_rank",
    "gradient_rank", "hermite_coefficient", "imprint_all", "imprint_expected", "imprint_variance",
    "invert_single_sample", "max_identifiable_batch", "max_margin", "noise_mmse", "noise_mmse_asymptotic",
    "population_tensor", "population_tensor_with_output", "pruned_gradient_error", "query_coefficient",
    "reconstruction_crlb", "reconstruction_rate", "reconstruction_robustness", "reconstruction_trace_bound",
    "relu_recovery_probability", "renyi_reconstruction_bound", "renyi_robustness", "row_space_angles",
    "spear_direction_probability", "spear_expected_draws", "spear_failure_leading", "spear_pair_probability",
    "spectral_overlap", "split_dataset", "subspace_error", "tensor_attack_error", "tensor_errors", "tensor_mse",
    "tensor_projections", "wide_layer_jacobian_rank",
]  # fmt: skip
