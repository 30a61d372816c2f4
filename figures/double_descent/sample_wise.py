"""Sample-wise double descent: more data hurt without ridge, never with the best one."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.double_descent as dd
from claims.double_descent.shown import nested_min_norm_risk
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, cells
from figures.strip import Strip

P, RATIOS = 60, (1.0, 4.0, 16.0)
SIZES = (3, 10, 20, 30, 38, 46, 51, 70, 80, 100, 150)
RISK = {q: cells(nested_min_norm_risk, 512, {"sizes": SIZES, "p": P, "r2": q, "sigma2": 1.0}) for q in RATIOS}


def sample_wise(ax: Axes, results: Results, ratios: tuple[float, ...] = RATIOS) -> None:
    """Risk against n at fixed p for several signal-to-noise ratios, with the best size before the peak as a star."""
    n, x = np.arange(1, 181), np.asarray(SIZES) / P
    strip_dots = []
    for ratio in ratios:
        index = RATIOS.index(ratio)
        risk = dd.min_norm_risk(n, P, ratio, 1.0)
        total = np.where(np.isfinite(risk.variance), risk.bias + risk.variance, np.nan)
        style.theory(ax, n / P, total, index)
        seen = results.mean(RISK[ratio], "risk")
        style.simulation(ax, x, *seen, index)
        style.name(ax, 0.02, ratio, rf"$r^2/\sigma^2 = {ratio:g}$", index, xytext=(0, 4 if ratio > 1 else -13))
        best = dd.sample_wise_optimum(P, ratio, 1.0)
        if best.n_int > 0:
            ax.plot(best.n_int / P, best.risk, "*", color=style.COLOURS[index], markersize=11, zorder=4)
        lowest = dd.optimal_ridge_risk(n, ([1.0], [P]), ratio, 1.0)
        style.theory(ax, n / P, lowest, index, linewidth=0.9, linestyle="--")
        exact = dd.min_norm_risk(np.asarray(SIZES), P, ratio, 1.0)
        strip_dots.append((seen, np.asarray(exact.bias + exact.variance), index))
    style.name(ax, 3.0, 0.15, "dashed: best ridge", color="black", ha="right", xytext=(0, 0))
    ax.set(yscale="log", xlabel="samples per feature $n/p$", ylabel="risk", ylim=(0.1, 60))
    plain(ax.yaxis, (0.1, 1, 10))
    strip = Strip(ax, results, 0.1)
    for own, line, index in strip_dots:
        strip.dots(x, own, line, index)


FIGURES = (
    Picture(
        "sample_wise",
        "More data can hurt: the risk turns up before the peak (star: the best size before it)",
        ("sample-wise-nonmonotonicity", "optimal-ridge-removes-peak-more-data"),
        RISK,
        (Panel("", sample_wise),),
        height=3.3,
        width=style.COLUMN,
    ),
)
