"""The layers of a net, in the order of the forward pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from overparam.measures.input import Given, layer


def sequence(name: str, given: Any) -> tuple[tuple[str, Any], ...]:
    """What is given as arrays with their names: of a mapping the values, else the entries; or ValueError."""
    if isinstance(given, Mapping):
        found = tuple((f"{name}[{key!r}]", value) for key, value in given.items())
    elif isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise ValueError(f"{name} = {type(given).__name__}: must be a sequence or mapping of arrays, one a layer")
    else:
        found = tuple((f"{name}[{i}]", value) for i, value in enumerate(given))
    if not found:
        raise ValueError(f"{name} = nothing: must hold at least one array, one a layer")
    return found


def layers(name: str, given: Any, least: int) -> list[Given]:
    """Weights as matrices (outputs, inputs), at least so many."""
    found = [layer(one, value) for one, value in sequence(name, given)]
    if len(found) < least:
        raise ValueError(f"{name} = {len(found)} layers: must be at least {least}")
    return found
