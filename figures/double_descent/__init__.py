"""Figures of double descent."""

from figures.double_descent import (
    best_ridge,
    cross_validation,
    digits,
    lecture,
    min_norm,
    ridge,
    sample_wise,
    universality,
)
from figures.results import Picture

FIGURES: tuple[Picture, ...] = (
    *lecture.FIGURES,
    *min_norm.FIGURES,
    *ridge.FIGURES,
    *cross_validation.FIGURES,
    *digits.FIGURES,
    *best_ridge.FIGURES,
    *sample_wise.FIGURES,
    *universality.FIGURES,
)

PANEL = min_norm.model_wise
