"""What `diagnose` says of a layer's gradient: its leading direction, and what a projected optimiser would save."""

from __future__ import annotations

import numpy as np

from overparam.measures.input import Given
from overparam.measures.low_rank_gradients.memory import optimiser_memory
from overparam.measures.low_rank_gradients.outside import outside_top
from overparam.measures.registry import measure
from overparam.measures.result import Result
from overparam.measures.weights.singular import spectrum


@measure("Gradient of a layer: a low-rank optimiser", needs=("grad_W",))
def of_gradient(grad_W: Given) -> tuple[Result, ...]:
    """The share outside the first direction, and states at the rank that holds nine tenths."""
    if not np.any(grad_W.raw):
        raise ValueError("grad_W = 0: must have an entry that is not 0, or it has no directions")
    found = spectrum(grad_W)
    return outside_top(found), optimiser_memory(found)
