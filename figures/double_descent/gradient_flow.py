"""Longer training: why the risk can fall, rise and fall again."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

import theory.double_descent as dd
from claims.double_descent.gradient_flow import few_features, two_scales
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, cells
from figures.strip import Strip

N, FEW = 80, 400
TICKS = tuple(float(f"{x:.3g}") for x in np.geomspace(0.1, 2000, 11))
FEW_TICKS = tuple(float(f"{x:.3g}") for x in np.geomspace(0.05, 1e4, 11))
PROPORTION = cells("epoch-wise-double-descent", 256, {"n": N, "t": TICKS})
SCALES = cells("epoch-wise-double-descent-few-features", 256, {"n": FEW, "t": FEW_TICKS})


def _times(rows: pd.DataFrame) -> list[float]:
    """The time of each judged quantity total[i]."""
    return [t[int(name.split("[")[1][:-1])] for t, name in zip(rows.t, rows.quantity, strict=True)]


def in_proportion(ax: Axes, results: Results) -> None:
    """Bias, variance and risk with p = 0.8 n; the sum that holds for few features is far away."""
    t = np.geomspace(0.05, 5000, 160)
    risk, exact = dd.gf_risk(t, **two_scales(N)), dd.gf_risk(np.asarray(TICKS), **two_scales(N))
    whole = np.asarray(risk.bias + risk.variance)
    wrong = dd.gf_risk_classical(t, **two_scales(N))
    style.decoy(ax, t, wrong)
    names = ((110, 3.25, "risk"), (330, 0.7, "bias"), (0.1, 0.5, "variance"))
    for index, (curve, part) in enumerate(((whole, "total"), (risk.bias, "bias"), (risk.variance, "variance"))):
        style.theory(ax, t, curve, index)
        style.simulation(ax, TICKS, *results.mean(PROPORTION, part), index)
        x0, y0, word = names[index]
        style.name(ax, x0, y0, word, index)
    style.name(ax, 600, 1.6, "risk as $p/n \\to 0$", color=style.GREY)
    ax.set(xscale="log", xlabel="training time $t$", ylabel="risk", ylim=(0, 7))
    plain(ax.xaxis, (0.1, 1, 10, 100, 1000))
    rows = results.rows("epoch-wise-double-descent")
    rows = rows[rows.quantity.str.startswith("variance")]
    strip = Strip(ax, results, 0.1).judged(rows, _times, 2)
    strip.dots(TICKS, results.mean(PROPORTION, "total"), exact.bias + exact.variance, 0)
    strip.dots(TICKS, results.mean(PROPORTION, "variance"), exact.variance, 2).decoy(t, wrong, whole)


def few(ax: Axes, results: Results) -> None:
    """The risk of ten features is a sum of two U-shaped curves, each with its own best time."""
    t, cell = np.geomspace(0.02, 2e4, 300), few_features(FEW)
    scales = list(zip(cell["spectrum"][0], cell["beta_sq"], strict=True))
    for index, (s, squares) in enumerate(scales, start=1):
        alone = dd.gf_risk_classical(t, FEW, ((s,), (5,)), (squares,), cell["sigma2"])
        style.theory(ax, t, alone, index, linewidth=0.9)
        best = float(dd.stopping_times(FEW, (s,), (squares,), cell["sigma2"])[0])
        lowest = float(dd.gf_risk_classical(best, FEW, ((s,), (5,)), (squares,), cell["sigma2"]))
        ax.plot(best, lowest, "*", color=style.COLOURS[index], markersize=10, zorder=4)
        style.name(ax, best, lowest, f"scale {s:g} alone", index, xytext=(0, -10), ha="center")
    style.theory(ax, t, dd.gf_risk_classical(t, **cell), 0)
    style.simulation(ax, FEW_TICKS, *results.mean(SCALES, "total"), 0)
    style.name(ax, 0.025, 4.2, "risk: the sum", 0, xytext=(8, 2))
    ax.set(xscale="log", xlabel="training time $t$", ylabel="risk", ylim=(-0.4, 5))
    plain(ax.xaxis, (0.1, 1, 10, 100, 1000, 10000))
    rows = results.rows("epoch-wise-double-descent-few-features")
    strip = Strip(ax, results, 0.1).judged(rows, _times, 0)
    strip.dots(FEW_TICKS, results.mean(SCALES, "total"), dd.gf_risk_classical(np.asarray(FEW_TICKS), **cell), 0)


FIGURES = (
    Picture(
        "gradient_flow",
        "Training longer: one descent for each scale of the features (star: the best time of each)",
        (
            "epoch-wise-double-descent", "epoch-wise-double-descent-isotropic",
            "epoch-wise-double-descent-few-features",
        ),
        (PROPORTION, SCALES),
        (Panel("$p = 0.8\\,n$, two scales", in_proportion), Panel("few features", few)),
        height=3.1,
    ),
)  # fmt: skip
