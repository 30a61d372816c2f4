"""Named results: predictions and per-trial simulations as flat dictionaries from quantity to number or sample."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from sims.arrays import stream_name as default_stream
from sims.arrays import to_host

SOLE = "value"
"""Name of a quantity that was returned bare."""


def named(result: Any) -> dict[str, Any]:
    """Return a NamedTuple, dataclass or mapping as a dictionary; a bare number, array or law under one name."""
    if hasattr(result, "_asdict"):
        return dict(result._asdict())
    if dataclasses.is_dataclass(result) and not isinstance(result, type):
        return {f.name: getattr(result, f.name) for f in dataclasses.fields(result)}
    if isinstance(result, Mapping):
        return dict(result)
    return {SOLE: result}


def predictions(result: Any, pooled: bool = False) -> dict[str, Any]:
    """Flatten a prediction: one entry a number (arrays as `name[i,j]`, whole if `pooled`) or law (with `cdf`)."""
    flat: dict[str, Any] = {}
    for name, value in named(result).items():
        if hasattr(value, "cdf"):
            flat[name] = value
            continue
        array = np.asarray(value, dtype=np.float64)
        if pooled and array.ndim:
            flat[name] = array
            continue
        for index in np.ndindex(array.shape):
            flat[name + (f"[{','.join(map(str, index))}]" if index else "")] = float(array[index])
    return flat


def samples(result: Any, trials: int, who: str) -> dict[str, np.ndarray]:
    """Copy a kernel's result to the host: float64 arrays whose leading axis counts the trials."""
    arrays = {name: np.asarray(to_host(value)) for name, value in named(result).items()}
    if wrong := [name for name, array in arrays.items() if np.iscomplexobj(array)]:
        raise ValueError(f"{who}: {wrong[0]} is complex: must be real")
    host = {name: np.asarray(array, dtype=np.float64) for name, array in arrays.items()}
    for name, array in host.items():
        if array.ndim == 0 or array.shape[0] != trials:
            raise ValueError(f"{who}: {name} has shape {array.shape}: must have a leading axis of trials = {trials}")
    return host


def result_names(data: Mapping[str, np.ndarray]) -> tuple[str, ...]:
    """The names under which a simulation gives its quantities."""
    return tuple(data)


def column(data: Mapping[str, np.ndarray], quantity: str, who: str) -> np.ndarray:
    """The sample of one flat quantity, shape (trials,); of a whole array under its name, shape (trials, ...)."""
    name, _, index = quantity.partition("[")
    if name not in data:
        raise ValueError(f"{who}: simulate gives {', '.join(data)}: must also give {name}, which predict names")
    array = data[name]
    if not index:
        return array
    position = tuple(int(i) for i in index.rstrip("]").split(","))
    if array.ndim != 1 + len(position) or any(i >= k for i, k in zip(position, array.shape[1:], strict=True)):
        raise ValueError(f"{who}: simulated {name} has shape {array.shape[1:]} a trial: must fit predicted {quantity}")
    for i in position:
        array = array[:, i]
    return array


def _encode(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return value.tolist()
    if callable(value):
        return stream_name(value)
    raise TypeError(f"a cell's parameters must be numbers, strings, sequences or functions, not {type(value).__name__}")


def cell_key(cell: Mapping[str, Any]) -> str:
    """A cell as canonical JSON."""
    return json_text(dict(cell))


def json_text(value: Any) -> str:
    """A cell's parameters, or one of them, as JSON with sorted keys; functions by their names."""
    return json.dumps(value, sort_keys=True, default=_encode)


def stream_name(function: Callable[..., Any]) -> str:
    """The name of a simulation's random stream: the kernel's `stream`, by default topic.function.

    Arguments of a partial function are part of the name.
    """
    if isinstance(function, functools.partial):
        return stream_name(function.func) + json_text([list(function.args), function.keywords])
    return str(getattr(function, "stream", None) or default_stream(function))
