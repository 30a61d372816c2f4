"""Explanations of images of one's own: their energy by scale, and the edges that a mask invents."""

from overparam.measures.explanations.images import Multiscale, haar2, invented_edges

__all__ = ["Multiscale", "haar2", "invented_edges"]
