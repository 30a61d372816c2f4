"""How claims are run and judged: random streams, blocks, store, intervals, verdicts."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lab.latex import to_latex
    from lab.verification import verify

__all__ = ["to_latex", "verify"]

_HOME = {"to_latex": "lab.latex", "verify": "lab.verification"}


def __getattr__(name: str) -> Any:
    # SciPy and all topics are loaded on first use, so that the command line answers at once.
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'lab' has no attribute {name!r}")
