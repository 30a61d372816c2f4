"""Figures of compositional sparsity."""

from figures.compositional_sparsity import depth, risk
from figures.picture import Picture

FIGURES: tuple[Picture, ...] = (*depth.FIGURES, *risk.FIGURES)
