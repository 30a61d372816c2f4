"""Double descent, simulated: kernels named like the theory functions they check, and measures for data of one's own."""

from sims.double_descent.digits_ridge import digits_moments, digits_ridge
from sims.double_descent.min_norm import MinNormRisk, min_norm_risk, subset_risk, variance_of_variance
from sims.double_descent.ridge import RidgeRisk, ridge_risk

__all__ = [
    "MinNormRisk",
    "RidgeRisk",
    "digits_moments",
    "digits_ridge",
    "min_norm_risk",
    "ridge_risk",
    "subset_risk",
    "variance_of_variance",
]
