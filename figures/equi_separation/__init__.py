"""Figures of the separation of classes, layer by layer."""

from figures.equi_separation import chance, layers
from figures.picture import Picture

FIGURES: tuple[Picture, ...] = (*layers.FIGURES, *chance.FIGURES)
