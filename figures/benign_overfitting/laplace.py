"""The one-dimensional Laplace kernel: the truth is two thirds, the theory of spectra says one."""

from __future__ import annotations

from matplotlib.axes import Axes

import theory.benign_overfitting as theory
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain, spaced
from figures.results import Results, along

SIZES, SCALES = (5, 10, 20, 40, 80), (0.02, 0.1, 1.0)
COST = {ell: along("one-dim-laplace", 256, "n", SIZES, ell=ell) for ell in SCALES}
TRIANGLE = along("one-dim-laplace", 256, "n", SIZES, ell=1.0, design="triangle")


def costs(ax: Axes, results: Results) -> None:
    curve = spaced(3, 1000, 60)
    for index, ell in enumerate(SCALES):
        style.theory(ax, curve, [theory.laplace_variance(int(n), ell) for n in curve], index, rf"$\ell = {ell:g}$")
        style.simulation(ax, SIZES, *results.mean(COST[ell], "value"), index)
    style.simulation(ax, [1.08 * n for n in SIZES], *results.mean(TRIANGLE, "value"), 3, "density $2x$, $\\ell = 1$")
    ax.axhline(2 / 3, color=style.GREY, linewidth=0.7)
    style.decoy(ax, curve, [1.0] * len(curve), "Gaussian-feature theory")
    ax.annotate("2/3", (3, 2 / 3), xytext=(0, 3), textcoords="offset points", color=style.GREY)
    ax.set(xscale="log", xlabel="samples $n$", ylabel=r"excess error / $\sigma^2$", ylim=(0, 1.08))
    plain(ax.xaxis, (3, 10, 30, 100, 300, 1000))
    ax.legend(loc="lower right")


FIGURES = (
    Picture(
        "laplace",
        "Interpolation with a Laplace kernel on a line costs two thirds of the noise",
        ("one-dim-laplace", "one-dim-laplace-limit"),
        (COST, TRIANGLE),
        (Panel("", costs),),
        height=2.8,
        width=4.4,
    ),
)
