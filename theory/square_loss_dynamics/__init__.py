r"""Square loss with weight decay on homogeneous (ReLU) nets: balance, norms, what SGD keeps moving, and low rank.

Two conventions of the decay stand side by side, as in the literature. Flow and stationary points: the loss is
$\tfrac1{2N}\sum_i\|f_i-y_i\|^2 + \tfrac\lambda2\sum_l\|W_l\|_F^2$. SGD: a step is $W \leftarrow (1-2\mu\lambda)W -
\mu\nabla$, the gradient that of the batch mean of the unhalved squared error, so that $\mu$ is half of the step $\eta$
on the first loss.
"""

from theory.square_loss_dynamics.forgetting import (
    adversary_tightness,
    guaranteed_rank,
    low_rank_tail_bound,
    null_space_factor,
)
from theory.square_loss_dynamics.norms import balance_gap, norm_identity_residual, quasi_interpolation_margin
from theory.square_loss_dynamics.sgd import Stationary, sgd_critical_step, sgd_stationary

__all__ = [
    "Stationary",
    "adversary_tightness",
    "balance_gap",
    "guaranteed_rank",
    "low_rank_tail_bound",
    "norm_identity_residual",
    "null_space_factor",
    "quasi_interpolation_margin",
    "sgd_critical_step",
    "sgd_stationary",
]
