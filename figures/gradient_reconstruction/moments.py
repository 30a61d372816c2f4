"""Hermite moments of one gradient: their coefficients and zeros, exact errors, and weights that are not Gaussian."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import sims.gradient_reconstruction as sims
import theory.gradient_reconstruction as theory
from claims.gradient_reconstruction.moments import ERRORS, powers_of_dimension
from figures import style
from figures.points import measured, points
from figures.results import Picture, Results

ACTIVATIONS = ("relu", "abs", "gelu", "tanh", "sigmoid", "sin")
ORDERS = range(6)


def _coefficients(ax: Axes, results: Results) -> None:
    """Bars are theory, dots simulation; hollow rings on the axis are the zeros."""
    width = 0.8 / len(ORDERS)
    for p in ORDERS:
        place = np.arange(len(ACTIVATIONS)) + (p - 2.5) * width
        exact = np.asarray([theory.hermite_coefficient(name, p) for name in ACTIVATIONS])
        ax.bar(place, exact, width, color=style.COLOURS[p], alpha=0.45, label=f"$p={p}$", zorder=1)
        cells = [{"activation": name, "p": p} for name in ACTIVATIONS]
        mean, se = points(results, sims.hermite_coefficient, cells, 256, "value")
        style.simulation(ax, place, mean, se, 0, color=style.COLOURS[p], markersize=2.5, capsize=1)
        zero = exact == 0
        ax.plot(place[zero], 0 * place[zero], "o", color="none", markeredgecolor=style.GREY, markersize=6, zorder=4)
    ax.axhline(0, color="black", linewidth=0.6)
    ax.set_xticks(range(len(ACTIVATIONS)), ACTIVATIONS)
    ax.set(ylabel="coefficient $c_p(1)$", ylim=(-1, 1.25))
    ax.legend(ncols=6, loc="upper center", columnspacing=0.9, handlelength=1.0)


def _errors(ax: Axes, results: Results) -> None:
    cell = {name: value for name, value in ERRORS.grid.quick[0].items() if name != "m"}
    fine, few = np.geomspace(10, 2000, 50).astype(int), (12, 40, 130, 400, 1300)
    names = ("order1", "order2", "order3")
    lines = [theory.tensor_errors(**cell, m=int(m)) for m in fine]
    seen = measured(results, sims.tensor_errors, [{**cell, "m": m} for m in few], 256, *names)
    for index, name in enumerate(names):
        style.theory(ax, fine, [getattr(line, name) for line in lines], index, f"order {index + 1}")
        style.simulation(ax, few, *seen[name], index)
    wrong = [powers_of_dimension(**cell, m=int(m))["order3"] for m in fine]
    style.decoy(ax, fine, wrong, "$d^3 S/m$ for order 3")
    ax.set(xscale="log", yscale="log", xlabel="neurons $m$ ($d=8$, $B=3$, relu)", ylabel="squared error")
    ax.legend()


def _weights(ax: Axes, results: Results) -> None:
    support = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
    for index, name in enumerate(("gaussian", "uniform", "rademacher")):
        style.theory(ax, support, [theory.query_coefficient(name, k) for k in support], index, name, linewidth=1.0)
        shown = (1, 2, 3, 4, 8, 16, 32)
        cells = [{"distribution": name, "support": k} for k in shown]
        style.simulation(ax, shown, *points(results, sims.query_coefficient, cells, 1000, "value"), index)
    ax.set(
        xscale="log",
        xlabel="coordinates that the sample uses",
        ylabel=r"$\hat x^\top T_2\, \hat x$",
        ylim=(-0.02, 0.48),
    )
    ax.set_xticks((1, 2, 4, 8, 16, 32), ("1", "2", "4", "8", "16", "32"))
    ax.minorticks_off()
    ax.legend(loc="lower right")


def draw(results: Results) -> Figure:
    """A wide panel above, two below."""
    figure, axes = style.new(2, 2, height=2.5)
    grid = axes[0, 0].get_gridspec()
    for ax in axes[0]:
        ax.remove()
    top = figure.add_subplot(grid[0, :])
    _coefficients(top, results)
    style.panel(top, "a", "which orders carry signal (rings: none)")
    _errors(axes[1, 0], results)
    style.panel(axes[1, 0], "b", "exact error of the moments")
    _weights(axes[1, 1], results)
    style.panel(axes[1, 1], "c", "query weights that are not Gaussian")
    return figure


FIGURES = (
    Picture(
        "moments",
        "Hermite moments of one gradient: coefficients and their zeros, exact errors, and what becomes of order 2 when "
        "the weights are not Gaussian",
        (
            "hermite-gradient-identity", "hermite-gradient-identity-failures", "hermite-tensor-error",
            "hermite-gradient-identity-other-weights",
        ),
        draw,
    ),
)  # fmt: skip
