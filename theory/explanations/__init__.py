"""Explanations: masks that keep a decision, what they invent, and what finite precision and accuracy allow.

Conventions: `keep` are the indices of the coordinates that are kept (0-based), not a fraction; images are square with a
side 2^k unless a function says otherwise; level 1 of a transform is the finest; p is the probability that a pixel is
kept, or the number of vanishing moments of a wavelet.
"""

from theory.explanations.haar import Haar, haar2, ihaar2, pixel_mask_energy, pixel_mask_new_edges
from theory.explanations.precision import lipschitz_lower_bound, tikhonov_gain, unseen_radius
from theory.explanations.rde import Subset, rde_average, rde_best_subset, rde_distortion, rde_soft_mask
from theory.explanations.wavelets import (
    Wavelet,
    daubechies,
    haar_ramp_change,
    influence_margin,
    iwavelet1,
    wavelet1,
)

__all__ = [
    "Haar", "Subset", "Wavelet", "daubechies", "haar2", "haar_ramp_change", "ihaar2", "influence_margin", "iwavelet1",
    "lipschitz_lower_bound", "pixel_mask_energy", "pixel_mask_new_edges", "rde_average", "rde_best_subset",
    "rde_distortion", "rde_soft_mask", "tikhonov_gain", "unseen_radius", "wavelet1",
]  # fmt: skip
