"""Early stopping against ridge: the ratio of their risks in time, and of the best of each."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import theory.double_descent as dd
from figures import style
from figures.points import plain, points
from figures.results import Picture, Results
from sims.double_descent import gf_ridge_ratio

N, P = 40, 40
SIGNALS = ((0.01, "0.01"), (1.0, "1"), (100.0, "100"))


def _risks(gamma: float, r2: float, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Risk of gradient flow at t and of ridge at 1/t, isotropic features in the limit."""
    p = round(1000 * gamma)
    ridge = dd.ridge_risk(1 / t, 1000, ([1.0], [p]), [r2 / p], 1.0)
    flow = dd.gf_risk_isotropic(t, p / 1000, r2, 1.0)
    return np.asarray(flow.bias + flow.variance), np.asarray(ridge.bias + ridge.variance)


def along_time(ax: Axes, results: Results) -> None:
    """The ratio at equal t and 1/lambda for three signal strengths, below the bound."""
    t = np.geomspace(1e-3, 1e3, 200)
    ticks = [float(f"{x:.3g}") for x in np.geomspace(2e-3, 500, 9)]
    for index, (r2, label) in enumerate(SIGNALS):
        flow, ridge = _risks(P / N, r2, t)
        style.theory(ax, t, flow / ridge, index, rf"$r^2/\sigma^2 = {label}$")
        cells = [{"n": N, "p": P, "spread": 0.0, "t": (x,), "r2": r2, "sigma2": 1.0} for x in ticks]
        style.simulation(ax, ticks, *points(results, gf_ridge_ratio, cells, 64, "prediction"), index)
    eigenvalue = dd.gf_ridge_ratio([1.0], [1.0], t, r2=0.0)
    style.theory(ax, t, eigenvalue, 3, "worst design", linewidth=0.9)
    bound = dd.early_stopping_constant()
    ax.axhline(bound, color="black", linewidth=0.8)
    ax.annotate(f"bound {bound:.4f}", (1e-3, bound), xytext=(0, 3), textcoords="offset points", fontsize=7)
    style.decoy(ax, t, np.full(t.size, np.sqrt(bound)), "without the square")
    ax.set(xscale="log", xlabel=r"time $t = 1/\lambda$", ylabel="risk of flow / risk of ridge", ylim=(0.2, 1.85))
    ax.legend(loc="lower left")


def best_of_each(ax: Axes) -> None:
    """The best time against the best ridge: a few per cent at most."""
    t, ratios = np.geomspace(1e-4, 1e5, 600), np.geomspace(0.1, 10, 31)
    for index, (r2, label) in enumerate(SIGNALS):
        best = [flow.min() / ridge.min() for flow, ridge in (_risks(gamma, r2, t) for gamma in ratios)]
        style.theory(ax, ratios, best, index, rf"$r^2/\sigma^2 = {label}$")
    ax.set(xscale="log", xlabel="features per sample $p/n$", ylabel="best flow / best ridge", ylim=(0.995, 1.05))
    plain(ax.xaxis, (0.1, 0.3, 1, 3, 10))


def _draw(results: Results) -> Figure:
    figure, (left, right) = style.new(1, 2, height=2.8)
    along_time(left, results)
    style.panel(left, "a", "at $t = 1/\\lambda$")
    best_of_each(right)
    style.panel(right, "b", "each at its best")
    return figure


FIGURES = (
    Picture(
        "early_stopping",
        "Stopping early is ridge regression, up to a constant",
        ("early-stopping-vs-ridge", "early-stopping-vs-ridge-ratio"),
        _draw,
    ),
)
