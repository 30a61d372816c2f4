"""Figures of lottery tickets."""

from figures.lottery_tickets import cover, hits, support
from figures.picture import Picture

FIGURES: tuple[Picture, ...] = (*hits.FIGURES, *cover.FIGURES, *support.FIGURES)
