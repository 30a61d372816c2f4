"""Simulations that pictures of multi-task representations show as such; claims judge them under other parameters."""

from sims.multitask_representation import end_to_end, scratch_risk, split_risks, subspace_alignment, transfer_risk

__all__ = ["end_to_end", "scratch_risk", "split_risks", "subspace_alignment", "transfer_risk"]
