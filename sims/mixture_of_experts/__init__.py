"""Mixtures of experts, done: tokens that choose, experts that choose, the balance loss of drawn and searched ones."""

from sims.mixture_of_experts.balance import (
    BalanceLoss,
    Searched,
    aux_loss_infimum,
    balanced_router,
    constructed_router,
    random_router,
)
from sims.mixture_of_experts.expert_choice import expert_choice_pmf, uncovered_fraction
from sims.mixture_of_experts.load import (
    Loads,
    digits_router,
    linear_router,
    max_load_cdf,
    max_load_mean,
    overflow_fraction,
    overflow_without_slack,
)

__all__ = [
    "BalanceLoss",
    "Loads",
    "Searched",
    "aux_loss_infimum",
    "balanced_router",
    "constructed_router",
    "digits_router",
    "expert_choice_pmf",
    "linear_router",
    "max_load_cdf",
    "max_load_mean",
    "overflow_fraction",
    "overflow_without_slack",
    "random_router",
    "uncovered_fraction",
]
