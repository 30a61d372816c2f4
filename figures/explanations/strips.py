"""Wavelets with more vanishing moments on a ramp with a jump, and how far a mask reaches."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.explanations as theory
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along

MARGIN = "vanishing-moment-mask"
N, LEVELS, START, END = 512, 3, 70, 186
MOMENTS = (1, 2, 4)
NAMES = {1: "Haar", 2: "2 moments", 4: "4 moments"}
ORDERS = {2: (1, 2, 3, 4), 3: (1, 2, 3, 4)}
REACH = {levels: along(MARGIN, 25, "p", orders, levels=levels) for levels, orders in ORDERS.items()}


def _ramp() -> np.ndarray:
    """Rising by one unit, with a jump down in the middle."""
    x = np.arange(N) / 128.0
    x[(END + START) // 2 :] -= 0.6
    return x


def signals(ax: Axes, results: Results) -> None:
    """The ramp without its details of three levels, by wavelets with 1, 2 and 4 vanishing moments."""
    x = _ramp()
    middle = (END + START) // 2
    for row, p in enumerate(MOMENTS):
        details, average = theory.wavelet1(x, p, LEVELS)
        masked = theory.iwavelet1((tuple(np.zeros_like(level) for level in details), average), p)
        shift, g = 0.75 * (len(MOMENTS) - 1 - row), theory.influence_margin(p, LEVELS)
        place = slice(START, END)
        low = shift + x[place].min() - 0.08
        ax.fill_between(
            [middle - g, middle + g - 1], low, low + 0.62, color=style.COLOURS[row], alpha=0.13, linewidth=0
        )
        ax.plot(np.arange(N)[place], x[place] + shift, color="black", linewidth=0.7)
        ax.plot(np.arange(N)[place], masked[place] + shift, color=style.COLOURS[row], linewidth=1.4)
        style.name(ax, END, x[END - 1] + shift, NAMES[p], row, xytext=(2, -3))
    ax.set(xlabel="sample", ylabel="signal (shifted)", xlim=(START, END + 34), yticks=[], xticks=range(80, 181, 20))


def reach(ax: Axes, results: Results) -> None:
    """Furthest sample that a mask changes inside a polynomial piece, against the number of vanishing moments."""
    p = np.arange(1, 6)
    for index, levels in enumerate(ORDERS):
        line = [theory.influence_margin(int(q), levels) - 1 for q in p]
        style.theory(ax, p, line, index)
        style.simulation(ax, ORDERS[levels], results.mean(REACH[levels], "furthest").mean, None, index)
        style.name(ax, 5, line[-1], f"{levels} levels", index, xytext=(-32, -22) if levels == 2 else (-40, 2))
    style.decoy(ax, p, (2**3 - 1) * p - 1)
    style.name(ax, 3.25, 27, "decoy", color=style.GREY, xytext=(0, 0))
    ax.set(xlabel="vanishing moments $p$", ylabel="furthest changed sample", xticks=p, ylim=(0, 66))


FIGURES = (
    Picture(
        "strips",
        "Masks on wavelets of three levels. (a) A ramp with a jump (black) without its details: Haar's wavelet turns "
        "it into a staircase everywhere, with more vanishing moments it stays exactly as it is outside a strip "
        "(shaded) around the jump. (b) The strip's width is known: the furthest sample that random masks change",
        (MARGIN, "vanishing-moment-mask-ramp", "vanishing-moment-mask-energy", "vanishing-moment-mask-filter"),
        (REACH,),
        (Panel("details removed", signals), Panel("how far a mask reaches", reach)),
        ratios=(1.5, 1.0),
    ),
)
