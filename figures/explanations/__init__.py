"""Figures of explanations."""

from figures.explanations import masks, parts, precision, strips
from figures.picture import Picture

FIGURES: tuple[Picture, ...] = (*masks.FIGURES, *parts.FIGURES, *strips.FIGURES, *precision.FIGURES)
