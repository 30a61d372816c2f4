"""Pruning of weights of one's own: the joint price of a mask, single removals in order, and a report over rules."""

from overparam.measures.pruning.price import obs_joint_loss, obs_sequence
from overparam.measures.pruning.report import Pruned, prune_report

__all__ = ["Pruned", "obs_joint_loss", "obs_sequence", "prune_report"]
