"""What `diagnose` says of features as a matrix in noise."""

from __future__ import annotations

import numpy as np

from overparam.measures.design import design
from overparam.measures.input import Given
from overparam.measures.matrix_denoising.measures import rank_of
from overparam.measures.matrix_denoising.spectrum import spectrum
from overparam.measures.registry import measure
from overparam.measures.result import Result


@measure("Features as low rank: what stands out of white noise", needs=("features",))
def of_features(features: Given) -> Result:
    """Directions of the centred features that are worth keeping."""
    found = design(features, True)
    singular = np.sqrt(np.sort(np.maximum(found.values, 0.0))[::-1])
    # The mean takes a row: n - 1 of them are left.
    return rank_of(spectrum("features", singular, max(found.m, features.shape[1]), float(np.sqrt(found.floor)), None))
