"""Double descent in models whose whole risk curve is computable.

Conventions: n samples, p features; the ridge estimator is (X'X + n lam I)^{-1} X'y, and lam = 0 means minimum norm;
"risk" is the excess risk E_x (x'b - x'beta)^2, "test error" adds the noise variance sigma2.
"""

from theory.double_descent.bayes_ridge import optimal_ridge, optimal_ridge_risk, peak_variance
from theory.double_descent.classification import (
    MaxMargin,
    ls_classifier_error,
    max_margin,
    positive_part_moments,
    separability_threshold,
)
from theory.double_descent.early_stopping import early_stopping_constant, gf_ridge_ratio, worst_progress
from theory.double_descent.elliptical import elliptical_min_norm_risk, elliptical_noise_limit
from theory.double_descent.gradient_flow import (
    FlowRisk,
    gf_mean_residual,
    gf_risk,
    gf_risk_classical,
    gf_risk_isotropic,
    stopping_times,
)
from theory.double_descent.lower_bound import ridgeless_noise_lower_bound
from theory.double_descent.min_norm import (
    MinNormRisk,
    bias_law,
    min_norm_risk,
    subset_risk,
    variance_of_variance,
)
from theory.double_descent.random_features import (
    ActivationConstants,
    RandomFeaturesRisk,
    activation_constants,
    rf_risk,
    rf_risk_polynomial,
)
from theory.double_descent.ridge import effective_ridge, ridge_risk, ridge_test_error
from theory.double_descent.sample_wise import SampleWiseOptimum, sample_wise_optimum

__all__ = [
    "ActivationConstants",
    "FlowRisk",
    "MaxMargin",
    "MinNormRisk",
    "RandomFeaturesRisk",
    "SampleWiseOptimum",
    "activation_constants",
    "bias_law",
    "early_stopping_constant",
    "effective_ridge",
    "elliptical_min_norm_risk",
    "elliptical_noise_limit",
    "gf_mean_residual",
    "gf_ridge_ratio",
    "gf_risk",
    "gf_risk_classical",
    "gf_risk_isotropic",
    "ls_classifier_error",
    "max_margin",
    "min_norm_risk",
    "optimal_ridge",
    "optimal_ridge_risk",
    "peak_variance",
    "positive_part_moments",
    "rf_risk",
    "rf_risk_polynomial",
    "ridge_risk",
    "ridge_test_error",
    "ridgeless_noise_lower_bound",
    "sample_wise_optimum",
    "separability_threshold",
    "stopping_times",
    "subset_risk",
    "variance_of_variance",
    "worst_progress",
]
