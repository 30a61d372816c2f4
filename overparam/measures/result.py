"""What a measure returns: a number (or several) with what it is compared with, and what it means in one sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Result:
    """One measured quantity.

    name: what it is called; value: the number, or an array over a grid; null: what it would be were there nothing to
    see; limit: what it tends to in the ideal case; low, high: its interval (NaN-free, None where it is no estimate);
    sentence: what it means, for a person; claims: slugs of the claims that speak of it; detail: further numbers and
    arrays by name, which a picture may draw.
    """

    name: str
    value: Any
    null: float | None = None
    limit: float | None = None
    low: Any = None
    high: Any = None
    sentence: str = ""
    claims: tuple[str, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)

    def __float__(self) -> float:
        return float(self.value)

    def __str__(self) -> str:
        return self.sentence

    def record(self) -> dict[str, Any]:
        """Return all of it as plain lists, numbers and text, NaN and infinity as None: what JSON can hold."""
        names = ("name", "value", "null", "limit", "low", "high", "sentence", "claims")
        return {name: _plain(getattr(self, name)) for name in names} | {"detail": _plain(dict(self.detail))}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist())
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
