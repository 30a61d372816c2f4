"""Tangent kernels of finite random networks with random masks, by explicit passes forward and back."""

from sims.pruned_ntk.digits import digits_images, kernel_error
from sims.pruned_ntk.kernels import (
    deep_fluctuation,
    input_pruned_ntk,
    ntk_variance_two_layer,
    pruned_ntk_limit,
    relu_nngp,
    relu_ntk,
)
from sims.pruned_ntk.problems import pairs

__all__ = [
    "deep_fluctuation",
    "digits_images",
    "input_pruned_ntk",
    "kernel_error",
    "ntk_variance_two_layer",
    "pairs",
    "pruned_ntk_limit",
    "relu_nngp",
    "relu_ntk",
]
