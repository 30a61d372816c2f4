"""Excess risk against training loss and against size: what no predictor reaches, the frontier, ordinary algorithms."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.size_loss_tradeoff as slt
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along

AT, ANY = "gaussian-frontier", "universal-lower-bound-every-draw"
N, SMALL = 60, 20
RATIOS = {0.5: 4, 1.1: 1, 2.0: 0, 16.0: 2}
LOSSES = {
    0.5: np.asarray([0.55, 0.65, 0.8, 0.9]),
    1.1: np.asarray([0.05, 0.2, 0.4, 0.6, 0.8, 0.9]),
    2.0: np.asarray([0.02, 0.1, 0.25, 0.4, 0.6, 0.8, 0.9]),
    16.0: np.asarray([0.02, 0.1, 0.25, 0.4, 0.6, 0.8, 0.9]),
}
DOTS = {g: along(AT, 48, "train", LOSSES[g], n=N, g=g, sigma2=1.0, entries="gaussian") for g in RATIOS}
GAUSSIAN = {"features": "gaussian", "r2": 0.05, "misfit": 0.0, "sigma2": 1.0}
ORDINARY = {g: along(ANY, 64, "train_loss", LOSSES[g], n=SMALL, p=round(g * SMALL), **GAUSSIAN) for g in (2.0, 16.0)}

WIDTHS = np.asarray([20, 30, 60, 120, 240, 480])
TRAINED = (0.0, 0.25, 0.64, 0.9)
FRAMES = {
    loss: along(ANY, 4, "p", WIDTHS, n=SMALL, train_loss=loss, **GAUSSIAN | {"features": "frame"}) for loss in TRAINED
}
LAWS = ("gaussian", "student", "power", "relu")
MARKS = {"oracle": ".", "ridge": "x", "flow": "+"}
WORDS = {"oracle": "knows truth and noise", "ridge": "ridge", "flow": "gradient flow"}
REAL = {law: along(ANY, 48, "p", WIDTHS[1:], n=SMALL, train_loss=0.25, **GAUSSIAN | {"features": law}) for law in LAWS}


def at_a_loss(ax: Axes, results: Results) -> None:
    """The frontier for each p/n, its forbidden side shaded, and what ridge and gradient flow reach."""
    shown = (2.0, 16.0) if results.brief else tuple(RATIOS)
    for g in shown:
        index, floor = RATIOS[g], max(0.0, 1 - g)
        train = floor + (1 - floor) * np.linspace(0.0, 1.0, 300)[:-1]
        excess = np.asarray(slt.mp_frontier_at(g, train))
        style.theory(ax, train, excess, index)
        if g >= 2:
            bound = np.asarray(slt.excess_lower_bound(1, round(g), train))
            ax.fill_between(train, 1e-9, bound, color=style.COLOURS[index], alpha=0.13, linewidth=0, zorder=0)
            style.asymptote(ax, train, bound, index)
        style.simulation(ax, LOSSES[g], *results.mean(DOTS[g], "excess"), index)
    if not results.brief:
        for g, declared in ORDINARY.items():
            cross(ax, LOSSES[g], results.mean(declared, "ridge").mean, "x", RATIOS[g])
        style.name(ax, 0.1, 1.7, r"$p = 1.1\,n$", 1, xytext=(0, 0))
        style.name(ax, 0.51, 1.1, "$p = n/2$", 4, xytext=(0, 0))
        style.name(ax, 0.81, 0.07, "ridge", color="#333333", xytext=(0, 0))
    style.name(ax, 0.3, 0.032, r"$p = 2\,n$", 0, xytext=(0, 0))
    style.name(ax, 0.05, 0.0062, r"$p = 16\,n$", 2, xytext=(0, 0))
    style.name(ax, 0.05, 0.0015, "out of reach (shaded)", color="#333333", xytext=(0, 0))
    ax.set(yscale="log", xlabel=r"training loss / noise", ylabel="excess risk / noise", xlim=(0, 1), ylim=(1e-3, 12))
    plain(ax.yaxis, (0.001, 0.01, 0.1, 1, 10))


def against_size(ax: Axes, results: Results) -> None:
    """Excess risk against p/n at four training losses: the bound, frames on it, all features and algorithms above."""
    g = np.geomspace(0.9, 40, 100)
    for loss, index in zip(TRAINED, (1, 0, 2, 6), strict=True):
        bound = np.asarray(slt.excess_lower_bound(1, 1, loss)) / g
        style.theory(ax, g, bound, index)
        style.simulation(ax, WIDTHS / SMALL, *results.mean(FRAMES[loss], "oracle"), index)
        style.name(ax, 40, bound[-1], rf"$\tau^2 = {loss:g}$", index, xytext=(2, -3))
        if loss == 0.25:
            ax.fill_between(g, 1e-9, bound, color=style.COLOURS[index], alpha=0.13, linewidth=0, zorder=0)
    style.name(ax, 0.95, 7e-5, r"out of reach at $\tau^2 = 0.25$", 0, xytext=(0, 0))
    for law, declared in REAL.items():
        for name, marker in MARKS.items():
            mean = results.mean(declared, name).mean
            cross(ax, WIDTHS[1:] / SMALL, mean, marker, 0, WORDS[name] if law == LAWS[0] else None)
    ax.set(
        xscale="log", yscale="log", xlabel="features per sample $p/n$", ylabel="excess risk / noise",
        xlim=(0.9, 110), ylim=(4e-5, 60),
    )  # fmt: skip
    plain(ax.xaxis, (1, 3, 10, 30))
    ax.legend(loc="upper right", title=r"four kinds of features, $\tau^2 = 0.25$", title_fontsize=7, fontsize=7)


def cross(ax: Axes, x: np.ndarray, y: np.ndarray, marker: str, index: int, label: str | None = None) -> None:
    """Means of an algorithm for which no curve is drawn."""
    ax.plot(x, y, marker, color=style.COLOURS[index], markersize=4, label=label)


FIGURES = (
    Picture(
        "frontier",
        "Excess risk below the noise floor, in units of the noise variance. (a) Solid: the least possible for "
        "independent entries, reached by a predictor that knows truth and noise (dots); dotted: the bound for all "
        "features; crosses: ridge on a weak signal. (b) The bound against size: tight frames on it (dots), at "
        r"$\tau^2 = 0.25$ also Gaussian, Student, power-law and rectified features above it",
        (AT, "universal-lower-bound", ANY, "universal-lower-bound-attained", "gaussian-frontier-ridge",
         "gaussian-frontier-floor"),
        (DOTS, ORDINARY, FRAMES, REAL),
        (Panel("excess risk at a training loss", at_a_loss), Panel("what more features buy", against_size)),
        height=3.1,
    ),
)  # fmt: skip
