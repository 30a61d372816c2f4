"""Growth beside a minimum; the bracket of the flattest realisation; a network on digits at the edge of its step."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.minima_stability as theory
from claims.minima_stability.shown import drawn, each
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along, cells, claim

PRODUCTS = (0.25, 0.5, 0.75, 1.25, 1.5, 1.8, 1.98, 2.02, 2.2)
GROWTH = along("gd-threshold", 64, "eta", [p / 2.5 for p in PRODUCTS], lam=2.5, widths=(3, 12, 1), activation="relu")
NETS = cells("curvature-bound", 1, *(dict(cell) for cell in claim("curvature-bound").grid.quick[1:]))
DIGITS = cells("curvature-bound-digits", 1, dict(claim("curvature-bound-digits").grid.quick[0]))


def growth(ax: Axes, results: Results) -> None:
    """Factor of a step against eta lambda."""
    x = np.linspace(0, 2.4, 100)
    style.theory(ax, x, np.asarray(theory.gd_growth(x, 1.0)), 0, r"$1 - \eta\lambda$")
    style.simulation(ax, PRODUCTS, [sample["factor"][0, 0] for sample in results.samples(GROWTH)], None, 0)
    style.decoy(ax, x, np.exp(-x), r"flow: $e^{-\eta\lambda}$")
    ax.axhline(-1, color=style.GREY, linewidth=0.7)
    style.mark(ax, 2.0, "grows")
    ax.set(xlabel=r"$\eta\lambda_{max}$", ylabel="factor of one step", xlim=(0, 2.4), ylim=(-1.95, 1.05))
    style.legend(ax, loc="lower left")


def bracket(ax: Axes, results: Results) -> None:
    """lambda_max at the flattest weights between its bounds, functions in order."""
    low, high, found = [], [], []
    for cell, sample in zip(NETS.cells, results.samples(NETS), strict=True):
        for net, top in zip(each(drawn(**cell)), sample["sharpest"][0], strict=True):
            low.append(1 + 2 * theory.weighted_curvature(**net, directional=True))
            high.append(theory.flattest_trace(**net))
            found.append(float(top))
    order = np.argsort(found)
    rank = np.arange(len(order))
    below, above = np.asarray(low)[order], np.asarray(high)[order]
    ax.fill_between(rank, below, above, color=style.COLOURS[0], alpha=0.15, linewidth=0)
    style.asymptote(ax, rank, above, 0, "least trace")
    style.asymptote(ax, rank, below, 2, r"$1 + 2\sum|c|g$")
    style.simulation(ax, rank, np.asarray(found)[order], None, 1, r"least $\lambda_{max}$")
    ax.set(xlabel="random functions, in order", ylabel="curvature of the loss", yscale="log")
    style.legend(ax, loc="upper left")


def digits(ax: Axes, results: Results) -> None:
    """lambda_max at the end of training on digits against the step."""
    sample, etas = results.samples(DIGITS)[0], np.asarray(DIGITS.cells[0]["etas"])
    x = np.geomspace(0.08, 1, 50)
    style.theory(ax, x, 2 / x, 0, r"$2/\eta$")
    style.simulation(ax, etas, 2 * sample["end"][0] / etas, None, 1, "end of training")
    style.asymptote(ax, x, np.full(x.size, 2 * sample["start"][0, 0] / etas[0]), 6, "start")
    ax.set(xlabel=r"step $\eta$", ylabel=r"$\lambda_{max}$", xscale="log", yscale="log", xlim=(0.08, 1))
    ax.set_xticks([0.1, 0.2, 0.5, 1], ["0.1", "0.2", "0.5", "1"])
    ax.set_yticks([2, 5, 10, 20], ["2", "5", "10", "20"])
    ax.minorticks_off()
    style.legend(ax, loc="upper right")


FIGURES = (
    Picture(
        "edges",
        "A step multiplies a displacement from a minimum by one minus step times curvature, and stays up to twice the "
        "inverse curvature; the flattest weights of random functions lie between two bounds; on digits training ends "
        "at the edge of its step, but for small ones",
        ("gd-threshold", "flattest-trace", "flattest-trace-bracket", "curvature-bound", "curvature-bound-digits"),
        (GROWTH, NETS, DIGITS),
        (Panel("beside a minimum", growth), Panel("one function, many weights", bracket), Panel("digits", digits)),
    ),
)
