"""Figures of the trade-off between size and losses."""

from figures.picture import Picture
from figures.size_loss_tradeoff import frontier, interpolation

FIGURES: tuple[Picture, ...] = (*frontier.FIGURES, *interpolation.FIGURES)
