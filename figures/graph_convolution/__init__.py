"""Figures of graph convolutions."""

from figures.graph_convolution import double_descent, graphs, self_loop
from figures.picture import Picture

FIGURES: tuple[Picture, ...] = (*self_loop.FIGURES, *double_descent.FIGURES, *graphs.FIGURES)
