"""Networks of few-variable parts evaluated, estimators drawn, parities learnt: literal runs of what theory predicts."""

from sims.compositional_sparsity.parity import gf2_recovery_prob, parity_error
from sims.compositional_sparsity.products import ProductErrors, inputs, moment_rank, product_errors
from sims.compositional_sparsity.projection import projection_risk, smooth_constituent
from sims.compositional_sparsity.sawtooth import sawtooth_pieces, sawtooth_search
from sims.compositional_sparsity.square import interpolation_error, square_deep_error

__all__ = [
    "ProductErrors",
    "gf2_recovery_prob",
    "inputs",
    "interpolation_error",
    "moment_rank",
    "parity_error",
    "product_errors",
    "projection_risk",
    "sawtooth_pieces",
    "sawtooth_search",
    "smooth_constituent",
    "square_deep_error",
]
