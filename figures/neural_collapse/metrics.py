"""What NC1 says of features without structure: a double descent of the metric itself."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.neural_collapse as theory
from claims.neural_collapse.metrics import one_degree_more
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along

CLASSES, SIZE = 20, 10
FEATURES = (1, 2, 4, 7, 10, 13, 15, 25, 28, 33, 40, 55, 75, 100)
NULL = along("nc-metrics-null-value", 512, "d", FEATURES, C=CLASSES, n=SIZE)


def null(ax: Axes, results: Results) -> None:
    """NC1 of structureless features against their number."""
    narrow, wide = np.arange(1, CLASSES - 2), np.arange(CLASSES + 1, 101)
    for part, label in ((narrow, None), (wide, "no structure")):
        style.theory(ax, part, theory.nc1_null_mean(CLASSES, SIZE, part), 0, label)
        wrong = [one_degree_more(CLASSES, SIZE, int(d)) for d in part]
        style.decoy(ax, part, wrong, None if label is None else "one degree more")
    style.simulation(ax, FEATURES, *results.mean(NULL, "value"), 0)
    ax.axvspan(CLASSES - 2, CLASSES, color="#dddddd", linewidth=0, zorder=0)
    style.mark(ax, CLASSES, "infinite mean", y=1.0)
    ax.set(xscale="log", yscale="log", xlabel=f"features $d$ ($C = {CLASSES}$, $n = {SIZE}$)", ylabel="NC1")
    ax.set_ylim(bottom=0.2)
    ax.legend(loc="lower left")


FIGURES = (
    Picture(
        "null_metric",
        "NC1 of features without any class structure: far from constant in the number of features, and infinite in the "
        "mean where it equals that of the classes",
        ("nc-metrics-null-value",),
        NULL,
        (Panel("", null),),
        height=2.5,
        width=style.COLUMN,
    ),
)
