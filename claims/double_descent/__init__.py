"""Double descent in models whose whole risk curve is computable."""

from claims.claim import Claim
from claims.double_descent import gcv, min_norm, ridge

CLAIMS: tuple[Claim, ...] = (*min_norm.CLAIMS, *ridge.CLAIMS, *gcv.CLAIMS)
