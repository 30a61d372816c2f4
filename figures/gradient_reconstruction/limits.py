"""Thresholds and rates that are exact: active neurons, the samples' span, one noisy sample, and what training hides."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import sims.gradient_reconstruction as sims
import theory.gradient_reconstruction as theory
from claims.gradient_reconstruction.moments import independent_span
from claims.gradient_reconstruction.noise import CRLB, constant_residual
from figures import style
from figures.points import points
from figures.results import Picture, Results


def _active(ax: Axes, results: Results) -> None:
    for index, d in enumerate((5, 20, 80)):
        fine = np.arange(d, 4 * d + 1)
        style.theory(ax, fine / d, theory.relu_recovery_probability(fine, d), index, f"$d={d}$")
        neurons = sorted({round(share * d) for share in (1.4, 1.8, 2.0, 2.2, 2.6, 3.2)})
        cells = [{"m": m, "d": d} for m in neurons]
        seen = points(results, sims.relu_recovery_probability, cells, 128, "value")
        style.simulation(ax, np.asarray(neurons) / d, *seen, index)
    style.mark(ax, 1.0, "$m=d$", y=0.5)
    ax.set(xlabel="neurons per pixel $m/d$", ylabel="sample recovered", ylim=(-0.03, 1.06))
    ax.legend(loc="lower right")


def _span(ax: Axes, results: Results) -> None:
    """Three residuals of the weaker sample; the decoy is that of the weakest."""
    fine, sizes = np.geomspace(600, 16000, 30), (800, 1600, 3200, 6400, 12800)
    for index, weak in enumerate((0.8, 0.4, 0.2)):
        r = (1.0, -weak)
        style.theory(ax, fine, [theory.subspace_error(r, 6, int(m)) for m in fine], index, f"$r=(1, -{weak:g})$")
        cells = [{"r": r, "d": 6, "m": m} for m in sizes]
        style.simulation(ax, sizes, *points(results, sims.subspace_error, cells, 64, "subspace"), index)
    wrong = [independent_span((1.0, -0.8), 6, int(m))["subspace"] for m in fine]
    style.decoy(ax, fine, wrong, "noise independent of the signal")
    ax.set(xscale="log", yscale="log", ylim=(1e-3, 20), xlabel="neurons $m$ ($d=6$)", ylabel=r"$|\sin\Theta|_F^2$")
    ax.legend(loc="upper right", labelspacing=0.2)


def _plug_in(ax: Axes, results: Results) -> None:
    """Everything in units of the Cramer-Rao bound."""
    cell: dict[str, Any] = {name: value for name, value in CRLB.grid.quick[0].items() if name != "noise_std"}
    levels = np.geomspace(1e-3, 0.3, 7)
    bounds = np.asarray([theory.reconstruction_crlb(**cell, noise_std=s) for s in levels])
    style.theory(ax, levels, np.ones(7), 0, "Cramér-Rao bound")
    trace = [theory.reconstruction_trace_bound(**cell, noise_std=s) for s in levels]
    style.theory(ax, levels, trace / bounds, 1, "its trace form")
    style.decoy(ax, levels, [constant_residual(**cell, noise_std=s) for s in levels] / bounds, "residual known")
    cells = [{**cell, "noise_std": float(s)} for s in levels]
    mean, se = points(results, sims.reconstruction_crlb, cells, 8192, "value")
    style.simulation(ax, levels, mean / bounds, se / bounds, 0, "plug-in inverse")
    ax.set(xscale="log", xlabel="noise $s$", ylabel="squared error / bound", ylim=(0, 2.2))
    ax.legend(loc="upper left")


def _hidden(ax: Axes, results: Results) -> None:
    """Two data sets and their predictors: computed for each, drawn over each other."""
    X = np.array([[1.0, 0.6], [1.7, 1.6], [1.2, -0.9], [-1.0, 0.2], [-1.5, -1.1], [-1.9, 1.2]])
    y = np.sign(X[:, 0])
    w = theory.max_margin(X, y).w
    other = theory.split_dataset(X, y, [-w[1], w[0]], 2.2)
    again = theory.max_margin(other.X, other.y).w
    for label, index in ((1.0, 0), (-1.0, 1)):
        ax.plot(*X[y == label].T, style.MARKERS[index], color=style.COLOURS[index])
        ax.plot(*other.X[other.y == label].T, style.MARKERS[index], color="none", markeredgecolor=style.COLOURS[index])
    along = np.array([-5.0, 5.0])
    for predictor, look in ((w, {"color": "black"}), (again, {"color": style.COLOURS[2], "linestyle": (0, (3, 3))})):
        unit = np.array([-predictor[1], predictor[0]]) / np.linalg.norm(predictor)
        ax.plot(along * unit[0], along * unit[1], **look)
    ax.annotate("filled: data\nhollow: other data\nlines: both predictors", (0.02, 0.98), xycoords="axes fraction",
                va="top", fontsize=7)  # fmt: skip
    ax.set(xlim=(-7.5, 4.5), ylim=(-4.3, 4.3), xticks=(), yticks=(), aspect="equal")


def draw(results: Results) -> Figure:
    """Four panels."""
    figure, axes = style.new(2, 2, height=2.5)
    titles = ("active neurons", "the samples' span from order 2", "one noisy sample", "one predictor, two data sets")
    for ax, fill, letter, title in zip(axes.flat, (_active, _span, _plug_in, _hidden), "abcd", titles, strict=True):
        fill(ax, results)
        style.panel(ax, letter, title)
    return figure


FIGURES = (
    Picture(
        "limits",
        "Thresholds and rates: half of the relu neurons are silent; the span of the samples at weak residuals; the "
        "Cramer-Rao bound of one noisy sample; and two data sets that training cannot tell apart",
        ("relu-recovery-threshold", "subspace-angle-rate", "noise-crlb", "noise-crlb-trace-form", "kkt-nonuniqueness"),
        draw,
    ),
)
