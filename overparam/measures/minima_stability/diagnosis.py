"""What `diagnose` says of a minimum whose samples' gradients are given: steps for single samples and for batches."""

from __future__ import annotations

from overparam.measures.input import Given
from overparam.measures.minima_stability.step import largest_stable_step
from overparam.measures.registry import measure
from overparam.measures.result import Result

_BATCH = 32


@measure("A minimum: the largest step that stays", needs=("per_sample_gradients",))
def of_gradients(per_sample_gradients: Given) -> tuple[Result, ...]:
    """The step for batches of one sample and, where there are more samples than that, of 32."""
    sizes = (1, _BATCH) if per_sample_gradients.shape[0] > _BATCH else (1,)
    return tuple(largest_stable_step(per_sample_gradients, B) for B in sizes)
