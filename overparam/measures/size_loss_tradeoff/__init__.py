"""Where a trained linear predictor stands in the trade-off of size, training loss and test loss."""

from overparam.measures.size_loss_tradeoff import diagnosis
from overparam.measures.size_loss_tradeoff.position import tradeoff_position

__all__ = ["diagnosis", "tradeoff_position"]
