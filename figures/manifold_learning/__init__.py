"""Figures of learning near a manifold."""

from figures.manifold_learning import digits, kernels, neighbours, one_nn, smooth
from figures.picture import Picture

FIGURES: tuple[Picture, ...] = (
    *neighbours.FIGURES, *one_nn.FIGURES, *smooth.FIGURES, *kernels.FIGURES, *digits.FIGURES,
)  # fmt: skip
