"""Sparse training of one's own: how much of a layer its masks have explored, and how dense each layer should be."""

from overparam.measures.dynamic_sparse_training import diagnosis
from overparam.measures.dynamic_sparse_training.densities import erk_densities
from overparam.measures.dynamic_sparse_training.explored import explored_rate

__all__ = ["diagnosis", "erk_densities", "explored_rate"]
