"""What `diagnose` says of features with targets: how much of them is additive."""

from __future__ import annotations

from overparam.measures.compositional_sparsity.additive import measured
from overparam.measures.input import Given
from overparam.measures.registry import measure
from overparam.measures.result import Result


@measure("A sum over the features: how much of the target it explains", needs=("features", "targets"))
def of_targets(features: Given, targets: Given) -> Result:
    """The additive share."""
    return measured(features, targets)
