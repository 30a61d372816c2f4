"""Graphs that the theory does not cover: symmetric ones, and the neighbours of digits."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along, prediction

LOOPS = (-1.0, -0.5, 0.0, 0.5, 1.0)
GRAPHS = ("directed blocks", "symmetric blocks", "symmetric gaussian")
DRAWN = {graph: along("self-loop-risk-graphs", 96, "c", LOOPS, graph=graph, N=160) for graph in GRAPHS}
DIGITS = {side: along("self-loop-risk-digits", 48, "c", LOOPS, side=side) for side in (1.0, -1.0)}


def drawn(ax: Axes, results: Results) -> None:
    """Test risk against the self-loop on three kinds of graphs."""
    c = np.linspace(-1.1, 1.1, 67)
    predict = prediction("self-loop-risk-graphs")
    style.theory(ax, c, [predict(graph=GRAPHS[0], c=float(x), N=160)["test"] for x in c], 0, "theory, directed")
    for index, graph in enumerate(GRAPHS):
        style.simulation(ax, LOOPS, *results.mean(DRAWN[graph], "test"), index, graph.replace("gaussian", "Gaussian"))
    ax.set(xlabel="weight $c$ of the self-loop", ylabel="test risk", ylim=(0.4, 2.4), xlim=(-1.15, 1.15))
    style.legend(ax, loc="upper right")


def digits(ax: Axes, results: Results) -> None:
    """The same on the neighbour graph of digits and its negative."""
    c = np.linspace(-1.1, 1.1, 67)
    predict = prediction("self-loop-risk-digits")
    for index, (side, word) in enumerate(((1.0, "neighbours"), (-1.0, "its negative"))):
        style.theory(ax, c, [predict(c=float(x), side=side)["test"] for x in c], index, word)
        style.simulation(ax, LOOPS, *results.mean(DIGITS[side], "test"), index)
    ax.set(xlabel="weight $c$ of the self-loop", ylabel="test risk", xlim=(-1.15, 1.15))
    style.legend(ax, loc="upper center")


FIGURES = (
    Picture(
        "graphs",
        r"The sign of the self-loop matters on every graph; the size of its effect is the theory's on directed ones "
        r"($\lambda = 2$, mean degree 30; right: lines at the measured $\lambda$)",
        ("self-loop-risk-graphs", "self-loop-risk-sign", "self-loop-risk-digits"),
        (DRAWN, DIGITS),
        (Panel("graphs of other kinds, $N = 160$", drawn), Panel("ten nearest neighbours of 400 digits", digits)),
        height=2.9,
    ),
)
