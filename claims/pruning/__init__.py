"""Pruning: the joint price of a mask and its law, when the update hurts, risk against density, which set to take."""

from claims.claim import Claim
from claims.pruning import laws, magnitude, removal, search, tradeoff

CLAIMS: tuple[Claim, ...] = (
    *removal.CLAIMS,
    *laws.CLAIMS,
    *tradeoff.CLAIMS,
    *magnitude.CLAIMS,
    *search.CLAIMS,
)
