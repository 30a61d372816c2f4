"""Figures of image reconstruction."""

from figures.image_reconstruction import shift, training_images
from figures.picture import Picture

FIGURES: tuple[Picture, ...] = (*training_images.FIGURES, *shift.FIGURES)
