"""The one-dimensional Laplace kernel: the truth is two thirds, the theory of spectra says one."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

import theory.benign_overfitting as theory
from figures import style
from figures.points import plain, points, spaced
from figures.results import Picture, Results
from sims.benign_overfitting import laplace_variance

SIZES = (5, 10, 20, 40, 80)


def costs(ax: Axes, results: Results) -> None:
    curve = spaced(3, 1000, 60)
    for index, ell in enumerate((0.02, 0.1, 1.0)):
        style.theory(ax, curve, [theory.laplace_variance(int(n), ell) for n in curve], index, rf"$\ell = {ell:g}$")
        cells = [{"n": n, "ell": ell} for n in SIZES]
        style.simulation(ax, SIZES, *points(results, laplace_variance, cells, 256, "value"), index)
    other = [{"n": n, "ell": 1.0, "design": "triangle"} for n in SIZES]
    mean, se = points(results, laplace_variance, other, 256, "value")
    style.simulation(ax, [1.08 * n for n in SIZES], mean, se, 3, "density $2x$, $\\ell = 1$")
    ax.axhline(2 / 3, color=style.GREY, linewidth=0.7)
    style.decoy(ax, curve, [1.0] * len(curve), "Gaussian-feature theory")
    ax.annotate("2/3", (3, 2 / 3), xytext=(0, 3), textcoords="offset points", color=style.GREY)
    ax.set(xscale="log", xlabel="samples $n$", ylabel=r"excess error / $\sigma^2$", ylim=(0, 1.08))
    plain(ax.xaxis, (3, 10, 30, 100, 300, 1000))
    ax.legend(loc="lower right")


def _draw(results: Results) -> Figure:
    figure, ax = style.new(width=4.4, height=2.8)
    costs(ax, results)
    return figure


FIGURES = (
    Picture(
        "laplace",
        "Interpolation with a Laplace kernel on a line costs two thirds of the noise",
        ("one-dim-laplace", "one-dim-laplace-limit"),
        _draw,
    ),
)
