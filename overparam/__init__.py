"""Published claims on over-parameterized learning, each predicted, simulated and judged: all rooms under one name.

`overparam.theory`, `.sims`, `.claims`, `.lab`, `.figures` are the packages of that name (the same module objects);
`.measures` are what is applied to arrays of one's own. `.verify` judges claims, `.load_claims` returns them,
`.assert_agrees` is for one's own tests, `.diagnose` says which theory applies to data. All are loaded on first
use, the topics of a room too.

>>> import overparam, theory
>>> overparam.theory is theory
True
>>> overparam.theory.double_descent.min_norm_risk(n=200, p=400, r2=1.0, sigma2=0.25).bias
np.float64(0.5)
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
from typing import Any

from overparam.rooms import ROOMS, hidden

_NAMES = {
    "verify": ("lab", "verify"),
    "load_claims": ("claims", "load_claims"),
    "diagnose": ("overparam.diagnosis", "diagnose"),
    "assert_agrees": ("overparam.assertion", "assert_agrees"),
}

__all__ = [
    "__version__", "assert_agrees", "claims", "diagnose", "figures", "lab", "load_claims", "measures", "sims", "theory",
    "verify",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib import metadata

        return metadata.version("overparam")
    if name in ROOMS or name in _NAMES or name == "measures":
        if complaint := hidden():
            raise ImportError(complaint)
        if name in ROOMS:
            return _room(name)
        if name == "measures":
            return _room("overparam.measures")
        module, attribute = _NAMES[name]
        return getattr(importlib.import_module(module), attribute)
    raise AttributeError(f"module 'overparam' has no attribute {name!r}")


def _room(package: str) -> Any:
    """A room whose modules are imported when they are asked for, as `overparam.theory.double_descent`."""
    room = importlib.import_module(package)
    vars(room).setdefault("__getattr__", functools.partial(_module, package))
    return room


def _module(package: str, name: str) -> Any:
    full = f"{package}.{name}"
    if name.startswith("_") or importlib.util.find_spec(full) is None:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    return importlib.import_module(full)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
