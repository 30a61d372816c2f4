"""Pictures of gradient reconstruction."""

from figures.gradient_reconstruction import attack, counts, images, moments, noise
from figures.results import Picture

FIGURES: tuple[Picture, ...] = (
    *images.FIGURES,
    *attack.FIGURES,
    *moments.FIGURES,
    *counts.FIGURES,
    *noise.FIGURES,
)

PANEL = counts.imprint
