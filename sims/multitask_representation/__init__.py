"""Multi-task representation learning, done: source estimates, their leading directions, a new task on top of them."""

from sims.multitask_representation.allocation import (
    SplitRisks,
    allocation_risk,
    source_relevance,
    source_tasks,
    split_risks,
)
from sims.multitask_representation.end_to_end import EndToEnd, end_to_end
from sims.multitask_representation.head import head_start, scratch_risk, transfer_risk
from sims.multitask_representation.subspace import (
    least_squares_alignment,
    representation_error,
    representation_rate,
    subspace_alignment,
)

__all__ = [
    "EndToEnd",
    "SplitRisks",
    "allocation_risk",
    "end_to_end",
    "head_start",
    "least_squares_alignment",
    "representation_error",
    "representation_rate",
    "scratch_risk",
    "source_relevance",
    "source_tasks",
    "split_risks",
    "subspace_alignment",
    "transfer_risk",
]
