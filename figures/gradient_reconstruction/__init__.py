"""Pictures of gradient reconstruction."""

from figures.gradient_reconstruction import attack, counts, images, limits, moments, noise
from figures.picture import Picture

FIGURES: tuple[Picture, ...] = (
    *counts.FIGURES,
    *images.FIGURES,
    *attack.FIGURES,
    *moments.FIGURES,
    *noise.FIGURES,
    *limits.FIGURES,
)
