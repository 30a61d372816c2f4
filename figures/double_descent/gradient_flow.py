"""Longer training: why the risk can fall, rise and fall again."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import theory.double_descent as dd
from claims.double_descent.gradient_flow import few_features, simulate_few, simulate_two_scales, two_scales
from figures import style
from figures.points import plain
from figures.results import Picture, Results

PARTS = ("bias", "variance", "total")


def _dots(ax: Axes, sample: dict[str, np.ndarray], ticks: tuple[float, ...], indices: tuple[int, ...]) -> None:
    for index in indices:
        values = sample[PARTS[index]]
        se = values.std(axis=0, ddof=1) / np.sqrt(len(values))
        style.simulation(ax, ticks, values.mean(axis=0), se, index)


def in_proportion(ax: Axes, results: Results) -> None:
    """Bias, variance and risk with p = 0.8 n; the sum that holds for few features is far away."""
    n, t = 80, np.geomspace(0.05, 5000, 160)
    risk = dd.gf_risk(t, **two_scales(n))
    for index, curve in enumerate((risk.bias, risk.variance, risk.bias + risk.variance)):
        style.theory(ax, t, curve, index, PARTS[index].replace("total", "risk"))
    style.decoy(ax, t, dd.gf_risk_classical(t, **two_scales(n)), "risk for $p/n \\to 0$")
    ticks = tuple(float(f"{x:.3g}") for x in np.geomspace(0.1, 2000, 11))
    _dots(ax, results.sample(simulate_two_scales, {"n": n, "t": ticks}, 128), ticks, (0, 1, 2))
    ax.set(xscale="log", xlabel="training time $t$", ylabel="risk", ylim=(0, 7))
    ax.legend(loc="upper left")


def few(ax: Axes, results: Results) -> None:
    """The risk of ten features is a sum of two U-shaped curves, each with its own best time."""
    n, t = 400, np.geomspace(0.02, 2e4, 300)
    cell = few_features(n)
    scales = list(zip(cell["spectrum"][0], cell["beta_sq"], strict=True))
    for index, (s, squares) in enumerate(scales):
        alone = dd.gf_risk_classical(t, n, ((s,), (5,)), (squares,), cell["sigma2"])
        style.theory(ax, t, alone, index, f"scale {s:g} alone", linewidth=0.9)
        best = float(dd.stopping_times(n, (s,), (squares,), cell["sigma2"])[0])
        lowest = float(dd.gf_risk_classical(best, n, ((s,), (5,)), (squares,), cell["sigma2"]))
        ax.plot(best, lowest, "*", color=style.COLOURS[index], markersize=10, zorder=4)
    style.theory(ax, t, dd.gf_risk_classical(t, **cell), 2, "sum")
    ticks = tuple(float(f"{x:.3g}") for x in np.geomspace(0.05, 1e4, 11))
    _dots(ax, results.sample(simulate_few, {"n": n, "t": ticks}, 128), ticks, (2,))
    ax.set(xscale="log", xlabel="training time $t$", ylim=(0, 5))
    ax.legend(loc="upper right")


def _draw(results: Results) -> Figure:
    figure, (left, right) = style.new(1, 2, height=2.8)
    in_proportion(left, results)
    style.panel(left, "a", "$p = 0.8\\,n$, two scales")
    few(right, results)
    style.panel(right, "b", "few features")
    for ax in (left, right):
        plain(ax.xaxis, (0.1, 1, 10, 100, 1000, 10000))
    return figure


FIGURES = (
    Picture(
        "gradient_flow",
        "Training longer: one descent for each scale of the features",
        (
            "epoch-wise-double-descent", "epoch-wise-double-descent-isotropic",
            "epoch-wise-double-descent-few-features",
        ),
        _draw,
    ),
)  # fmt: skip
