"""What `diagnose` says of a history of masks."""

from __future__ import annotations

from overparam.measures.dynamic_sparse_training.explored import explored_rate
from overparam.measures.input import Given
from overparam.measures.registry import measure
from overparam.measures.result import Result


@measure("Weights explored", needs=("masks",))
def of_masks(masks: Given) -> Result:
    """Share of the weights ever active, beside random regrowth."""
    return explored_rate(masks)
