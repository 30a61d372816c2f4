"""Denoising by low rank and by sparsity, simulated: matrices are drawn, decomposed and denoised, programmes solved."""

from sims.matrix_denoising.coherence import (
    CoherenceRecovery,
    Halves,
    coherence_recovery,
    dictionary,
    pursuit,
    simplex_halves,
)
from sims.matrix_denoising.l1 import Recovery, l1_recovery, l1_transition
from sims.matrix_denoising.pictures import PictureMatrix, picture_columns, picture_matrix, picture_strengths
from sims.matrix_denoising.sparse_coding import (
    SparseCodingThreshold,
    SureError,
    SurePath,
    sparse_coding_threshold,
    sure_error_second_moment,
    sure_path,
)
from sims.matrix_denoising.spikes import SpikedMatrix, spiked_matrix

__all__ = [
    "CoherenceRecovery",
    "Halves",
    "PictureMatrix",
    "Recovery",
    "SparseCodingThreshold",
    "SpikedMatrix",
    "SureError",
    "SurePath",
    "coherence_recovery",
    "dictionary",
    "l1_recovery",
    "l1_transition",
    "picture_columns",
    "picture_matrix",
    "picture_strengths",
    "pursuit",
    "simplex_halves",
    "sparse_coding_threshold",
    "spiked_matrix",
    "sure_error_second_moment",
    "sure_path",
]
