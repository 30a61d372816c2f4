"""What interpolating noise costs, and how fast all features approach the universal bound."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.size_loss_tradeoff as slt
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along
from figures.strip import Strip

EXACT, ANY = "interpolation-corollary-exact", "universal-lower-bound-every-draw"
N, LOSS = 10, 0.25
SIZES = np.asarray([16, 20, 28, 40, 70, 120, 200])
COST = {law: along(EXACT, 2048, "p", SIZES, n=N, sigma2=1.0, features=law) for law in ("gaussian", "sphere")}

LAWS = {
    "relu": (4, "rectified"), "student": (3, "Student, 3.5 d.f."), "gaussian": (0, "Gaussian"),
    "frame": (6, "tight frame"),
}  # fmt: skip
WIDTHS = np.asarray([20, 30, 40, 60, 120, 240, 480])
LARGE = 20
RATIO = {
    law: along(
        ANY, 8 if law == "frame" else 96, "p", WIDTHS, n=LARGE, train_loss=LOSS, sigma2=1.0, features=law, r2=0.05,
        misfit=0.0,
    )
    for law in LAWS
}  # fmt: skip


def cost(ax: Axes, results: Results) -> None:
    """Two bounds and two exact values at training loss 0."""
    p = np.arange(13, 260)
    bounds, sphere = slt.interpolation_excess(N, p), np.asarray(slt.sphere_interpolation_excess(N, p))
    exact = {"gaussian": np.asarray(bounds.gaussian), "sphere": sphere}
    for law, index in (("gaussian", 0), ("sphere", 1)):
        style.theory(ax, p / N, exact[law], index)
        style.simulation(ax, SIZES / N, *results.mean(COST[law], "value"), index)
    style.asymptote(ax, p / N, bounds.full_rank_bound, 2)
    style.asymptote(ax, p / N, bounds.universal_bound, 6)
    style.name(ax, 1.42, 4.2, "Gaussian rows", 0, xytext=(0, 0))
    style.name(ax, 2.15, 1.1, "rows on a sphere", 1, xytext=(0, 0))
    style.name(ax, 4.4, 0.34, "independent rows", 2, xytext=(0, 0))
    style.name(ax, 1.4, 0.26, "any features", 6, xytext=(0, 0))
    ax.set(xscale="log", yscale="log", xlabel="features per sample $p/n$", ylabel="excess risk / noise", ylim=(0.03, 9))
    plain(ax.xaxis, (1, 2, 5, 10, 20))
    plain(ax.yaxis, (0.1, 1))
    strip = Strip(ax, results, 0.1)
    for law, index in (("gaussian", 0), ("sphere", 1)):
        strip.judged(results.rows(EXACT, features=law), lambda r: r.p / r.n, index)
        strip.dots(SIZES / N, results.mean(COST[law], "value"), exact[law][SIZES - p[0]], index)


def nearness(ax: Axes, results: Results) -> None:
    """The least excess risk over the universal bound, for features of several laws."""
    bound = np.asarray(slt.excess_lower_bound(LARGE, WIDTHS, LOSS))
    g = np.geomspace(1, 24, 80)
    style.theory(ax, g, np.asarray(slt.mp_frontier_at(g, LOSS)) * g / 0.25, 0)
    for law, (index, word) in LAWS.items():
        seen = results.mean(RATIO[law], "oracle").over(bound)
        style.simulation(ax, WIDTHS / LARGE, *seen, index, word)
    style.asymptote(ax, g, np.ones(g.size), 6)
    ax.set(xscale="log", xlabel="features per sample $p/n$", ylabel="least excess / bound", ylim=(0.9, 3.2))
    plain(ax.xaxis, (1, 2, 5, 10, 20))
    ax.legend(loc="upper right", fontsize=7)


FIGURES = (
    Picture(
        "interpolation",
        f"(a) What fitting noise exactly costs, $n = {N}$: two bounds (dotted) and two exact values. (b) The least "
        r"excess risk at training loss $\tau^2 = 0.25$ over the universal bound: tight frames have no slack, "
        "independent rows lose it with the number of features (line: the limit for independent entries)",
        ("interpolation-corollary", EXACT, "universal-lower-bound-many-features", "universal-lower-bound-attained"),
        (COST, RATIO),
        (Panel("training loss 0", cost), Panel("how near the bound", nearness)),
        height=3.1,
    ),
)
