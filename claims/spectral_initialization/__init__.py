"""Small random initialisation: a power method first, then one spectral component after another."""

from claims.claim import Claim
from claims.spectral_initialization import alignment, jacobian, modes, power_phase, residual, riccati

CLAIMS: tuple[Claim, ...] = (
    *riccati.CLAIMS,
    *modes.CLAIMS,
    *power_phase.CLAIMS,
    *alignment.CLAIMS,
    *residual.CLAIMS,
    *jacobian.CLAIMS,
)
