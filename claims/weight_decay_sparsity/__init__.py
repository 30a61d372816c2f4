"""Weight decay as a sparse penalty: factors, ReLU networks of one input, linear smoothers, and many means."""

from claims.claim import Claim
from claims.weight_decay_sparsity import descent, factors, relu, sequences, smoothers

CLAIMS: tuple[Claim, ...] = (
    *factors.CLAIMS,
    *descent.CLAIMS,
    *relu.CLAIMS,
    *smoothers.CLAIMS,
    *sequences.CLAIMS,
)
