"""Which measure needs which arrays: `diagnose` is a loop over this table and knows no topic.

A topic's module registers functions that take named arrays and return results; importing `overparam.measures.TOPIC`
is all it takes, and the modules are found, not listed.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import claims
import overparam.measures
from overparam.measures.input import Given, array, choices, layer, same_rows, vector
from overparam.measures.labels import labels
from overparam.measures.result import Result

ARRAYS = {
    "features": "samples, dimensions",
    "labels": "samples",
    "targets": "samples",
    "classifier": "classes, dimensions",
    "bias": "classes",
    "grad_W": "neurons, inputs",
    "grad_b": "neurons",
    "batch": "samples, inputs",
    "weights": "outputs, inputs",
    "mask": "outputs, inputs",
    "masks": "rounds, weights",
    "spectrum": "eigenvalues",
    "choice": "tokens, choices",
    "per_sample_gradients": "samples, parameters",
}
"""The names that data of one's own go by, in files and as arguments, and their axes."""

_LAYERS = ("grad_W", "weights", "mask", "masks")
_ROWS_OF_FEATURES = ("labels", "targets")

Function = Callable[..., "Result | Sequence[Result]"]


class Measure(NamedTuple):
    """A registered function: its topic, heading, the arrays it needs and those it takes if they are given."""

    topic: str
    title: str
    needs: tuple[str, ...]
    takes: tuple[str, ...]
    function: Function


class Finding(NamedTuple):
    """What one measure said: its results, or the sentence why it could not be taken."""

    measure: Measure
    results: tuple[Result, ...]
    refusal: str | None = None


_MEASURES: list[Measure] = []


def measure(title: str, needs: Sequence[str], takes: Sequence[str] = ()) -> Callable[[Function], Function]:
    """Register a function of the named arrays, for `diagnose`; the topic is the module's name.

    The function is called with keywords, a `Given` (or `Labels`) a name, checked and fitting together; what it `takes`
    is None where it is not given. It returns one or several `Result`, and raises ValueError where it has no answer.
    """
    unknown = [name for name in (*needs, *takes) if name not in ARRAYS]
    if unknown:
        raise ValueError(f"needs, takes = {unknown}: must be among {', '.join(ARRAYS)}")

    def register(function: Function) -> Function:
        topic = function.__module__.removeprefix("overparam.measures.").split(".")[0]
        _MEASURES.append(Measure(topic, title, tuple(needs), tuple(takes), function))
        return function

    return register


def topics() -> tuple[str, ...]:
    """The names of the topics that have measures, in alphabetical order."""
    found = (module.name for module in pkgutil.iter_modules(overparam.measures.__path__))
    return tuple(sorted(set(found) & set(claims.topics())))


def measures() -> tuple[Measure, ...]:
    """Return all registered measures, topic by topic (those of a layer's weights belong to none yet)."""
    for topic in (*topics(), "weights"):
        importlib.import_module(f"overparam.measures.{topic}")
    return tuple(sorted(_MEASURES, key=lambda found: found.topic))


def check(data: Mapping[str, Any]) -> dict[str, Any]:
    """Check every array by name, and that they fit together, before anything is computed.

    Raises ValueError for an unknown name, a bad array, or sizes that do not fit.
    """
    unknown = [name for name in data if name not in ARRAYS]
    if unknown:
        shown = ", ".join(f"{name} ({axes})" for name, axes in ARRAYS.items())
        raise ValueError(f"{', '.join(unknown)}: must be among the arrays known, {shown}")
    checked = {name: _read(name, value) for name, value in data.items() if value is not None}
    _fit_together(checked)
    return checked


def _read(name: str, value: Any) -> Any:
    if name == "labels":
        return labels(name, value)
    if name in _LAYERS:
        return layer(name, value, ARRAYS[name])
    if name == "choice":
        return choices(name, value)
    return vector(name, value, ARRAYS[name]) if ", " not in ARRAYS[name] else array(name, value, ARRAYS[name])


def _fit_together(checked: Mapping[str, Any]) -> None:
    features = checked.get("features")
    if features is not None:
        for name in _ROWS_OF_FEATURES:
            if name in checked:
                same_rows(features, name, checked[name].codes.size if name == "labels" else checked[name].shape[0])
        _same(checked, "classifier", 1, "features", 1)
    if "grad_W" in checked:
        _same(checked, "grad_b", 0, "grad_W", 0)
        _same(checked, "batch", 1, "grad_W", 1)
    for name in ("bias", "classifier"):
        if name in checked and "labels" in checked and checked[name].shape[0] != checked["labels"].classes.size:
            classes = checked["labels"].classes.size
            raise ValueError(f"{name} = array with {checked[name].shape[0]} rows: must have {classes}, one a class")


def _same(checked: Mapping[str, Given], name: str, axis: int, other: str, other_axis: int) -> None:
    if name in checked and checked[name].shape[axis] != checked[other].shape[other_axis]:
        raise ValueError(
            f"{name} = array of shape {checked[name].shape}: must have {checked[other].shape[other_axis]} "
            f"{ARRAYS[name].split(', ')[axis]}, as {other} of shape {checked[other].shape}"
        )


def diagnose(data: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Take every measure whose arrays are there: the names of `ARRAYS` to arrays of any library.

    Raises ValueError for bad arrays; a measure that has no answer for good ones gives its sentence as `refusal`.
    """
    given = check(data)
    findings = []
    for found in measures():
        if not all(name in given for name in found.needs):
            continue
        try:
            answer = found.function(**{name: given.get(name) for name in (*found.needs, *found.takes)})
        except ValueError as error:
            findings.append(Finding(found, (), str(error)))
            continue
        findings.append(Finding(found, (answer,) if isinstance(answer, Result) else tuple(answer)))
    return tuple(findings)
