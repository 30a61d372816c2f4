"""Whether the rooms that Python finds are those of this installation: a theory.py in the current folder hides ours.

This module imports nothing of ours, so that it can speak before anything is hidden.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOMS = ("theory", "sims", "claims", "lab", "figures")
HOUSE = Path(__file__).resolve().parents[1]


def hidden() -> str:
    """One sentence on the first room that another file hides, or nothing."""
    for room in ROOMS:
        found = _found(room)
        if found is None:
            return f"overparam's {room} is missing from {HOUSE}: install overparam again"
        if HOUSE / room not in (found, found.parent):
            return f"{found.name} in {found.parent} hides overparam's {room}: rename it or run elsewhere"
    return ""


def _found(room: str) -> Path | None:
    """The file of a module, or the folder of a package, that `import room` gives."""
    try:
        spec = importlib.util.find_spec(room)
    except ValueError:  # made by hand, without a spec
        return None
    if spec is None:
        return None
    if spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations))).resolve()
    return Path(spec.origin or room).resolve()
