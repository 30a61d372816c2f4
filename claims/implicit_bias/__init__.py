"""Implicit bias: which of many zero-loss solutions the optimiser selects, and how slowly it gets there."""

from claims.claim import Claim
from claims.implicit_bias import approach, diagonal, linear, loss, margin, matrices, orthogonal

CLAIMS: tuple[Claim, ...] = (
    *margin.CLAIMS,
    *approach.CLAIMS,
    *loss.CLAIMS,
    *diagonal.CLAIMS,
    *matrices.CLAIMS,
    *linear.CLAIMS,
    *orthogonal.CLAIMS,
)
