"""What `diagnose` says of features with class labels."""

from __future__ import annotations

from overparam.measures.input import Given
from overparam.measures.labels import Labels
from overparam.measures.neural_collapse.metrics import measured
from overparam.measures.registry import measure
from overparam.measures.result import Result


@measure("Neural collapse", needs=("features", "labels"), takes=("classifier", "bias"))
def of_classes(features: Given, labels: Labels, classifier: Given | None, bias: Given | None) -> tuple[Result, ...]:
    """NC1 to NC4 against their nulls and limits."""
    found = measured(features, labels, classifier, None if classifier is None else bias)
    return tuple(result for result in found if result is not None)
