"""Figures of catastrophic forgetting."""

from figures.catastrophic_forgetting import digits, orders, replay, sequences, similarity, spiral, two_tasks
from figures.picture import Picture

FIGURES: tuple[Picture, ...] = (
    *sequences.FIGURES,
    *similarity.FIGURES,
    *digits.FIGURES,
    *two_tasks.FIGURES,
    *orders.FIGURES,
    *replay.FIGURES,
    *spiral.FIGURES,
)
