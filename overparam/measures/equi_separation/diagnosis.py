"""What `diagnose` says of labelled features: how fuzzy their separation is."""

from __future__ import annotations

from overparam.measures.equi_separation.fuzziness import measured
from overparam.measures.input import Given
from overparam.measures.labels import Labels
from overparam.measures.registry import measure
from overparam.measures.result import Result


@measure("How fuzzy the classes are", needs=("features", "labels"))
def of_features(features: Given, labels: Labels) -> Result:
    """Separation fuzziness, against chance and against what linear layers can reach."""
    if labels.classes.size < 2:
        raise ValueError("labels = array of 1 class: must have two or more")
    return measured(features, labels)
