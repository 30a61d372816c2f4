"""Feature learning: what one gradient step finds, what online descent needs, what fixed features must pay."""

from claims.claim import Claim
from claims.feature_learning import energy, fixed, network, population, sgd, spike

CLAIMS: tuple[Claim, ...] = (
    *population.CLAIMS, *energy.CLAIMS, *spike.CLAIMS, *sgd.CLAIMS, *fixed.CLAIMS, *network.CLAIMS
)  # fmt: skip
