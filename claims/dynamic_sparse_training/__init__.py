"""Dynamic sparse training: masks that move see most weights, or only the best; what that does to the loss."""

from claims.claim import Claim
from claims.dynamic_sparse_training import exploration, gradients, layers, loss

CLAIMS: tuple[Claim, ...] = (*exploration.CLAIMS, *gradients.CLAIMS, *loss.CLAIMS, *layers.CLAIMS)
