"""Gradients collapse to low rank: how fast, what a projected optimiser loses, and how many numbers it saves."""

from claims.claim import Claim
from claims.low_rank_gradients import digits, memory, projection, range_finder, rank_bound, trajectory

CLAIMS: tuple[Claim, ...] = (
    *trajectory.CLAIMS,
    *rank_bound.CLAIMS,
    *projection.CLAIMS,
    *range_finder.CLAIMS,
    *memory.CLAIMS,
    *digits.CLAIMS,
)
