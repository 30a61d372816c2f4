"""Figures of robustness in a union of subspaces."""

from figures.picture import Picture
from figures.subspace_robustness import cone, noise

FIGURES: tuple[Picture, ...] = (*cone.FIGURES, *noise.FIGURES)
