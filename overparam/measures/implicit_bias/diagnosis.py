"""What `diagnose` says of two classes and of a linear classifier between them."""

from __future__ import annotations

import dataclasses

import numpy as np

from overparam.measures.implicit_bias.margin import margin_progress
from overparam.measures.input import Floats, Given
from overparam.measures.labels import Labels
from overparam.measures.registry import measure
from overparam.measures.result import Result


def _closest(features: Floats, labels: Labels) -> tuple[int, int]:
    """The two classes whose means lie closest together."""
    means = np.stack([features[labels.codes == code].mean(axis=0) for code in range(labels.classes.size)])
    apart = np.linalg.norm(means[:, None] - means, axis=-1) + np.diag(np.full(len(means), np.inf))
    one, other = np.unravel_index(np.argmin(apart), apart.shape)
    return int(one), int(other)


@measure("Two classes: are they separable?", needs=("features", "labels"), takes=("classifier", "bias"))
def of_two_classes(features: Given, labels: Labels, classifier: Given | None, bias: Given | None) -> tuple[Result, ...]:
    """The largest margin with an intercept, a weight like the others, and the share of it that the classifier has.

    Of several classes, between the two whose means are closest.
    """
    if labels.classes.size < 2:
        raise ValueError("labels = array of 1 class: must have two, for a margin between them")
    one, other = _closest(features.values, labels)
    kept = (labels.codes == one) | (labels.codes == other)
    signs = np.where(labels.codes[kept] == other, 1.0, -1.0)
    rows = np.column_stack([features.values[kept], np.ones(signs.size)]) * signs[:, None]
    w = None
    if classifier is not None:
        across = classifier.values[other] - classifier.values[one]
        shift = 0.0 if bias is None else float(bias.values[other] - bias.values[one])
        w = np.append(across, shift)
    found = margin_progress(Given("features", rows, features.eps), w)
    results = (found.largest,) if found.progress is None else (found.largest, found.progress)
    if labels.classes.size == 2:
        return results
    of = f"Classes {labels.classes[one]} and {labels.classes[other]}, whose means are closest: "
    return tuple(dataclasses.replace(r, sentence=of + r.sentence[:1].lower() + r.sentence[1:]) for r in results)
