"""Double descent, simulated: kernels named like the theory functions they check, and measures for data of one's own."""

from sims.double_descent.bayes_ridge import (
    BayesRisk,
    NestedBayesRisk,
    bayes_ridge_risk,
    nested_bayes_risk,
    peak_variance,
)
from sims.double_descent.bidiagonal import bidiagonal_min_norm_risk
from sims.double_descent.classification import MaxMargin, labelled_rows, ls_classifier_error, max_margin
from sims.double_descent.cross_validation import CrossValidation, cross_validation
from sims.double_descent.design_noise import ROWS, ridgeless_noise
from sims.double_descent.digits_ridge import (
    DigitsCrossValidation,
    digits_cross_validation,
    digits_moments,
    digits_ridge,
)
from sims.double_descent.early_stopping import EarlyStoppingRatio, designed_gf_ridge_ratio, gf_ridge_ratio
from sims.double_descent.gradient_flow import FlowRisk, gf_risk, gf_risk_isotropic
from sims.double_descent.measures import (
    EffectiveDimensions,
    RidgeCurve,
    effective_dimensions,
    gcv,
    leave_one_out,
    predict_test_error,
)
from sims.double_descent.min_norm import MinNormRisk, min_norm_risk, subset_risk, variance_of_variance
from sims.double_descent.plain import PlainRisk, plain_min_norm_risk, plain_rf_risk
from sims.double_descent.random_features import RandomFeaturesRisk, rf_risk, rf_sample_wise_risk
from sims.double_descent.ridge import RidgeRisk, ridge_risk
from sims.double_descent.sample_wise import NestedRisk, nested_min_norm_risk

__all__ = [
    "ROWS",
    "BayesRisk",
    "CrossValidation",
    "DigitsCrossValidation",
    "EarlyStoppingRatio",
    "EffectiveDimensions",
    "FlowRisk",
    "MaxMargin",
    "MinNormRisk",
    "NestedBayesRisk",
    "NestedRisk",
    "PlainRisk",
    "RandomFeaturesRisk",
    "RidgeCurve",
    "RidgeRisk",
    "bayes_ridge_risk",
    "bidiagonal_min_norm_risk",
    "cross_validation",
    "designed_gf_ridge_ratio",
    "digits_cross_validation",
    "digits_moments",
    "digits_ridge",
    "effective_dimensions",
    "gcv",
    "gf_ridge_ratio",
    "gf_risk",
    "gf_risk_isotropic",
    "labelled_rows",
    "leave_one_out",
    "ls_classifier_error",
    "max_margin",
    "min_norm_risk",
    "nested_bayes_risk",
    "nested_min_norm_risk",
    "peak_variance",
    "plain_min_norm_risk",
    "plain_rf_risk",
    "predict_test_error",
    "rf_risk",
    "rf_sample_wise_risk",
    "ridge_risk",
    "ridgeless_noise",
    "subset_risk",
    "variance_of_variance",
]
