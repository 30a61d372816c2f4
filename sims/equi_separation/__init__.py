"""Separation of classes, simulated: random layers, linear maps searched, deep linear and ReLU networks trained."""

from sims.equi_separation.chance import fuzziness_without_classes, random_linear_fuzziness_ratio
from sims.equi_separation.deep_linear import (
    CompressionRatios,
    constructed_compression,
    deep_linear_compression_ratio,
    frozen_singular_values,
)
from sims.equi_separation.floor import LinearFuzziness, linear_maps, mixture, scatters
from sims.equi_separation.networks import DigitsSeparation, MixtureSeparation, digits_separation, mixture_separation

__all__ = [
    "CompressionRatios",
    "DigitsSeparation",
    "LinearFuzziness",
    "MixtureSeparation",
    "constructed_compression",
    "deep_linear_compression_ratio",
    "digits_separation",
    "frozen_singular_values",
    "fuzziness_without_classes",
    "linear_maps",
    "mixture",
    "mixture_separation",
    "random_linear_fuzziness_ratio",
    "scatters",
]
