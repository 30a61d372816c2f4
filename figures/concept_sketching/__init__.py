"""Figures of random networks as sketches."""

from figures.concept_sketching import kernel, recursive, sets
from figures.picture import Picture

FIGURES: tuple[Picture, ...] = (*kernel.FIGURES, *sets.FIGURES, *recursive.FIGURES)
