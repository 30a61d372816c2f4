"""What one gradient of a network reveals about the data behind it."""

from claims.claim import Claim
from claims.gradient_reconstruction import attack, counts, defences, kkt, leakage, matching, moments, noise, spear

CLAIMS: tuple[Claim, ...] = (
    *moments.CLAIMS,
    *matching.CLAIMS,
    *leakage.CLAIMS,
    *counts.CLAIMS,
    *attack.CLAIMS,
    *noise.CLAIMS,
    *defences.CLAIMS,
    *kkt.CLAIMS,
    *spear.CLAIMS,
)
