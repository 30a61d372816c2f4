"""Sparse interpolation, done: labels of noise and of a sparse truth fitted by convex programmes, each with its gap."""

from sims.sparse_interpolation.draws import Entries, features
from sims.sparse_interpolation.interpolators import (
    STRENGTHS,
    InterpolatorRisk,
    LeastNorm,
    NoiseConstant,
    Strengths,
    interpolate,
    lp_noise_constant,
    min_l1_noise_risk,
    min_l1_risk,
    min_lp_norm,
    min_lp_risk,
    other_features,
    strength_trade_off,
)
from sims.sparse_interpolation.lasso import LassoFit, lasso_fit

__all__ = [
    "STRENGTHS", "Entries", "InterpolatorRisk", "LassoFit", "LeastNorm", "NoiseConstant", "Strengths", "features",
    "interpolate", "lasso_fit", "lp_noise_constant", "min_l1_noise_risk", "min_l1_risk", "min_lp_norm", "min_lp_risk",
    "other_features", "strength_trade_off",
]  # fmt: skip
