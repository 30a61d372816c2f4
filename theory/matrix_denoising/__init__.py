r"""Denoising by low rank and by sparsity: what is seen, what is lost, and where to put the threshold.

Conventions: $Y = X + Z/\sqrt n$ with m <= n rows, beta = m/n in (0, 1], Z of variance 1, X of fixed rank with singular
values x: an unknown scale is divided out as $\sigma\sqrt n$. Losses are squared Frobenius norms, a spike or a matrix.
In sparse coding y = mu + z has unit noise; t is a threshold.
"""

from theory.matrix_denoising.coherence import coherence, coherence_sparsity
from theory.matrix_denoising.l1 import l1_sparsity, l1_transition
from theory.matrix_denoising.shrinkers import amse, debiased_shrinker, optimal_shrinker
from theory.matrix_denoising.sparse_coding import (
    SparseCodingThreshold,
    sparse_coding_risk,
    sparse_coding_threshold,
    sure_error_second_moment,
    sure_soft,
)
from theory.matrix_denoising.spikes import (
    SpikeCosines,
    SpikedMatrix,
    spike_cosines,
    spike_singular_value,
    spiked_matrix,
)
from theory.matrix_denoising.thresholds import break_even_strength, hard_threshold, median_threshold_coef

__all__ = [
    "SparseCodingThreshold",
    "SpikeCosines",
    "SpikedMatrix",
    "amse",
    "break_even_strength",
    "coherence",
    "coherence_sparsity",
    "debiased_shrinker",
    "hard_threshold",
    "l1_sparsity",
    "l1_transition",
    "median_threshold_coef",
    "optimal_shrinker",
    "sparse_coding_risk",
    "sparse_coding_threshold",
    "spike_cosines",
    "spike_singular_value",
    "spiked_matrix",
    "sure_error_second_moment",
    "sure_soft",
]
