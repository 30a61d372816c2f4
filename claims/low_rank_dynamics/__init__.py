"""Deep linear networks on a low-rank target: only 2r directions move, and a narrow copy does the same."""

from claims.claim import Claim
from claims.low_rank_dynamics import components, compression, outer_bases, subspace

CLAIMS: tuple[Claim, ...] = (*subspace.CLAIMS, *compression.CLAIMS, *components.CLAIMS, *outer_bases.CLAIMS)
