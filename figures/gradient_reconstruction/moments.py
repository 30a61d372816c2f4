"""Hermite moments of one gradient: their coefficients and zeros, exact errors, and weights that are not Gaussian."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.gradient_reconstruction as theory
from claims.gradient_reconstruction.shown import hermite_coefficient
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along, claim, decoy

ACTIVATIONS = ("relu", "abs", "gelu", "tanh", "sigmoid", "sin")
ORDERS = range(6)
COEFFICIENTS = {p: along(hermite_coefficient, 256, "activation", ACTIVATIONS, p=p) for p in ORDERS}
CELL = {name: value for name, value in claim("hermite-tensor-error").grid.quick[0].items() if name != "m"}
NEURONS = (12, 40, 130, 400, 1300)
ERRORS = along("hermite-tensor-error", 256, "m", NEURONS, **CELL)
WEIGHTS, SUPPORT = ("gaussian", "uniform", "rademacher"), (1, 2, 3, 4, 8, 16, 32)
QUERIES = {
    name: along("hermite-gradient-identity-other-weights", 1000, "support", SUPPORT, distribution=name)
    for name in WEIGHTS
}


def _coefficients(ax: Axes, results: Results) -> None:
    """Bars are theory, dots simulation; hollow rings on the axis are the zeros."""
    width = 0.8 / len(ORDERS)
    for p in ORDERS:
        place = np.arange(len(ACTIVATIONS)) + (p - 2.5) * width
        exact = np.asarray([theory.hermite_coefficient(name, p) for name in ACTIVATIONS])
        ax.bar(place, exact, width, color=style.COLOURS[p], alpha=0.45, label=f"$p={p}$", zorder=1)
        mean, se = results.mean(COEFFICIENTS[p], "value")
        style.simulation(ax, place, mean, se, 0, color=style.COLOURS[p], markersize=2.5, capsize=1)
        zero = exact == 0
        ax.plot(place[zero], 0 * place[zero], "o", color="none", markeredgecolor=style.GREY, markersize=6, zorder=4)
    ax.axhline(0, color="black", linewidth=0.6)
    ax.set_xticks(range(len(ACTIVATIONS)), ACTIVATIONS)
    ax.set(ylabel="coefficient $c_p(1)$", ylim=(-1, 1.25))
    ax.legend(ncols=6, loc="upper center", columnspacing=0.9, handlelength=1.0)


def _errors(ax: Axes, results: Results) -> None:
    cell, fine = CELL, np.geomspace(10, 2000, 50).astype(int)
    names = ("order1", "order2", "order3")
    lines = [theory.tensor_errors(**cell, m=int(m)) for m in fine]
    for index, name in enumerate(names):
        style.theory(ax, fine, [getattr(line, name) for line in lines], index, f"order {index + 1}")
        style.simulation(ax, NEURONS, *results.mean(ERRORS, name), index)
    powers = decoy("hermite-tensor-error", "powers of d")
    wrong = [powers(**cell, m=int(m))["order3"] for m in fine]
    style.decoy(ax, fine, wrong, "$d^3 S/m$ for order 3")
    ax.set(xscale="log", yscale="log", xlabel="neurons $m$ ($d=8$, $B=3$, relu)", ylabel="squared error")
    ax.legend()


def _weights(ax: Axes, results: Results) -> None:
    support = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
    for index, name in enumerate(WEIGHTS):
        style.theory(ax, support, [theory.query_coefficient(name, k) for k in support], index, name, linewidth=1.0)
        style.simulation(ax, SUPPORT, *results.mean(QUERIES[name], "value"), index)
    ax.set(
        xscale="log",
        xlabel="coordinates that the sample uses",
        ylabel=r"$\hat x^\top T_2\, \hat x$",
        ylim=(-0.02, 0.48),
    )
    ax.set_xticks((1, 2, 4, 8, 16, 32), ("1", "2", "4", "8", "16", "32"))
    ax.minorticks_off()
    ax.legend(loc="lower right")


FIGURES = (
    Picture(
        "moments",
        "Hermite moments of one gradient: coefficients and their zeros, exact errors, and what becomes of order 2 when "
        "the weights are not Gaussian",
        (
            "hermite-gradient-identity", "hermite-gradient-identity-failures", "hermite-tensor-error",
            "hermite-gradient-identity-other-weights",
        ),
        (COEFFICIENTS, ERRORS, QUERIES),
        (
            Panel("which orders carry signal (rings: none)", _coefficients),
            Panel("exact error of the moments", _errors), Panel("query weights that are not Gaussian", _weights),
        ),
        layout="aa;bc",
        height=2.5,
    ),
)  # fmt: skip
