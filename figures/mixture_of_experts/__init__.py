"""Figures of mixtures of experts."""

from figures.mixture_of_experts import balance, capacity
from figures.picture import Picture

FIGURES: tuple[Picture, ...] = (*capacity.FIGURES, *balance.FIGURES)
