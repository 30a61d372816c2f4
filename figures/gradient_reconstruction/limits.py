"""Thresholds and rates that are exact: active neurons, the samples' span, one noisy sample, and what training hides."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

import theory.gradient_reconstruction as theory
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along, claim, decoy

DIMENSIONS, PER_PIXEL = (5, 20, 80), (1.4, 1.8, 2.0, 2.2, 2.6, 3.2)
NEURONS = {d: sorted({round(share * d) for share in PER_PIXEL}) for d in DIMENSIONS}
ACTIVE = {d: along("relu-recovery-threshold", 128, "m", NEURONS[d], d=d) for d in DIMENSIONS}
WEAK, SIZES = (0.8, 0.4, 0.2), (800, 1600, 3200, 6400, 12800)
SPAN = {weak: along("subspace-angle-rate", 64, "m", SIZES, r=(1.0, -weak), d=6) for weak in WEAK}
SAMPLE: dict[str, Any] = {k: v for k, v in claim("noise-crlb").grid.quick[0].items() if k != "noise_std"}
LEVELS = np.geomspace(1e-3, 0.3, 7)
PLUG_IN = along("noise-crlb", 8192, "noise_std", LEVELS, **SAMPLE)


def _active(ax: Axes, results: Results) -> None:
    for index, d in enumerate(DIMENSIONS):
        fine = np.arange(d, 4 * d + 1)
        style.theory(ax, fine / d, theory.relu_recovery_probability(fine, d), index, f"$d={d}$")
        style.simulation(ax, np.asarray(NEURONS[d]) / d, *results.mean(ACTIVE[d], "value"), index)
    style.mark(ax, 1.0, "$m=d$", y=0.5)
    ax.set(xlabel="neurons per pixel $m/d$", ylabel="sample recovered", ylim=(-0.03, 1.06))
    ax.legend(loc="lower right")


def _span(ax: Axes, results: Results) -> None:
    """Three residuals of the weaker sample; the decoy is that of the weakest."""
    fine = np.geomspace(600, 16000, 30)
    for index, weak in enumerate(WEAK):
        r = (1.0, -weak)
        style.theory(ax, fine, [theory.subspace_error(r, 6, int(m)) for m in fine], index, f"$r=(1, -{weak:g})$")
        style.simulation(ax, SIZES, *results.mean(SPAN[weak], "subspace"), index)
    independent = decoy("subspace-angle-rate", "independent noise")
    wrong = [independent(r=(1.0, -0.8), d=6, m=int(m))["subspace"] for m in fine]
    style.decoy(ax, fine, wrong, "noise independent of the signal")
    ax.set(xscale="log", yscale="log", ylim=(1e-3, 20), xlabel="neurons $m$ ($d=6$)", ylabel=r"$|\sin\Theta|_F^2$")
    ax.legend(loc="upper right", labelspacing=0.2)


def _plug_in(ax: Axes, results: Results) -> None:
    """Everything in units of the Cramer-Rao bound."""
    cell, levels = SAMPLE, LEVELS
    bounds = np.asarray([theory.reconstruction_crlb(**cell, noise_std=s) for s in levels])
    style.theory(ax, levels, np.ones(7), 0, "Cramér-Rao bound")
    trace = [theory.reconstruction_trace_bound(**cell, noise_std=s) for s in levels]
    style.theory(ax, levels, trace / bounds, 1, "its trace form")
    known = [next(iter(decoy("noise-crlb", "constant residual")(**cell, noise_std=s).values())) for s in levels]
    style.decoy(ax, levels, known / bounds, "residual known")
    style.simulation(ax, levels, *results.mean(PLUG_IN, "value").over(bounds), 0, "plug-in inverse")
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


FIGURES = (
    Picture(
        "limits",
        "Thresholds and rates: half of the relu neurons are silent; the span of the samples at weak residuals; the "
        "Cramer-Rao bound of one noisy sample; and two data sets that training cannot tell apart",
        ("relu-recovery-threshold", "subspace-angle-rate", "noise-crlb", "noise-crlb-trace-form", "kkt-nonuniqueness"),
        (ACTIVE, SPAN, PLUG_IN),
        (
            Panel("active neurons", _active), Panel("the samples' span from order 2", _span),
            Panel("one noisy sample", _plug_in), Panel("one predictor, two data sets", _hidden),
        ),
        layout="ab;cd",
        height=2.5,
    ),
)  # fmt: skip
