"""Figures of structured sparsity."""

from figures.picture import Picture
from figures.structured_sparsity import activation, monarch, patterns

FIGURES: tuple[Picture, ...] = (*monarch.FIGURES, *patterns.FIGURES, *activation.FIGURES)
