"""Subspaces of one's own: how far a point is certified against any attack, and how close the classes' subspaces are."""

from overparam.measures.subspace_robustness import diagnosis
from overparam.measures.subspace_robustness.cone import certified_radius, class_angles

__all__ = ["certified_radius", "class_angles", "diagnosis"]
