"""Figures of implicit bias."""

from figures.implicit_bias import adversary, rates, selection
from figures.picture import Picture

FIGURES: tuple[Picture, ...] = (*selection.FIGURES, *rates.FIGURES, *adversary.FIGURES)
