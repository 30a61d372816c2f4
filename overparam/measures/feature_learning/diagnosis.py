"""What `diagnose` says of the direction on which targets depend beyond the linear."""

from __future__ import annotations

import numpy as np

from overparam.measures.feature_learning.profile import hermite_profile
from overparam.measures.feature_learning.subspace import gradient_subspace
from overparam.measures.input import Given
from overparam.measures.registry import measure
from overparam.measures.result import Result


@measure("A direction in these features: how the targets depend on it", needs=("features", "targets"))
def of_targets(features: Given, targets: Given) -> tuple[Result, ...]:
    """The leading direction of the gradient subspace, found on every other sample, and its profile on the rest."""
    if features.shape[0] < 4:
        raise ValueError(f"features = array of shape {features.shape}: must hold at least four samples")
    half = Given("features", features.raw[::2], features.eps)
    found = gradient_subspace(half, Given("targets", targets.raw[::2], targets.eps))
    along = features.raw[1::2].astype(np.float64, copy=False) @ found.directions[:, 0]
    return found.number, hermite_profile(along, Given("targets", targets.raw[1::2], targets.eps))
