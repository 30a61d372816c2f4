"""Simulations that pictures of benign overfitting show as such; claims judge them under other parameters."""

from sims.benign_overfitting import (
    bilevel_classification,
    exponential_cost,
    isotropic_risk,
    ridge_path,
    ridge_risk,
)

__all__ = ["bilevel_classification", "exponential_cost", "isotropic_risk", "ridge_path", "ridge_risk"]
