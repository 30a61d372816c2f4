"""Figures of neural collapse."""

from figures.neural_collapse import frames, imbalance, landscape, metrics, paths, thresholds, training
from figures.picture import Picture

FIGURES: tuple[Picture, ...] = (
    *paths.FIGURES,
    *frames.FIGURES,
    *thresholds.FIGURES,
    *landscape.FIGURES,
    *imbalance.FIGURES,
    *metrics.FIGURES,
    *training.FIGURES,
)
