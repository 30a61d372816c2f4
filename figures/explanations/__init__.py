"""Figures of explanations."""

from figures.explanations import masks, parts, precision, strips
from figures.picture import Picture

# The gallery shows the first panel of the first picture: it must draw on the axes that it is given.
FIGURES: tuple[Picture, ...] = (*parts.FIGURES, *masks.FIGURES, *strips.FIGURES, *precision.FIGURES)
