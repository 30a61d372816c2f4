"""Benign overfitting, simulated: kernels named like the theory functions they check, and measures for own data."""

from sims.benign_overfitting.classification import (
    BilevelClassification,
    bilevel_classification,
    gmm_error,
    sign_classifier_error,
)
from sims.benign_overfitting.junk import junk_risk
from sims.benign_overfitting.laplace import laplace_variance
from sims.benign_overfitting.measures import Regime, interpolation_cost, regime
from sims.benign_overfitting.regression import (
    BiasVariance,
    NoisyFits,
    RidgeRisk,
    conditional_risk,
    isotropic_risk,
    ridge_path,
    ridge_risk,
)
from sims.benign_overfitting.search import Hardest, Shares, Spectra, hardest_spectra, shares
from sims.benign_overfitting.spectra import exponential_cost, log_spectrum_variance, power_law_risk
from sims.benign_overfitting.support import (
    MachineAgreement,
    SupportVectors,
    expected_violations,
    machine_is_interpolator,
    prob_all_support,
    support_vectors,
)

__all__ = [
    "BiasVariance", "BilevelClassification", "Hardest", "MachineAgreement", "NoisyFits", "Regime", "RidgeRisk",
    "Shares", "Spectra", "SupportVectors",
    "bilevel_classification", "conditional_risk", "expected_violations", "exponential_cost", "gmm_error",
    "hardest_spectra", "interpolation_cost", "isotropic_risk", "junk_risk", "laplace_variance", "log_spectrum_variance",
    "machine_is_interpolator", "power_law_risk", "prob_all_support", "regime", "ridge_path", "ridge_risk", "shares",
    "sign_classifier_error", "support_vectors",
]  # fmt: skip
