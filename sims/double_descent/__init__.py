"""Double descent, simulated: kernels named like the theory functions they check, and measures for data of one's own."""

from sims.double_descent.bayes_ridge import (
    BayesRisk,
    NestedBayesRisk,
    bayes_ridge_risk,
    nested_bayes_risk,
    peak_variance,
)
from sims.double_descent.design_noise import ROWS, ridgeless_noise
from sims.double_descent.digits_ridge import (
    DigitsCrossValidation,
    digits_cross_validation,
    digits_moments,
    digits_ridge,
)
from sims.double_descent.measures import (
    CrossValidation,
    EffectiveDimensions,
    RidgeCurve,
    cross_validation,
    effective_dimensions,
    gcv,
    leave_one_out,
    predict_test_error,
)
from sims.double_descent.min_norm import MinNormRisk, min_norm_risk, subset_risk, variance_of_variance
from sims.double_descent.plain import PlainRisk, plain_min_norm_risk
from sims.double_descent.ridge import RidgeRisk, ridge_risk
from sims.double_descent.sample_wise import NestedRisk, nested_min_norm_risk

__all__ = [
    "ROWS",
    "BayesRisk",
    "CrossValidation",
    "DigitsCrossValidation",
    "EffectiveDimensions",
    "MinNormRisk",
    "NestedBayesRisk",
    "NestedRisk",
    "PlainRisk",
    "RidgeCurve",
    "RidgeRisk",
    "bayes_ridge_risk",
    "cross_validation",
    "digits_cross_validation",
    "digits_moments",
    "digits_ridge",
    "effective_dimensions",
    "gcv",
    "leave_one_out",
    "min_norm_risk",
    "nested_bayes_risk",
    "nested_min_norm_risk",
    "peak_variance",
    "plain_min_norm_risk",
    "predict_test_error",
    "ridge_risk",
    "ridgeless_noise",
    "subset_risk",
    "variance_of_variance",
]
