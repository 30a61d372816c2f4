"""Networks trained on digits: with and without weight decay, and through narrow feature layers."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import sims.neural_collapse as sims
import theory.neural_collapse as theory
from claims.neural_collapse.training import DIGITS_FALL, WIDTH
from figures import style
from figures.results import Picture, Results
from sims.neural_collapse.training import marks

SQUARE = dict(DIGITS_FALL.grid.quick[0])
CELLS: dict[str, dict[str, Any]] = {"square loss": SQUARE, "cross-entropy": {**SQUARE, "loss": "cross_entropy"}}
METRICS = {"nc1": "NC1", "nc2": "NC2 (Gram)", "nc3": "NC3"}


def _curves(axes: Any, results: Results) -> None:
    for index, (loss, cell) in enumerate(CELLS.items()):
        sample = results.sample(sims.digits_training, cell, 1)
        for ax, name in zip(axes, METRICS, strict=True):
            for arm, line, label in ((0, "-", loss), (1, ":", None)):
                curve = sample[name][:, arm].mean(axis=0)
                ax.plot(
                    marks(cell["steps"]), curve, line, color=style.COLOURS[index], label=label,
                    marker=style.MARKERS[index], markersize=3.5, markeredgecolor="white", markeredgewidth=0.5,
                )  # fmt: skip
    for ax, (letter, title) in zip(axes, zip("abc", METRICS.values(), strict=True), strict=True):
        ax.set(xscale="log", xlabel="training step")
        style.panel(ax, letter, title)
    axes[0].set(yscale="log")
    nothing = float(theory.nc1_null_mean(10, 50, 128))
    axes[0].axhline(nothing, color=style.GREY, linewidth=0.8, zorder=0)
    axes[0].annotate("no structure", (1.2, nothing * 0.65), fontsize=7, color=style.GREY)
    axes[0].set_ylim(1e-3, 6)
    axes[1].set_ylim(0, 0.8)
    axes[1].legend(loc="lower left")
    axes[2].plot([], [], ":", color=style.GREY, label="no weight decay")
    axes[2].set_ylim(0, 1.5)
    axes[2].legend(loc="lower left", handles=axes[2].lines[-1:])


def _widths(ax: Axes, results: Results) -> dict[str, Any]:
    cell = {**WIDTH.grid.quick[0], "widths": (2, 3, 4, 5, 6, 7, 8, 9, 12, 32)}
    sample = results.sample(sims.digits_bottleneck, cell, 2)
    d = np.asarray(cell["widths"])
    fine = np.arange(2, 33)
    style.theory(ax, fine, theory.nc2_floor(10, fine), 0)
    style.simulation(ax, d, sample["nc2"].mean(axis=0), None, 0)
    style.theory(ax, fine, np.minimum(fine / 9, 1), 1)
    style.simulation(ax, d, sample["gap_ratio"].mean(axis=0), None, 1)
    style.mark(ax, 9, "$C - 1$", y=0.12)
    ax.set(xscale="log", xlabel="width $d$", ylim=(0, 1.1))
    ax.set_xticks((2, 4, 8, 16, 32), labels=("2", "4", "8", "16", "32"))
    ax.set_xticks((), minor=True)
    ax.annotate("gap of outputs", (10, 1.03), fontsize=7, color=style.COLOURS[1])
    ax.annotate("NC2\n(line: least\nat this width)", (10.5, 0.42), fontsize=7, color=style.COLOURS[0])
    return sample


def _draw(results: Results) -> Figure:
    figure, axes = style.new(1, 4, height=2.3)
    _curves(axes[:3], results)
    _widths(axes[3], results)
    style.panel(axes[3], "d", "narrow features")
    return figure


FIGURES = (
    Picture(
        "real_training",
        "Digits: (a-c) the metrics along training, with weight decay (full lines) the collapse goes on, without "
        "(dotted) it stops; (d) a feature layer of width $d$ keeps $d$ of nine modes",
        (
            "nc-real-training-digits", "nc-real-training-digits-plateau", "nc-real-training-mixture",
            "nc-real-training-width", "nc-real-training-width-gap",
        ),
        _draw,
    ),
)  # fmt: skip
