"""Figures of multi-task representation learning."""

from figures.multitask_representation import budget, many_tasks, overlap
from figures.picture import Picture

FIGURES: tuple[Picture, ...] = (*overlap.FIGURES, *many_tasks.FIGURES, *budget.FIGURES)
