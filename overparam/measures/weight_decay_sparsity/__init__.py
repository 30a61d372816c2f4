"""What weight decay charges for a network of one's own, after the best rescaling, and against the least possible."""

from overparam.measures.weight_decay_sparsity.paths import path_penalty, relu_cost_excess

__all__ = ["path_penalty", "relu_cost_excess"]
