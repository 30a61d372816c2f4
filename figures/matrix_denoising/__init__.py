"""Figures of matrix denoising."""

from figures.matrix_denoising import l1, real, sparse_coding, spikes, thresholds
from figures.picture import Picture

FIGURES: tuple[Picture, ...] = (
    *spikes.FIGURES,
    *thresholds.FIGURES,
    *real.FIGURES,
    *sparse_coding.FIGURES,
    *l1.FIGURES,
)
