"""Structured sparsity of weights of one's own: the nearest Monarch matrix, and what it loses against a random one."""

from overparam.measures.structured_sparsity.monarch import Monarch, monarch_project

__all__ = ["Monarch", "monarch_project"]
