"""Figures of dynamic sparse training."""

from figures.dynamic_sparse_training import layers, rounds
from figures.picture import Picture

FIGURES: tuple[Picture, ...] = (*rounds.FIGURES, *layers.FIGURES)
