"""How claims are run and judged: random streams, blocks, store, intervals, verdicts, command line, report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lab.verification import verify

__all__ = ["verify"]


def __getattr__(name: str) -> Any:
    # SciPy and all topics are loaded on first use, so that the command line answers at once.
    if name == "verify":
        from lab.verification import verify

        return verify
    raise AttributeError(f"module 'lab' has no attribute {name!r}")
