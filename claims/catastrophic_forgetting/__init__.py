"""The claims of catastrophic forgetting, one module per group of theorems."""

from __future__ import annotations

from claims.catastrophic_forgetting import (
    cyclic,
    distributions,
    orderings,
    replay,
    rotating,
    rotations,
    sequences,
    spiral,
    two_tasks,
)
from claims.claim import Claim

CLAIMS: tuple[Claim, ...] = (
    *sequences.CLAIMS,
    *two_tasks.CLAIMS,
    *orderings.CLAIMS,
    *distributions.CLAIMS,
    *rotations.CLAIMS,
    *cyclic.CLAIMS,
    *rotating.CLAIMS,
    *replay.CLAIMS,
    *spiral.CLAIMS,
)
