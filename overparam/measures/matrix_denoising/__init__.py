"""Matrix denoising for data of one's own: the best shrinkage of singular values, and how many stand above the noise."""

from overparam.measures.matrix_denoising import diagnosis
from overparam.measures.matrix_denoising.measures import Denoised, denoise, signal_rank

__all__ = ["Denoised", "denoise", "diagnosis", "signal_rank"]
