"""Stability of a minimum of one's own: the largest step, from the gradients of its samples."""

from overparam.measures.minima_stability import diagnosis
from overparam.measures.minima_stability.step import largest_stable_step

__all__ = ["diagnosis", "largest_stable_step"]
