"""Claims on the minima that a step size can hold."""

from claims.claim import Claim
from claims.minima_stability import batches, curvature, flattest, growth, trained

CLAIMS: tuple[Claim, ...] = (
    *curvature.CLAIMS, *trained.CLAIMS, *batches.CLAIMS, *growth.CLAIMS, *flattest.CLAIMS,
)  # fmt: skip
