"""Simulations that pictures of small initialisation show as such; claims judge what they share."""

from __future__ import annotations

from typing import Any

import sims.spectral_initialization as sims
from claims import instance
from sims.spectral_initialization import alignment_path, digits_start, residual_path

__all__ = ["alignment_path", "climb", "climbing", "digits_start", "residual_path"]


@instance
def climb(t: float) -> dict[str, Any]:
    """A start of width five and scale 1/1000 on a matrix of rank three, by descents with steps of 1/20."""
    M, U0 = sims.random_start((1.0, 0.5, 0.25, 0.0, 0.0, 0.0), 5, 1e-3)
    return {"M": M[None], "U0": U0[None], "t": t, "steps": round(20 * t)}


climbing = climb.of(sims.descent_gram)
