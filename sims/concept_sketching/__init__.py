"""Random networks as sketches, done: one layer and many, means over sets, sums of rotated objects."""

from sims.concept_sketching.kernels import (
    arccos_kernel,
    depth_correlation,
    depth_distance,
    kernel_variance,
    simhash_collision,
)
from sims.concept_sketching.recursive import (
    Read,
    sketch_error,
    sketch_gain,
    sketch_retrieval,
    two_level_error,
)
from sims.concept_sketching.sets import (
    Hashed,
    Retrieved,
    hashed_collision,
    linear_distance,
    parabola,
    set_distance,
    set_kernel,
    set_retrieval,
    sketch_collision,
)

__all__ = [
    "Hashed",
    "Read",
    "Retrieved",
    "arccos_kernel",
    "depth_correlation",
    "depth_distance",
    "hashed_collision",
    "kernel_variance",
    "linear_distance",
    "parabola",
    "set_distance",
    "set_kernel",
    "set_retrieval",
    "simhash_collision",
    "sketch_collision",
    "sketch_error",
    "sketch_gain",
    "sketch_retrieval",
    "two_level_error",
]
