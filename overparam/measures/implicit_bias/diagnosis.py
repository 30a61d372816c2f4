"""What `diagnose` says of two classes and of a linear classifier between them."""

from __future__ import annotations

import numpy as np

from overparam.measures.implicit_bias.margin import margin_progress
from overparam.measures.input import Given
from overparam.measures.labels import Labels
from overparam.measures.registry import measure
from overparam.measures.result import Result


@measure("Two classes: are they separable?", needs=("features", "labels"), takes=("classifier", "bias"))
def of_two_classes(features: Given, labels: Labels, classifier: Given | None, bias: Given | None) -> tuple[Result, ...]:
    """The largest margin with an intercept, a weight like the others, and the share of it that the classifier has."""
    if labels.classes.size != 2:
        raise ValueError(f"labels = array of {labels.classes.size} classes: must have two, for a margin between them")
    signs = 2.0 * labels.codes - 1.0
    rows = np.column_stack([features.values, np.ones(features.shape[0])]) * signs[:, None]
    w = None
    if classifier is not None:
        across = classifier.values[1] - classifier.values[0]
        shift = 0.0 if bias is None else float(bias.values[1] - bias.values[0])
        w = np.append(across, shift)
    found = margin_progress(Given("features", rows, features.eps), w)
    return (found.largest,) if found.progress is None else (found.largest, found.progress)
