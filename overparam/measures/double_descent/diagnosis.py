"""What `diagnose` says of ridge regression on features with targets or labels."""

from __future__ import annotations

import numpy as np

from overparam.measures.design import design
from overparam.measures.double_descent.curve import Columns, Curve
from overparam.measures.double_descent.ridge import (
    GCV,
    LEAVE_ONE_OUT,
    curve_of,
    dimensions_of,
    trust,
    verdict,
)
from overparam.measures.input import Given
from overparam.measures.labels import Labels
from overparam.measures.registry import measure
from overparam.measures.result import Result

_Z = 1.96


@measure("Ridge regression on these features: test error for the targets", needs=("features", "targets"))
def on_targets(features: Given, targets: Given) -> tuple[Result, ...]:
    """Judge the curve for regression targets."""
    return _results(features, targets.values[:, None])


@measure("Ridge regression on these features: test error for the labels", needs=("features", "labels"))
def on_labels(features: Given, labels: Labels) -> tuple[Result, ...]:
    """Judge the curve for one-hot labels, errors summed over classes."""
    if labels.classes.size < 2:
        raise ValueError("labels = one class only: must hold at least two")
    return _results(features, labels)


def _results(features: Given, targets: np.ndarray | Labels) -> tuple[Result, ...]:
    found = design(features, True)
    curve = curve_of(found, Columns(targets, True), None, _Z)
    best = int(np.argmin(curve.test_error))
    return (_at(curve, best, "best ridge"), _at(curve, 0, "smallest ridge"), _gcv(curve, best),
            dimensions_of(found, float(curve.lam[best]), _Z)[2])  # fmt: skip


def _at(curve: Curve, position: int, which: str) -> Result:
    value, low, high = (float(v[position]) for v in (curve.test_error, curve.low, curve.high))
    lam = curve.lam[position]
    sentence = f"At the {which}, {lam:.3g}, the test error is {value:.4g} ({low:.4g} to {high:.4g}, leave-one-out): "
    sentence += f"{verdict(value, low, high, curve.null)}."
    detail = {name: getattr(curve, name) for name in ("lam", "test_error", "low", "high", "gcv", "judged")}
    shown = detail if which == "best ridge" else {}
    return Result(f"test error at the {which}", value, curve.null, None, low, high, sentence, LEAVE_ONE_OUT, shown)


def _gcv(curve: Curve, best: int) -> Result:
    value, error, low, high = (float(v[best]) for v in (curve.gcv, curve.test_error, curve.low, curve.high))
    sentence = f"Generalised cross-validation says {value:.4g}, {trust(value, error, low, high)}."
    return Result("GCV at the best ridge", value, curve.null, None, low, high, sentence, GCV)
