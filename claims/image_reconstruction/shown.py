"""Simulations that pictures of image reconstruction show as such; claims judge them under other parameters."""

from sims.image_reconstruction import shift_risk

__all__ = ["shift_risk"]
