"""Linear denoisers learned from examples: how much data helps, what a shift costs, what one test image repairs.

Conventions: images x = U c in n pixels, U (n, d) orthonormal columns, c ~ N(0, tau2 I_d); observed y = x + z with
z ~ N(0, sigma2 I_n); a denoiser is a matrix W, learned from N pairs (x, y); its risk is E|W y - x|^2, summed over
pixels. `ridge` is added to Y'Y in total.
"""

from theory.image_reconstruction.learned import (
    gaussian_denoiser_risk,
    learned_denoiser_excess,
    learned_denoiser_risk,
)
from theory.image_reconstruction.leverage import leverage_coefficient
from theory.image_reconstruction.model import bayes_floor
from theory.image_reconstruction.pca import PCARisk, pca_denoiser_risk
from theory.image_reconstruction.ridge import optimal_denoiser_ridge, ridge_denoiser_risk
from theory.image_reconstruction.shift import mixture_shrinkage, shift_gap, shift_risk, shift_trend
from theory.image_reconstruction.test_time import ttt_risk, ttt_shrinkage

__all__ = [
    "PCARisk", "bayes_floor", "gaussian_denoiser_risk", "learned_denoiser_excess", "learned_denoiser_risk",
    "leverage_coefficient", "mixture_shrinkage", "optimal_denoiser_ridge", "pca_denoiser_risk",
    "ridge_denoiser_risk", "shift_gap", "shift_risk", "shift_trend", "ttt_risk", "ttt_shrinkage",
]  # fmt: skip
