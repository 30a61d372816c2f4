"""Simulations that pictures of explanations show as such; claims judge them under other parameters."""

from typing import Any

import sims.explanations as sims
from claims import instance


@instance
def pictured(name: str, number: int, keep: float) -> dict[str, Any]:
    """A picture of 32 x 32 and the share of its pixels, or details, that is kept."""
    return {"x": sims.picture(name, 32, instance=number), "keep": keep}


masked_pictures = pictured.of(sims.masked_pictures)

__all__ = ["masked_pictures", "pictured"]
