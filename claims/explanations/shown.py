"""Simulations that pictures of explanations show as such; claims judge them under other parameters."""

from __future__ import annotations

from typing import Any

import sims.explanations as sims
from claims import instance
from sims.explanations import unseen_error

__all__ = ["masked_pictures", "pictured", "unseen_error"]


@instance
def pictured(name: str, number: int, side: int, keep: float) -> dict[str, Any]:
    """A picture and the share of its pixels, or details, that is kept."""
    return {"x": sims.picture(name, side, instance=number), "keep": keep}


masked_pictures = pictured.of(sims.masked_pictures)
