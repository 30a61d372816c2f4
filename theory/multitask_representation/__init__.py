"""Multi-task representation learning: many source tasks share a k-dimensional linear representation.

Conventions: task t has y = x'B w_t + noise with x ~ N(0, I_d), B (d, k) orthonormal; W = [w_1 .. w_T] is (k, T), tasks
as columns; n1 samples a source task, n2 of the target, theta = B w; s are the singular values of B W; tau2 the variance
of each entry of the noise in the T estimates; risks are excess risks.
"""

from theory.multitask_representation.allocation import (
    AllocationGain,
    allocation_gain,
    allocation_risk,
    optimal_allocation,
    source_relevance,
)
from theory.multitask_representation.head import crossover, scratch_risk, transfer_risk
from theory.multitask_representation.subspace import (
    representation_error,
    representation_rate,
    subspace_alignment,
    threshold_samples,
)

__all__ = [
    "AllocationGain",
    "allocation_gain",
    "allocation_risk",
    "crossover",
    "optimal_allocation",
    "representation_error",
    "representation_rate",
    "scratch_risk",
    "source_relevance",
    "subspace_alignment",
    "threshold_samples",
    "transfer_risk",
]
