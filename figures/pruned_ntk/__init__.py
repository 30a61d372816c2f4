"""Figures of pruned tangent kernels."""

from figures.picture import Picture
from figures.pruned_ntk import fluctuation, kernels

FIGURES: tuple[Picture, ...] = (*kernels.FIGURES, *fluctuation.FIGURES)
