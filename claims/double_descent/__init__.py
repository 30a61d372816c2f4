"""Double descent in models whose whole risk curve is computable."""

from claims.claim import Claim
from claims.double_descent import bayes_ridge, design_noise, gcv, min_norm, ridge, sample_wise

CLAIMS: tuple[Claim, ...] = (
    *min_norm.CLAIMS,
    *ridge.CLAIMS,
    *gcv.CLAIMS,
    *bayes_ridge.CLAIMS,
    *sample_wise.CLAIMS,
    *design_noise.CLAIMS,
)
