"""Graph convolution networks, trained: by the law of their rows, on drawn graphs, and on a graph of digits."""

from sims.graph_convolution.graphs import (
    GraphGain,
    Mirror,
    NeighbourGraph,
    digit_graph_risk,
    graph_gain,
    graph_risk,
    mirror,
    neighbour_graph,
)
from sims.graph_convolution.law import GcnRisk, SelfLoopGain, gcn_risk, self_loop_gain

__all__ = [
    "GcnRisk",
    "GraphGain",
    "Mirror",
    "NeighbourGraph",
    "SelfLoopGain",
    "digit_graph_risk",
    "gcn_risk",
    "graph_gain",
    "graph_risk",
    "mirror",
    "neighbour_graph",
    "self_loop_gain",
]
