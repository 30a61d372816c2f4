"""Square loss with weight decay, trained for real: SGD on linear models, ReLU nets by descent and by SGD, adversaries.

SGD is w <- (1 - 2 mu lam) w - mu grad with the batch mean of the unhalved squared error: a step 2 mu on the losses of
`sims.dense_nets`, whose decay is lam.
"""

from sims.square_loss_dynamics.balance import Balance, norm_balance
from sims.square_loss_dynamics.forgetting import NullSpace, null_space_factor
from sims.square_loss_dynamics.low_rank import (
    StableRanks,
    Tails,
    TrainedTails,
    adversary_tightness,
    digits_stable_rank,
    guaranteed_rank,
    low_rank_tail_bound,
    trained_tails,
)
from sims.square_loss_dynamics.margins import Margin, quasi_interpolation_margin
from sims.square_loss_dynamics.sgd import Critical, Stationary, sgd_critical_step, sgd_stationary
from sims.square_loss_dynamics.stationary import Equilibrium, norm_identity_residual, random_net, stationary_norms

__all__ = [
    "Balance",
    "Critical",
    "Equilibrium",
    "Margin",
    "NullSpace",
    "StableRanks",
    "Stationary",
    "Tails",
    "TrainedTails",
    "adversary_tightness",
    "digits_stable_rank",
    "guaranteed_rank",
    "low_rank_tail_bound",
    "norm_balance",
    "norm_identity_residual",
    "null_space_factor",
    "quasi_interpolation_margin",
    "random_net",
    "sgd_critical_step",
    "sgd_stationary",
    "stationary_norms",
    "trained_tails",
]
