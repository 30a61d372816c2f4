"""Figures of pruning."""

from figures.picture import Picture
from figures.pruning import density, price, selection, update

FIGURES: tuple[Picture, ...] = (*update.FIGURES, *density.FIGURES, *price.FIGURES, *selection.FIGURES)
