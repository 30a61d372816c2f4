"""Objects in one vector: the error of one against what is kept, and whether it can still be named."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.concept_sketching as theory
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along, decoy
from figures.strip import Strip

SMALL, LARGE = {"d": 4, "D": 12}, {"d": 8, "D": 64}
COUNTS = (1, 2, 4, 8)
KEPT = (0.25, 0.5, 0.75, 1.0)
ERRORS = {
    k: along("recursive-sketch", 4096, "q", KEPT, **SMALL, norm2_target=1.0, norm2_others=float(k - 1), objects=k)
    for k in COUNTS
}
SHARES = (0.125, 0.25, 0.5, 1.0)
NAMED = {k: along("recursive-sketch-retrieval", 1024, "q", SHARES, **LARGE, objects=k) for k in COUNTS[1:]}


def error(ax: Axes, results: Results) -> None:
    """Mean squared error of a unit vector among others against the share of coordinates kept."""
    q = np.linspace(0.2, 1, 80)
    ax.set(xlabel="share kept $q$", ylabel="mean squared error", yscale="log", ylim=(0.05, 200))
    strip = Strip(ax, results, 0.1)
    for index, k in enumerate(COUNTS):
        line = [theory.sketch_error(**SMALL, q=float(x), norm2_target=1.0, norm2_others=k - 1.0) for x in q]
        style.theory(ax, q, line, index, f"{k} object" + "s" * (k > 1))
        seen = results.mean(ERRORS[k], "value")
        stop = None if k > 1 else -1
        style.simulation(ax, KEPT[:stop], seen.mean[:stop], seen.se[:stop], index)
        exact = [theory.sketch_error(**SMALL, q=x, norm2_target=1.0, norm2_others=k - 1.0) for x in KEPT]
        strip.dots(KEPT, seen, exact, index)
    wrong = decoy("recursive-sketch", "not over q")
    lost = [wrong(**SMALL, q=float(x), norm2_target=1.0, norm2_others=7.0, objects=8)["value"] for x in q]
    style.decoy(ax, q, lost, "8, not over $q$ (decoy)")
    plain(ax.yaxis, (0.1, 1, 10, 100))
    style.legend(ax, loc="upper right", ncol=2)


def named(ax: Axes, results: Results) -> None:
    """Share named rightly among 32."""
    for index, k in enumerate(COUNTS[1:], start=1):
        seen = results.mean(NAMED[k], "value")
        style.simulation(ax, SHARES, *seen, index, linestyle="-", linewidth=0.8)
        style.name(ax, SHARES[2], seen.mean[2], f"{k} objects", index, xytext=(-6, 8), ha="right")
    ax.axhline(1 / 32, color=style.GREY, linewidth=0.7, zorder=0)
    style.name(ax, 0.5, 1 / 32, "chance", color=style.GREY)
    ax.set(xscale="log", xlabel="share kept $q$", ylabel="named rightly", ylim=(0, 1.08))
    plain(ax.xaxis, SHARES)


FIGURES = (
    Picture(
        "recursive",
        "Unit vectors, each turned by a random rotation, in one sum: the error of one of them against the share of "
        "coordinates that is kept (4 dimensions in 12), and how often it is the nearest of 32 (8 dimensions in 64)",
        ("recursive-sketch", "recursive-sketch-retrieval"),
        (ERRORS, NAMED),
        (Panel("error", error), Panel("which one was it?", named)),
    ),
)
