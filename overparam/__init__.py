"""Published claims on over-parameterized learning, each predicted, simulated and judged: all rooms under one name.

`overparam.theory`, `.sims`, `.claims` are the packages of that name (the same module objects); `.measures` are what is
applied to arrays of one's own; `.verify` judges claims, `.load_claims` returns them. All are loaded on first use.

>>> import overparam, theory
>>> overparam.theory is theory
True
"""

from __future__ import annotations

import importlib
from typing import Any

_ROOMS = ("theory", "sims", "claims", "lab", "figures")
_NAMES = {
    "verify": ("lab", "verify"),
    "load_claims": ("claims", "load_claims"),
}

__all__ = ["__version__", "claims", "load_claims", "measures", "sims", "theory", "verify"]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return importlib.import_module(name)
    if name in _NAMES:
        module, attribute = _NAMES[name]
        return getattr(importlib.import_module(module), attribute)
    if name == "__version__":
        from importlib import metadata

        return metadata.version("overparam")
    if name == "measures":
        return importlib.import_module("overparam.measures")
    raise AttributeError(f"module 'overparam' has no attribute {name!r}")
