"""Figures of low-rank dynamics."""

from figures.low_rank_dynamics import bases, components, subspace
from figures.picture import Picture

FIGURES: tuple[Picture, ...] = (*subspace.FIGURES, *components.FIGURES, *bases.FIGURES)
