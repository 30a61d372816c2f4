"""The joint price of a mask: against refits, step by step, and its law over Gaussian designs."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from claims.pruning.shown import removed_in_order
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along, cells, decoy, prediction

SLUG, LAW = "obs-joint-removal", "gaussian-removal-law"
CELL = {"p": 8, "k": 3, "r": 0.7, "number": 0}
REFIT = cells(SLUG, 1, CELL)
ORDERS = (0, 1, 2, 4)
STEPS = along(removed_in_order, 1, "first", ORDERS, p=10, k=5, r=0.7, number=0)
DESIGN = {"n": 12, "p": 8, "k": 3, "r": 0.6}
DRAWN = cells(LAW, 8192, DESIGN)


def _column(named: dict[str, float]) -> np.ndarray:
    return np.concatenate([np.ravel(value) for value in named.values()])


def refits(ax: Axes, results: Results) -> None:
    """Three formulas against the loss of refitting, fifty correlated designs."""
    (sample,) = results.samples(REFIT)
    loss = np.ravel(sample["value"][0])
    formulas = (
        (_column(prediction(SLUG)(**CELL)), "joint", 0, 3),
        (_column(decoy(SLUG, "mask alone")(**CELL)), "mask alone", 1, 2),
        (_column(decoy(SLUG, "one by one")(**CELL)), "single, summed", 2, 2),
    )
    ends = np.array([0.6 * loss.min(), 1.6 * loss.max()])
    ax.plot(ends, ends, color="black", linewidth=0.8, zorder=1)
    for values, word, index, order in formulas:
        shade = 0.7 if index else 1.0
        style.simulation(ax, loss, values, None, index, word, linestyle="", markersize=4, zorder=order, alpha=shade)
    ax.set(xscale="log", yscale="log", xlabel="loss after refitting", ylabel="formula")
    style.legend(ax, loc="lower right", handletextpad=0.2)


def orders(ax: Axes, results: Results) -> None:
    """Loss added up over single removals of one set in several orders."""
    for index, sample in enumerate(results.samples(STEPS)):
        total = np.concatenate([[0.0], np.cumsum(np.ravel(sample["increments"][0]))])
        ax.plot(np.arange(6), total, color=style.COLOURS[index], marker=style.MARKERS[index], markersize=4)
    ax.axhline(total[-1], color="black", linestyle=(0, (1, 1.5)), linewidth=1)
    style.name(ax, 0.1, total[-1], "joint price", color="black")
    ax.set(xlabel="weights removed", ylabel="loss added so far", ylim=(0, 1.15 * total[-1]))


def law(ax: Axes, results: Results) -> None:
    """Losses over designs with and without the update, against their chi-square laws."""
    (sample,) = results.samples(DRAWN)
    laws = prediction(LAW)(**DESIGN)
    edges = np.linspace(0, 1.6, 49)
    for index, (field, word) in enumerate((("update", "with update"), ("mask", "mask alone"))):
        heights, _ = np.histogram(sample[field], edges)
        density = heights / (sample[field].size * np.diff(edges))
        ax.stairs(density, edges, fill=True, color=style.COLOURS[index], alpha=0.25, linewidth=0)
        x = np.linspace(0.002, 1.6, 300)
        style.theory(ax, x, laws[field].pdf(x), index, word)
    ax.set(xlabel="loss added", ylabel="density over designs", xlim=(0, 1.6), ylim=(0, None))
    style.legend(ax, loc="upper right")


FIGURES = (
    Picture(
        "price",
        "The price of removing weights together: the joint formula is the loss of refitting (black: equal), the mask "
        "alone costs more, single saliencies may err to either side; in whatever order the weights go, their single "
        "prices end at the joint one; over Gaussian designs ($n = 12$, $p = 8$, $k = 3$) it is a chi-square",
        (SLUG, "obs-joint-removal-mask", "sequential-telescoping", "sequential-telescoping-order", LAW),
        (REFIT, STEPS, DRAWN),
        (Panel("three formulas", refits), Panel("four orders", orders), Panel("law over designs", law)),
    ),
)
