"""How much of one's own function is a sum over coordinates."""

from overparam.measures.compositional_sparsity import diagnosis
from overparam.measures.compositional_sparsity.additive import additive_share

__all__ = ["additive_share", "diagnosis"]
