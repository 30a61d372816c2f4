"""Data in a union of subspaces: an exact radius, what a subtracted attack costs, when recovery is certified."""

from claims.claim import Claim
from claims.subspace_robustness import certificate, cone, noise

CLAIMS: tuple[Claim, ...] = (*cone.CLAIMS, *noise.CLAIMS, *certificate.CLAIMS)
