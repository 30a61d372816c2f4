"""Sample-wise double descent: more data hurt without ridge, never with the best one."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import theory.double_descent as dd
from figures import style
from figures.points import plain
from figures.results import Picture, Results
from sims.double_descent import nested_min_norm_risk

P = 60
SIZES = (3, 10, 20, 30, 38, 46, 51, 70, 80, 100, 150)


def sample_wise(ax: Axes, results: Results, ratios: tuple[float, ...] = (1.0, 4.0, 16.0), legend: bool = True) -> None:
    """Risk against n at fixed p for several signal-to-noise ratios, with the best size before the peak as a star."""
    n = np.arange(1, 181)
    for index, ratio in enumerate(ratios):
        risk = dd.min_norm_risk(n, P, ratio, 1.0)
        total = np.where(np.isfinite(risk.variance), risk.bias + risk.variance, np.nan)
        style.theory(ax, n / P, total, index, rf"$r^2/\sigma^2 = {ratio:g}$")
        cell = {"sizes": SIZES, "p": P, "r2": ratio, "sigma2": 1.0}
        sample = results.sample(nested_min_norm_risk, cell, 512)["risk"]
        se = sample.std(axis=0, ddof=1) / np.sqrt(len(sample))
        style.simulation(ax, np.asarray(SIZES) / P, sample.mean(axis=0), se, index)
        best = dd.sample_wise_optimum(P, ratio, 1.0)
        if best.n_int > 0:
            ax.plot(best.n_int / P, best.risk, "*", color=style.COLOURS[index], markersize=11, zorder=4)
        lowest = dd.optimal_ridge_risk(n, ([1.0], [P]), ratio, 1.0)
        style.theory(ax, n / P, lowest, index, linewidth=0.8, linestyle=":")
    ax.set(yscale="log", xlabel="samples per feature $n/p$", ylim=(0.1, 60))
    plain(ax.yaxis, (0.1, 1, 10))
    if legend:
        ax.legend(loc="upper right", title="star: best $n$ before the peak\ndotted: best ridge", title_fontsize=7)


def _draw(results: Results) -> Figure:
    figure, ax = style.new(1, 1, width=style.COLUMN, height=2.9)
    sample_wise(ax, results)
    ax.set_ylabel("risk")
    return figure


FIGURES = (
    Picture(
        "sample_wise",
        "More data can hurt: the risk turns up before the peak",
        ("sample-wise-nonmonotonicity", "optimal-ridge-removes-peak-more-data"),
        _draw,
    ),
)
