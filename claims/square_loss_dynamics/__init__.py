"""Square loss with weight decay: balance of layers, norms at rest, SGD's stationary spread, what is forgotten."""

from claims.claim import Claim
from claims.square_loss_dynamics import balance, equilibrium, forgetting, low_rank, sgd

CLAIMS: tuple[Claim, ...] = (*sgd.CLAIMS, *balance.CLAIMS, *equilibrium.CLAIMS, *forgetting.CLAIMS, *low_rank.CLAIMS)
