"""Double descent in models whose whole risk curve is computable.

Conventions: n samples, p features; the ridge estimator is (X'X + n lam I)^{-1} X'y, and lam = 0 means minimum norm;
"risk" is the excess risk E_x (x'b - x'beta)^2, "test error" adds the noise variance sigma2.
"""

from theory.double_descent.bayes_ridge import optimal_ridge, optimal_ridge_risk, peak_variance
from theory.double_descent.lower_bound import ridgeless_noise_lower_bound
from theory.double_descent.min_norm import (
    MinNormRisk,
    bias_law,
    min_norm_risk,
    subset_risk,
    variance_of_variance,
)
from theory.double_descent.ridge import effective_ridge, ridge_risk, ridge_test_error
from theory.double_descent.sample_wise import SampleWiseOptimum, sample_wise_optimum

__all__ = [
    "MinNormRisk",
    "SampleWiseOptimum",
    "bias_law",
    "effective_ridge",
    "min_norm_risk",
    "optimal_ridge",
    "optimal_ridge_risk",
    "peak_variance",
    "ridge_risk",
    "ridge_test_error",
    "ridgeless_noise_lower_bound",
    "sample_wise_optimum",
    "subset_risk",
    "variance_of_variance",
]
