"""Learning near a manifold, for data of one's own: how many dimensions its neighbours see."""

from overparam.measures.manifold_learning import diagnosis
from overparam.measures.manifold_learning.dimension import intrinsic_dimension

__all__ = ["diagnosis", "intrinsic_dimension"]
