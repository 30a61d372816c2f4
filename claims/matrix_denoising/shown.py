"""Simulations that pictures of matrix denoising show as such."""

from sims.matrix_denoising import sure_path

__all__ = ["sure_path"]
