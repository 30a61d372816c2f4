"""All measures that a user's arrays allow: a loop over the registry; a stack of epochs and checkpoints beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from overparam.diagnosis.errors import DiagnosisError
from overparam.diagnosis.reading import Content, expected, read
from overparam.measures import registry
from overparam.measures.input import host
from overparam.measures.registry import Finding
from overparam.measures.weights import Report, weight_report


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What was found.

    findings: one a measure; epochs: for stacked features, each quantity over the epochs; report: the table of a
    checkpoint's layers; notes: what was left out.
    """

    findings: tuple[Finding, ...] = ()
    epochs: Mapping[str, Any] = field(default_factory=dict)
    report: Report | None = None
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        from overparam.diagnosis.words import text

        return text(self)

    def record(self) -> dict[str, Any]:
        """Return all of it as plain lists, numbers and text, NaN and infinity as None: what JSON can hold."""
        from overparam.diagnosis.words import record

        return record(self)


def diagnose(
    data: Mapping[str, Any] | str | os.PathLike[str],
    earlier: Mapping[str, Any] | str | os.PathLike[str] | None = None,
    *,
    label: str | None = None,
    target: str | None = None,
) -> Diagnosis:
    """Take every measure that the data allow, each with its null, its limit and a sentence.

    data: a file (.npz, .npy, .csv, .safetensors), or names to arrays of any library: features, labels, targets,
    classifier, bias, grad_W, grad_b, batch, weights, mask, spectrum; any other names are the weights of a model.
    Features of three axes are a stack of epochs. earlier: an earlier checkpoint of the model; label, target: columns of
    a .csv. Raises DiagnosisError (a RuntimeError) naming what does not fit.

    >>> import numpy as np
    >>> found = diagnose({"spectrum": 1.0 / np.arange(1, 50) ** 2})
    >>> [one.measure.title for one in found.findings]
    ['Spectrum']
    """
    now = _content(data, label, target)
    if earlier is None:
        return _weights(now, None) if now.weights else _arrays(now)
    before = _content(earlier, None, None)
    if not (now.weights and before.weights):
        raise DiagnosisError("two files are two checkpoints of one model: each must hold its weights")
    return _weights(now, before)


def _content(data: Mapping[str, Any] | str | os.PathLike[str], label: str | None, target: str | None) -> Content:
    if isinstance(data, str | os.PathLike):
        return read(Path(data), label, target)
    if label is not None or target is not None:
        raise DiagnosisError("label and target name columns of a .csv file: give arrays as labels and targets")
    if not isinstance(data, Mapping) or not data:
        raise DiagnosisError(f"data = {type(data).__name__}: must be a file, or names to arrays; {expected()}")
    # A list of lists has no shape to ask for.
    arrays = {name: _array(name, value) if isinstance(value, list | tuple) else value for name, value in data.items()}
    if any(name in registry.ARRAYS for name in arrays):
        return Content(arrays, {}, ())
    return Content({}, arrays, ())


def _array(name: str, value: Any) -> Any:
    try:
        return host(name, value)[0]
    except ValueError as error:
        raise DiagnosisError(str(error)) from None


def _weights(now: Content, before: Content | None) -> Diagnosis:
    try:
        report = weight_report(now.weights, None if before is None else before.weights)
    except ValueError as error:
        raise DiagnosisError(f"{error}; {expected()}") from None
    return Diagnosis(report=report, notes=now.notes)


def _arrays(now: Content) -> Diagnosis:
    data, notes = dict(now.data), list(now.notes)
    stack = _stack(data)
    findings = _take(_epoch(data, stack, -1))
    if not findings:
        raise DiagnosisError(f"{', '.join(data)}: not enough for a measure; {expected()}")
    if not stack:
        return Diagnosis(findings, notes=tuple(notes))
    count = data["features"].shape[0]
    epochs: dict[str, list[float]] = {}
    for i in range(count):
        found = findings if i == count - 1 else _take(_epoch(data, stack, i))
        for result in (r for one in found for r in one.results if np.ndim(r.value) == 0):
            epochs.setdefault(result.name, [float("nan")] * count)[i] = float(result.value)
    return Diagnosis(findings, epochs, notes=(*notes, f"{count} epochs: the sentences are those of the last"))


def _take(data: Mapping[str, Any]) -> tuple[Finding, ...]:
    try:
        return registry.diagnose(data)
    except ValueError as error:
        raise DiagnosisError(str(error)) from None


def _stack(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the arrays that come once an epoch."""
    if len(_shape(data.get("features"))) != 3:
        return ()
    count = _shape(data["features"])[0]
    axes = {name: len(text.split(", ")) for name, text in registry.ARRAYS.items()}
    return tuple(name for name in data if len(_shape(data[name])) == axes[name] + 1 and _shape(data[name])[0] == count)


def _shape(value: Any) -> tuple[int, ...]:
    return tuple(getattr(value, "shape", ()))


def _epoch(data: Mapping[str, Any], stack: tuple[str, ...], i: int) -> dict[str, Any]:
    return {name: value[i] if name in stack else value for name, value in data.items()}
