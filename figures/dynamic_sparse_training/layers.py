"""Densities of the layers of a network against the share of weights kept, and dead units."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.dynamic_sparse_training as theory
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along

SHAPES = ((3, 3, 3, 64), (3, 3, 64, 128), (3, 3, 128, 256), (256, 10))
NAMES = (r"$3\to64$", r"$64\to128$", r"$128\to256$", r"$256\to10$")
KEPT = (0.01, 0.03, 0.1, 0.3, 0.6)
BISECTED = along("erdos-renyi-density", 4, "density", KEPT, shapes=SHAPES, kernel=True)
COUNTS = (2, 5, 10, 15, 20)
DEAD = along("dead-units", 20_000, "count", COUNTS, n_in=10, n_out=5)
DENSITIES = (0.04, 0.1, 0.2, 0.3, 0.4)
LOOSE = along("dead-units", 20_000, "density", DENSITIES, n_in=10, n_out=5)


def densities(ax: Axes, results: Results) -> None:
    """Density of each layer against the share of all weights kept."""
    share = np.geomspace(0.005, 1, 200)
    curves = np.array([theory.erk_densities(SHAPES, float(one)) for one in share])
    dots = np.array([sample["densities"][0] for sample in results.samples(BISECTED)])
    for layer, name in enumerate(NAMES):
        style.theory(ax, share, curves[:, layer], layer, name)
        style.simulation(ax, KEPT, dots[:, layer], None, layer)
    style.decoy(ax, share, share, "uniform")
    ax.set(xlabel="share of all weights kept", ylabel="density of a layer", xscale="log", yscale="log")
    ax.set(xlim=(0.005, 1), ylim=(0.003, 1.25))
    plain(ax.xaxis, (0.01, 0.1, 1))
    plain(ax.yaxis, (0.01, 0.1, 1))
    style.legend(ax, loc="lower right")


def dead(ax: Axes, results: Results) -> None:
    """Share of units without input: a fixed number of ones, and independent entries."""
    count = np.arange(26)
    style.theory(ax, count / 50, [theory.dead_unit_fraction(10, 5, count=int(s)) for s in count], 0, "fixed number")
    style.simulation(ax, np.array(COUNTS) / 50, *results.mean(DEAD, "value"), 0)
    share = np.linspace(0, 0.5, 100)
    style.theory(ax, share, (1 - share) ** 10, 1, "independent entries")
    style.simulation(ax, DENSITIES, *results.mean(LOOSE, "value"), 1)
    style.decoy(ax, share, np.exp(-5 * share), r"$e^{-D n_{out}}$")
    ax.set(xlabel="density $D$", ylabel="share of units without input", xlim=(0, 0.5), ylim=(0, 1.02))
    style.legend(ax, loc="upper right")


FIGURES = (
    Picture(
        "layers",
        "Erdos-Renyi-kernel densities of a convolutional network (dots: bisection): small layers are dense first; and "
        "the units of a layer with 10 inputs and 5 outputs that random masks leave without input",
        ("erdos-renyi-density", "dead-units"),
        (BISECTED, DEAD, LOOSE),
        (Panel("densities", densities), Panel("dead units, $10 \\times 5$", dead)),
    ),
)
