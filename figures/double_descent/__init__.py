"""Figures of double descent."""

from figures.double_descent import (
    best_ridge,
    classification,
    cross_validation,
    digits,
    early_stopping,
    gradient_flow,
    lecture,
    min_norm,
    random_features,
    ridge,
    sample_wise,
    universality,
)
from figures.picture import Picture

FIGURES: tuple[Picture, ...] = (
    *lecture.FIGURES,
    *min_norm.FIGURES,
    *ridge.FIGURES,
    *cross_validation.FIGURES,
    *digits.FIGURES,
    *best_ridge.FIGURES,
    *sample_wise.FIGURES,
    *universality.FIGURES,
    *random_features.FIGURES,
    *gradient_flow.FIGURES,
    *early_stopping.FIGURES,
    *classification.FIGURES,
)
