"""Graphs of one's own: how alike neighbours are, and the self-loop that a graph convolution should have."""

from overparam.measures.graph_convolution.homophily import homophily
from overparam.measures.graph_convolution.suggestion import suggest_self_loop

__all__ = ["homophily", "suggest_self_loop"]
