"""Figures of benign overfitting."""

from figures.benign_overfitting import classification, laplace, ranks, ridge, support, taxonomy
from figures.picture import Picture

FIGURES: tuple[Picture, ...] = (
    *taxonomy.FIGURES,
    *ranks.FIGURES,
    *ridge.FIGURES,
    *classification.FIGURES,
    *support.FIGURES,
    *laplace.FIGURES,
)
