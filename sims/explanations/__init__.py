"""Explanations, done: redraws and searches, masks on pixels and coefficients, solvers that see too few digits."""

from sims.explanations.digits import Explained, kept_digits
from sims.explanations.edges import Borders, haar_mask_borders, pixel_mask_new_edges
from sims.explanations.haar import haar_mask_energy, haar_mask_peak, pixel_mask_energy
from sims.explanations.pictures import Shown, masked_pictures, picture
from sims.explanations.precision import Solved, Unseen, unseen_error, unseen_mean_error, unseen_radius, unseen_solutions
from sims.explanations.rde import (
    Problem,
    Soft,
    gaussian_problem,
    rde_average,
    rde_distortion,
    rde_soft_mask,
    subset_search,
)
from sims.explanations.stability import Attained, Blurred, blurred_photographs, steepness, tikhonov_attained
from sims.explanations.wavelets import (
    Masked,
    Ramp,
    daubechies,
    haar_ramp_change,
    mask_change,
    masks,
    photo_row,
    wavelet_energy,
)

__all__ = [
    "Attained",
    "Blurred",
    "Borders",
    "Explained",
    "Masked",
    "Problem",
    "Ramp",
    "Shown",
    "Soft",
    "Solved",
    "Unseen",
    "blurred_photographs",
    "daubechies",
    "gaussian_problem",
    "haar_mask_borders",
    "haar_mask_energy",
    "haar_mask_peak",
    "haar_ramp_change",
    "kept_digits",
    "mask_change",
    "masked_pictures",
    "masks",
    "photo_row",
    "picture",
    "pixel_mask_energy",
    "pixel_mask_new_edges",
    "rde_average",
    "rde_distortion",
    "rde_soft_mask",
    "steepness",
    "subset_search",
    "tikhonov_attained",
    "unseen_error",
    "unseen_mean_error",
    "unseen_radius",
    "unseen_solutions",
    "wavelet_energy",
]  # fmt: skip
