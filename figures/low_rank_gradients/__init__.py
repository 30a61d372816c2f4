"""Figures of low-rank gradients."""

from figures.low_rank_gradients import bounds, collapse, projection, savings
from figures.picture import Picture

FIGURES: tuple[Picture, ...] = (*collapse.FIGURES, *bounds.FIGURES, *projection.FIGURES, *savings.FIGURES)
