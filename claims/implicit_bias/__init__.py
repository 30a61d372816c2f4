"""Implicit bias: which of many zero-loss solutions the optimiser selects, and how slowly it gets there."""

from claims.claim import Claim
from claims.implicit_bias import linear, loss, margin, orthogonal, potentials

CLAIMS: tuple[Claim, ...] = (
    *margin.CLAIMS,
    *loss.CLAIMS,
    *potentials.CLAIMS,
    *linear.CLAIMS,
    *orthogonal.CLAIMS,
)
