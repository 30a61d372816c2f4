"""Image reconstruction, simulated: denoisers learned from drawn pairs, shrinkages tuned on single images."""

from sims.image_reconstruction.learned import (
    gaussian_denoiser_risk,
    learned_denoiser_excess,
    learned_denoiser_risk,
    ridge_denoiser_risk,
)
from sims.image_reconstruction.pca import PCARisk, pca_denoiser_risk
from sims.image_reconstruction.pictures import image_denoiser_risk, image_excess_coefficient, image_spectrum, population
from sims.image_reconstruction.shift import Ratio, mixture_shrinkage, shift_gap, shift_risk, shift_trend
from sims.image_reconstruction.test_time import projected_images, ttt_excess, ttt_risk, ttt_shrinkage, tuned_images

__all__ = [
    "PCARisk", "Ratio", "gaussian_denoiser_risk", "image_denoiser_risk", "image_excess_coefficient",
    "image_spectrum", "learned_denoiser_excess", "learned_denoiser_risk", "mixture_shrinkage", "pca_denoiser_risk",
    "population", "projected_images", "ridge_denoiser_risk", "shift_gap", "shift_risk", "shift_trend", "ttt_excess",
    "ttt_risk", "ttt_shrinkage", "tuned_images",
]  # fmt: skip
