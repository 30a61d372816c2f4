"""Learning near a manifold: what nearest neighbours, series and kernels do depends on its dimension, not on R^D's."""

from claims.claim import Claim
from claims.manifold_learning import classification, distances, interpolation, kernels, noise, regression, series

CLAIMS: tuple[Claim, ...] = (
    *distances.CLAIMS,
    *classification.CLAIMS,
    *series.CLAIMS,
    *regression.CLAIMS,
    *interpolation.CLAIMS,
    *kernels.CLAIMS,
    *noise.CLAIMS,
)
