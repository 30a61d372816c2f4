"""What `diagnose` says of features as points near a manifold."""

from __future__ import annotations

from overparam.measures.input import Given
from overparam.measures.manifold_learning.dimension import told
from overparam.measures.registry import measure
from overparam.measures.result import Result


@measure("Features near a manifold: how many dimensions neighbours see", needs=("features",))
def of_features(features: Given) -> Result:
    """The dimension that ten neighbours tell."""
    return told(features, 10)
