"""Random networks as sketches of inputs, of sets of points and of many objects in one vector.

Conventions: a layer is x -> relu(Wx) with entries N(0, 2/m) of W (m x d), which keeps squared norms in expectation;
angles are taken by atan2, exact for parallel and opposite vectors; k_1(t) = (sin t + (pi - t) cos t)/pi.
"""

from theory.concept_sketching.kernels import (
    arccos_kernel,
    depth_asymptote,
    depth_correlation,
    depth_distance,
    kernel_variance,
    simhash_collision,
)
from theory.concept_sketching.recursive import sketch_error, two_level_error
from theory.concept_sketching.sets import linear_distance, set_distance, set_kernel, sketch_collision

__all__ = [
    "arccos_kernel",
    "depth_asymptote",
    "depth_correlation",
    "depth_distance",
    "kernel_variance",
    "linear_distance",
    "set_distance",
    "set_kernel",
    "simhash_collision",
    "sketch_collision",
    "sketch_error",
    "two_level_error",
]
