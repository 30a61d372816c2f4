"""Figures of minima stability."""

from figures.minima_stability import batches, curvature, edges
from figures.picture import Picture

FIGURES: tuple[Picture, ...] = (*curvature.FIGURES, *batches.FIGURES, *edges.FIGURES)
