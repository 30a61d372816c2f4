"""Feature learning with one's own data: directions on which targets depend beyond the linear, and of which order."""

from overparam.measures.feature_learning import diagnosis
from overparam.measures.feature_learning.profile import hermite_profile
from overparam.measures.feature_learning.subspace import GradientSubspace, gradient_subspace

__all__ = ["GradientSubspace", "diagnosis", "gradient_subspace", "hermite_profile"]
