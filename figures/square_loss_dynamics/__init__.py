"""Figures of square loss dynamics."""

from figures.picture import Picture
from figures.square_loss_dynamics import balance, forgetting, margins, spread

FIGURES: tuple[Picture, ...] = (*spread.FIGURES, *balance.FIGURES, *margins.FIGURES, *forgetting.FIGURES)
