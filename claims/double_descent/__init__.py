"""Double descent in models whose whole risk curve is computable."""

from claims.claim import Claim
from claims.double_descent import (
    bayes_ridge,
    classification,
    design_noise,
    early_stopping,
    gcv,
    gradient_flow,
    min_norm,
    random_features,
    ridge,
    sample_wise,
)

CLAIMS: tuple[Claim, ...] = (
    *min_norm.CLAIMS,
    *ridge.CLAIMS,
    *gcv.CLAIMS,
    *bayes_ridge.CLAIMS,
    *sample_wise.CLAIMS,
    *design_noise.CLAIMS,
    *random_features.CLAIMS,
    *gradient_flow.CLAIMS,
    *early_stopping.CLAIMS,
    *classification.CLAIMS,
)
