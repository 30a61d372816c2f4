"""Low-rank gradients of one's own: stable rank, what the leading directions miss, and what an optimiser would hold."""

from overparam.measures.low_rank_gradients import diagnosis
from overparam.measures.low_rank_gradients.memory import optimiser_memory
from overparam.measures.low_rank_gradients.outside import outside_top
from overparam.measures.weights.singular import stable_rank

__all__ = ["diagnosis", "optimiser_memory", "outside_top", "stable_rank"]
