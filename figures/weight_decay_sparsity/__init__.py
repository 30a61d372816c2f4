"""Figures of weight decay as a sparse penalty."""

from figures.picture import Picture
from figures.weight_decay_sparsity import adaptivity, shrinkage

FIGURES: tuple[Picture, ...] = (*shrinkage.FIGURES, *adaptivity.FIGURES)
