"""Figures of feature learning."""

from figures.feature_learning import energy, fixed, overlap, population, spike
from figures.picture import Picture

FIGURES: tuple[Picture, ...] = (
    *energy.FIGURES, *overlap.FIGURES, *spike.FIGURES, *population.FIGURES, *fixed.FIGURES
)  # fmt: skip
