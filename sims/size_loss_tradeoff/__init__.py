"""Linear predictors trained below the noise floor, simulated: algorithms, an oracle, frontiers, interpolation."""

from sims.size_loss_tradeoff.algorithms import Excess, excess_at
from sims.size_loss_tradeoff.frontier import Frontier, FrontierAt, mp_frontier, mp_frontier_at
from sims.size_loss_tradeoff.interpolation import interpolation_excess

__all__ = ["Excess", "Frontier", "FrontierAt", "excess_at", "interpolation_excess", "mp_frontier", "mp_frontier_at"]
