"""Benign overfitting: what interpolating noisy labels costs, decided by the spectrum of the features.

Conventions: n samples, p features with covariance eigenvalues lam_i; y = X w + noise of variance sigma2; `ridge` is the
total penalty delta in w_hat = X' (X X' + delta I)^-1 y; ridge 0 with p > n is the minimum-norm interpolator.
"""

from theory.benign_overfitting.bilevel import BilevelClassification, bilevel_classification
from theory.benign_overfitting.equivalent import BiasVariance, conditional_risk, isotropic_risk, kappa, ridge_risk
from theory.benign_overfitting.junk import junk_risk
from theory.benign_overfitting.laplace import laplace_variance
from theory.benign_overfitting.mixture import gmm_error, gmm_error_exact
from theory.benign_overfitting.ranks import (
    EffectiveRanks,
    Sandwich,
    effective_ranks,
    k_star,
    ridge_sandwich,
    variance_sandwich,
)
from theory.benign_overfitting.regimes import Regime, regime
from theory.benign_overfitting.signs import isotropic_sign_error, sign_classifier_error, sign_classifier_limit
from theory.benign_overfitting.spectra import log_spectrum_variance, power_law_risk, tempered_limit
from theory.benign_overfitting.support import exact_prob_all_support, expected_violations, prob_all_support

__all__ = [
    "BiasVariance", "BilevelClassification", "EffectiveRanks", "Regime", "Sandwich", "bilevel_classification",
    "conditional_risk", "effective_ranks", "exact_prob_all_support", "expected_violations", "gmm_error",
    "gmm_error_exact", "isotropic_risk", "isotropic_sign_error", "junk_risk", "k_star", "kappa", "laplace_variance",
    "log_spectrum_variance", "power_law_risk", "prob_all_support", "regime", "ridge_risk", "ridge_sandwich",
    "sign_classifier_error", "sign_classifier_limit", "tempered_limit", "variance_sandwich",
]  # fmt: skip
