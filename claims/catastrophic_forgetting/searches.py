"""What all adversarial searches of the topic share."""

from __future__ import annotations

from typing import Any


def search_floats(**_: Any) -> float:
    """Declare more memory than a search needs: it is long, a few of them are enough, and blocks must be small."""
    return 4e5
