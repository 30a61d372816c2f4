"""Simulations that pictures of neural collapse show as such; claims judge them under other parameters."""

from sims.neural_collapse import minority_map, ufm_ce_path
from sims.neural_collapse.training import marks

__all__ = ["marks", "minority_map", "ufm_ce_path"]
