"""Figures of small initialisation."""

from figures.picture import Picture
from figures.spectral_initialization import modes, phase, spectrum, wide

FIGURES: tuple[Picture, ...] = (*spectrum.FIGURES, *phase.FIGURES, *modes.FIGURES, *wide.FIGURES)
