"""Images of digits: distances to the nearest, and the dimension that they tell."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along

SIZES = (50, 100, 200, 400, 800, 1600)
DIGITS = along("beyond-the-theorem-digits", 64, "n", SIZES)
PIXELS = 61


def distances(ax: Axes, results: Results) -> None:
    """Mean distance to the nearest of n images."""
    n = np.array(SIZES, dtype=float)
    found = results.mean(DIGITS, "distance")
    style.simulation(ax, n, *found, 0)
    for dimension, place in ((PIXELS, 0), (8, 1)):
        style.asymptote(ax, n, found.mean[0] * (n / n[0]) ** (-1 / dimension), place + 5)
    style.name(ax, 330, 1.62, "slope $-1/61$", 5, xytext=(0, 6))
    style.name(ax, 330, 1.33, "slope $-1/8$", 6, xytext=(4, 3))
    style.name(ax, 110, 1.38, "digits", 0, xytext=(-14, -14))
    ax.set(xscale="log", yscale="log", xlabel="images $n$", ylabel="distance to the nearest", ylim=(0.95, 1.8))
    plain(ax.xaxis, (50, 200, 800))
    plain(ax.yaxis, (1, 1.2, 1.4, 1.6))


def dimensions(ax: Axes, results: Results) -> None:
    """The dimension told by slopes and by ratios, against n."""
    slope = results.mean(DIGITS, "slope")
    style.simulation(ax, np.divide(SIZES, np.sqrt(2)), -1 / slope.mean, slope.se / slope.mean**2, 1, "slopes")
    style.simulation(ax, SIZES, *results.mean(DIGITS, "dimension"), 2, "ratios of ten neighbours")
    style.decoy(ax, [30, 1800], [PIXELS, PIXELS], "pixels that vary")
    ax.set(xscale="log", yscale="log", xlabel="images $n$", ylabel="dimension told", ylim=(4, 90), xlim=(30, 1900))
    plain(ax.xaxis, (50, 200, 800))
    plain(ax.yaxis, (5, 10, 20, 50))
    style.legend(ax, loc="center left")


FIGURES = (
    Picture(
        "digits",
        "Images of digits, 61 pixels that vary: the distance to the nearest falls as if there were six "
        "to nine dimensions. Dots with 95\\,% intervals over draws of the images; no theorem predicts them",
        ("beyond-the-theorem-digits",),
        (DIGITS,),
        (Panel("distances", distances), Panel("dimension", dimensions)),
    ),
)
