"""Gradient reconstruction on a gradient of one's own: what it leaks of the batch, and which labels."""

from overparam.measures.gradient_reconstruction import diagnosis
from overparam.measures.gradient_reconstruction.leakage import Leakage, gradient_leakage_report
from overparam.measures.gradient_reconstruction.recovery import recover_labels
from overparam.measures.gradient_reconstruction.soft_rank import StableRankBatches

__all__ = ["Leakage", "StableRankBatches", "diagnosis", "gradient_leakage_report", "recover_labels"]
