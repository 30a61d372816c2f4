r"""Coding rates: what features cost together and class by class, the largest difference, and who attains it.

Conventions: Z = [Z_1 .. Z_k] is d x m with samples as columns, class j has m_j of them, $\gamma_j = m_j/m$,
$\alpha = d/(m\epsilon^2)$, $\alpha_j = d/(m_j\epsilon^2)$; $R = \tfrac12\log\det(I + \alpha ZZ^\top)$,
$\Delta R = R - \sum_j\tfrac{\gamma_j}2\log\det(I + \alpha_jZ_jZ_j^\top)$, natural logarithms.
"""

from theory.rate_reduction.closed_loop import (
    LinearTranscription,
    follower_decoder,
    leader_deviation_gain,
    linear_mcr2_encoder,
)
from theory.rate_reduction.null import coding_rate_limit, null_rate_reduction
from theory.rate_reduction.operators import Operators, redunet_operators, redunet_step_sv
from theory.rate_reduction.optimum import (
    Optimum,
    mcr2_free_optimum,
    mcr2_isotropic_value,
    mcr2_optimum,
    mcr2_precision_constant,
    mcr2_precision_threshold,
)
from theory.rate_reduction.rates import coding_rate, pair_rate_reduction, rate_reduction, rate_reduction_two_lines
from theory.rate_reduction.regularised import mcr2_lambda_max, mcr2_regularised_sv, mcr2_regularised_value

__all__ = [
    "LinearTranscription",
    "Operators",
    "Optimum",
    "coding_rate",
    "coding_rate_limit",
    "follower_decoder",
    "leader_deviation_gain",
    "linear_mcr2_encoder",
    "mcr2_free_optimum",
    "mcr2_isotropic_value",
    "mcr2_lambda_max",
    "mcr2_optimum",
    "mcr2_precision_constant",
    "mcr2_precision_threshold",
    "mcr2_regularised_sv",
    "mcr2_regularised_value",
    "null_rate_reduction",
    "pair_rate_reduction",
    "rate_reduction",
    "rate_reduction_two_lines",
    "redunet_operators",
    "redunet_step_sv",
]
