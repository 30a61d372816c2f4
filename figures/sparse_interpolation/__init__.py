"""Pictures of sparse interpolation."""

from figures.sparse_interpolation import noise, penalty, trade_off

FIGURES = (*trade_off.FIGURES, *noise.FIGURES, *penalty.FIGURES)
