"""Curvature of trained networks against what their step allows; where their kinks are."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.minima_stability as theory
from claims.minima_stability.shown import RUN
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, cells, claim

TRAINED = cells("curvature-bound-ramp", 1, RUN)
SMOOTH = cells("curvature-bound-tanh", 1, dict(claim("curvature-bound-tanh").grid.quick[0]))
X = np.linspace(-1.5, 1.5, RUN["n"])  # type: ignore[call-overload]
SHOWN = (0, 2, 4)  # of the stages of minima


def _etas(stages: str) -> np.ndarray:
    return np.asarray([RUN["etas"][i] for i in RUN[stages]])  # type: ignore[index, attr-defined]


def budget(ax: Axes, results: Results) -> None:
    """Weighted curvature against 1/eta, below the line; tanh crosses it."""
    found = results.samples(TRAINED)[0]
    smooth = results.samples(SMOOTH)[0]
    x = np.geomspace(0.56, 11, 200)
    line = np.asarray(theory.curvature_budget(1 / x))
    style.theory(ax, x, line, 6)
    ax.fill_between(x, line, 40, color=style.GREY, alpha=0.12, linewidth=0)
    style.simulation(ax, 1 / _etas("at"), found["curvature"][0], None, 0, "relu: minima")
    style.simulation(ax, 1 / _etas("beyond"), found["median_curvature"][0], None, 0, "relu: hovering",
                     markerfacecolor="white", markeredgecolor=style.COLOURS[0], fmt="o")  # fmt: skip
    etas = np.asarray(SMOOTH.cells[0]["etas"])
    style.simulation(ax, 1 / etas, smooth["curvature"][0], None, 1, "tanh")
    style.name(ax, 2.1, 2.6, "$1/\\eta - 1/2$", 6, ha="right")
    ax.set(xlabel=r"$1/\eta$", ylabel=r"weighted curvature $\int|f''|g$", xscale="log", yscale="log",
           xlim=(0.56, 11), ylim=(0.015, 15))  # fmt: skip
    ax.set_xticks([0.6, 1, 2, 5, 10], ["0.6", "1", "2", "5", "10"])
    ax.minorticks_off()
    style.legend(ax, loc="lower right")


def kinks(ax: Axes, results: Results) -> None:
    """The weight g above; below, for three steps, the kinks of one network as bars of their strength."""
    found = results.samples(TRAINED)[0]
    at = np.linspace(-1.7, 1.7, 681)
    weight = theory.g_weight(at, X).g
    ax.plot(at, weight / weight.max(), color=style.COLOURS[6])
    style.name(ax, 0.62, 0.75, "weight $g$", 6)
    for row, stage in enumerate(SHOWN):
        base, colour = -1.1 * (row + 1), style.COLOURS[row]
        tau, strength = found["tau"][0, stage], np.abs(found["strength"][0, stage])
        inside = np.abs(tau) < 1.7
        ax.vlines(tau[inside], base, base + 0.25 * strength[inside], color=colour, linewidth=2.2)
        ax.axhline(base, color=colour, linewidth=0.6)
        style.name(ax, -1.7, base + 0.45, rf"$\eta = {_etas('at')[stage]:.2g}$", row)
    ax.plot(X, np.full(X.size, -3.55), "k|", markersize=6)
    style.name(ax, -1.45, -3.85, "samples", 6, fontsize=7)
    ax.set(xlabel="$x$", yticks=[], xlim=(-1.75, 1.75), ylim=(-3.95, 1.15))


FIGURES = (
    Picture(
        "curvature",
        "Trained relu networks stay below the curvature that their step allows, also where none can interpolate any "
        "more (open); tanh networks cross it. Beside it the weight of a kink and the kinks of one trained network "
        "(bars: strength) at three steps",
        ("curvature-bound-ramp", "curvature-bound-beyond", "curvature-bound-tanh"),
        (TRAINED, SMOOTH),
        (Panel("curvature and step", budget), Panel("where the kinks are", kinks)),
    ),
)
