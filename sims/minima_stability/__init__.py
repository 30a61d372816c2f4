"""Minima and step sizes, for real: networks rescaled and trained, batches enumerated and drawn, displaced weights."""

from sims.minima_stability.batches import (
    Threshold,
    generic_gradients,
    mean_square_distance,
    orthogonal_gradients,
    second_moment_operator,
    sgd_threshold,
)
from sims.minima_stability.digits import DigitsSharpness, digits_sharpness
from sims.minima_stability.flattest import Flattest, flattest_trace
from sims.minima_stability.growth import Growth, gd_growth
from sims.minima_stability.nets import Shallow, clustered, random_nets, two_clusters
from sims.minima_stability.ramp import Ramp, RampStart, ramp, ramp_start, tanh_ramp
from sims.minima_stability.trained import trained_gradients

__all__ = [
    "DigitsSharpness", "Flattest", "Growth", "Ramp", "RampStart", "Shallow", "Threshold", "clustered",
    "digits_sharpness", "flattest_trace", "gd_growth", "generic_gradients", "mean_square_distance",
    "orthogonal_gradients", "ramp", "ramp_start", "random_nets", "second_moment_operator", "sgd_threshold",
    "tanh_ramp", "trained_gradients", "two_clusters",
]  # fmt: skip
