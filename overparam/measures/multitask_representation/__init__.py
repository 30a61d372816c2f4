"""Many tasks of one's own: the directions that they share, and which of them serve a new one."""

from overparam.measures.multitask_representation.relevance import source_relevance
from overparam.measures.multitask_representation.subspace import TaskSubspace, task_subspace

__all__ = ["TaskSubspace", "source_relevance", "task_subspace"]
