"""Early stopping against ridge: the ratio of their risks in time, and of the best of each."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.double_descent as dd
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along
from figures.strip import Strip

N, P = 40, 40
SIGNALS = (0.01, 1.0, 100.0)
TIMES = [float(f"{x:.3g}") for x in np.geomspace(2e-3, 500, 9)]
FIXED = {"n": N, "p": P, "spread": 0.0, "sigma2": 1.0}
RATIO = {r2: along("early-stopping-vs-ridge", 256, "t", [(t,) for t in TIMES], r2=r2, **FIXED) for r2 in SIGNALS}
NAMES = ((11, 1.44), (14, 1.22), (3, 0.73))


def _risks(gamma: float, r2: float, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Risk of gradient flow at t and of ridge at 1/t, isotropic features in the limit."""
    p = round(1000 * gamma)
    ridge = dd.ridge_risk(1 / t, 1000, ([1.0], [p]), [r2 / p], 1.0)
    flow = dd.gf_risk_isotropic(t, p / 1000, r2, 1.0)
    return np.asarray(flow.bias + flow.variance), np.asarray(ridge.bias + ridge.variance)


def _ratio(r2: float, t: np.ndarray) -> np.ndarray:
    flow, ridge = _risks(P / N, r2, t)
    return flow / ridge


def along_time(ax: Axes, results: Results) -> None:
    """The ratio at equal t and 1/lambda for three signal strengths, below the bound."""
    t, ticks = np.geomspace(1e-3, 1e3, 200), np.asarray(TIMES)
    bound = dd.early_stopping_constant()
    for index, r2 in enumerate(SIGNALS):
        style.theory(ax, t, _ratio(r2, t), index)
        style.simulation(ax, ticks, *results.mean(RATIO[r2], "prediction"), index)
        style.name(ax, *NAMES[index], rf"$r^2/\sigma^2 = {r2:g}$", index, xytext=(0, 0))
    style.theory(ax, t, dd.gf_ridge_ratio([1.0], [1.0], t, r2=0.0), 3, linewidth=0.9)
    style.name(ax, 2.9, 1.58, "worst design", 3, xytext=(3, 0))
    style.asymptote(ax, t, np.full(t.size, bound), 6)
    style.name(ax, 1e-3, bound, f"bound {bound:.4f}", 6)
    style.decoy(ax, t, np.full(t.size, np.sqrt(bound)))
    style.name(ax, 1e-3, float(np.sqrt(bound)), "without the square", color=style.GREY)
    ax.set(xscale="log", xlabel=r"time $t = 1/\lambda$", ylabel="risk of flow / risk of ridge", ylim=(0.65, 1.85))
    strip = Strip(ax, results, 0.1)
    for index, r2 in enumerate(SIGNALS):
        strip.dots(ticks, results.mean(RATIO[r2], "prediction"), _ratio(r2, ticks), index)


def best_of_each(ax: Axes, results: Results) -> None:
    """The best time against the best ridge: a few per cent at most."""
    t, ratios = np.geomspace(1e-4, 1e5, 600), np.geomspace(0.1, 10, 31)
    for index, r2 in enumerate(SIGNALS):
        best = [flow.min() / ridge.min() for flow, ridge in (_risks(gamma, r2, t) for gamma in ratios)]
        style.theory(ax, ratios, best, index, rf"$r^2/\sigma^2 = {r2:g}$")
    ax.set(xscale="log", xlabel="features per sample $p/n$", ylabel="best flow / best ridge", ylim=(0.995, 1.05))
    plain(ax.xaxis, (0.1, 0.3, 1, 3, 10))
    style.legend(ax, loc="upper left")


FIGURES = (
    Picture(
        "early_stopping",
        "Stopping early is ridge regression, up to a constant (strip: $n = p = 40$ against the limit)",
        ("early-stopping-vs-ridge", "early-stopping-vs-ridge-ratio"),
        RATIO,
        (Panel("at $t = 1/\\lambda$", along_time), Panel("each at its best", best_of_each)),
        height=3.1,
    ),
)
