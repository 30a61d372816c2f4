"""Pictures of gradient reconstruction."""

from figures.gradient_reconstruction import counts, images, noise
from figures.results import Picture

FIGURES: tuple[Picture, ...] = (*images.FIGURES, *counts.FIGURES, *noise.FIGURES)

PANEL = counts.imprint
