"""What `diagnose` says of labelled features as a union of subspaces."""

from __future__ import annotations

from overparam.measures.input import Given
from overparam.measures.labels import Labels
from overparam.measures.registry import measure
from overparam.measures.result import Result
from overparam.measures.subspace_robustness.cone import class_angles

_MOST = 5


@measure("Classes as subspaces: how close they come", needs=("features", "labels"))
def of_features(features: Given, labels: Labels) -> Result:
    """Smallest angle between the leading directions of two classes."""
    # More directions in all than dimensions would meet by counting alone.
    return class_angles(features, labels, max(1, min(_MOST, int(labels.counts.min()), features.shape[1] // 2)))
