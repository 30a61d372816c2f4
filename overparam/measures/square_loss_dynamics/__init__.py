"""Square loss dynamics of one's own: imbalance of every neuron, and whether training has come to rest.

`diagnose` takes the balance of every pair of layers of a checkpoint.
"""

from overparam.measures.square_loss_dynamics.gaps import balance_gaps
from overparam.measures.square_loss_dynamics.rest import norm_identity_residual
from overparam.measures.weights.neighbours import balance

__all__ = ["balance", "balance_gaps", "norm_identity_residual"]
