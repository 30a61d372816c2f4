"""Simulations that pictures of double descent show as such; claims judge them under other parameters."""

from sims.double_descent import (
    bayes_ridge_risk,
    digits_moments,
    gf_risk,
    nested_min_norm_risk,
    rf_risk,
    rf_sample_wise_risk,
    ridgeless_noise,
)

__all__ = [
    "bayes_ridge_risk", "digits_moments", "gf_risk", "nested_min_norm_risk", "rf_risk", "rf_sample_wise_risk",
    "ridgeless_noise",
]  # fmt: skip
