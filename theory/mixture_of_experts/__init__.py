"""Mixtures of experts: T tokens, E experts, k experts a token, room for `capacity` tokens at each expert.

Conventions: choices are independent from token to token; probs are those of a token's one choice (top-1); the load of
an expert is the number of tokens that chose it; capacity is per expert, an integer.
"""

from theory.mixture_of_experts.balance import aux_loss, aux_loss_construction, aux_loss_infimum, expected_aux_random
from theory.mixture_of_experts.expert_choice import expert_choice_pmf, uncovered_fraction
from theory.mixture_of_experts.load import max_load_cdf, max_load_mean
from theory.mixture_of_experts.overflow import overflow_asymptote, overflow_fraction

__all__ = [
    "aux_loss",
    "aux_loss_construction",
    "aux_loss_infimum",
    "expected_aux_random",
    "expert_choice_pmf",
    "max_load_cdf",
    "max_load_mean",
    "overflow_asymptote",
    "overflow_fraction",
    "uncovered_fraction",
]
