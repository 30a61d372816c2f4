"""Simulations that pictures of pruning show as such; claims judge what they share."""

from __future__ import annotations

from typing import Any

import sims.pruning as sims
from claims import instance
from claims.pruning.removal import problem


@instance
def rotated(p: int, k: int, r: float, number: int, first: int) -> dict[str, Any]:
    """The first of the fifty problems; its set in the same order, beginning elsewhere."""
    H, w, S = problem(p=p, k=k, r=r, number=number).values()
    return {"H": H[0], "w": w[0], "order": (*S[first:], *S[:first])}


removed_in_order = rotated.of(sims.obs_sequence)
