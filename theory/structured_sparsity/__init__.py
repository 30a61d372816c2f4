"""Structured sparsity: Monarch, butterfly and block patterns, their errors and counts; compressed activations.

Conventions: n = m^2 for Monarch matrices, whose rows are (l, j) = l m + j and columns (k, i) = k m + i; a multiply-add
is one operation; errors of matrices are squared Frobenius norms unless a norm is named.
"""

from theory.structured_sparsity.activation import (
    DeltaMoments,
    delta_critical_c,
    delta_second_moments,
    direct_floor,
    tracking_bound,
)
from theory.structured_sparsity.butterfly import (
    block_cover,
    butterfly_nonzeros,
    flat_butterfly_error,
    flat_butterfly_nonzeros,
)
from theory.structured_sparsity.monarch import (
    MonarchFit,
    dft_monarch_factors,
    monarch_error,
    monarch_flops,
    monarch_matrix,
    monarch_project,
)
from theory.structured_sparsity.wishart_top import (
    monarch_gaussian_error,
    monarch_gaussian_spread,
    wishart_top_mean,
)

__all__ = [
    "DeltaMoments", "MonarchFit", "block_cover", "butterfly_nonzeros", "delta_critical_c", "delta_second_moments",
    "dft_monarch_factors", "direct_floor", "flat_butterfly_error", "flat_butterfly_nonzeros", "monarch_error",
    "monarch_flops", "monarch_gaussian_error", "monarch_gaussian_spread", "monarch_matrix", "monarch_project",
    "tracking_bound", "wishart_top_mean",
]  # fmt: skip
