"""Functions made of few-variable parts: what depth saves in units, and what knowing the parts saves in samples.

Conventions: a unit is a hidden ReLU (or a hidden unit of the activation named); affine terms into the output are free.
Functions on the torus T^D have Fourier coefficients f_k in exp(2 pi i k.x); parities are products of coordinates of
{-1, 1}^d, samples uniform.
"""

from theory.compositional_sparsity.parity import gf2_recovery_prob, kernel_parity_bound
from theory.compositional_sparsity.products import deep_units, product_network, shallow_units
from theory.compositional_sparsity.projection import lattice_count, projection_risk, rate_exponent
from theory.compositional_sparsity.sawtooth import sawtooth, sawtooth_best_l2, sawtooth_l2_lower, sawtooth_pieces
from theory.compositional_sparsity.square import square_deep_error, square_shallow_error, units_for_error

__all__ = [
    "deep_units", "gf2_recovery_prob", "kernel_parity_bound", "lattice_count", "product_network", "projection_risk",
    "rate_exponent", "sawtooth", "sawtooth_best_l2", "sawtooth_l2_lower", "sawtooth_pieces", "shallow_units",
    "square_deep_error", "square_shallow_error", "units_for_error",
]  # fmt: skip
