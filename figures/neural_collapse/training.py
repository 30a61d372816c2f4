"""Networks trained on digits: with and without weight decay, and through narrow feature layers."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

import theory.neural_collapse as theory
from claims.neural_collapse.shown import marks
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, cells

SQUARE: dict[str, Any] = {
    "loss": "mse", "weight_decay": 5e-4, "per_class": 50, "hidden": (128, 128), "steps": 1500, "lr": 3e-3
}  # fmt: skip
CELLS: dict[str, dict[str, Any]] = {"square loss": SQUARE, "cross-entropy": {**SQUARE, "loss": "cross_entropy"}}
METRICS = {"nc1": "NC1", "nc2": "NC2 (Gram)", "nc3": "NC3"}
TRAINED = {loss: cells("nc-real-training-digits", 2, cell) for loss, cell in CELLS.items()}
NARROW: dict[str, Any] = {
    "widths": (2, 3, 4, 5, 6, 7, 8, 9, 12, 32), "weight_decay": 2e-3, "per_class": 20, "hidden": (64, 64),
    "steps": 1500, "lr": 3e-3,
}  # fmt: skip
WIDTHS = cells("nc-real-training-width", 2, NARROW)


def _curves(ax: Axes, results: Results, name: str) -> None:
    """A metric along training for both losses, with weight decay (full) and without (dotted)."""
    for index, (loss, cell) in enumerate(CELLS.items()):
        sample = results.samples(TRAINED[loss])[0]
        for arm, line, label in ((0, "-", loss), (1, ":", None)):
            curve = np.exp(np.log(sample[name][:, arm]).mean(axis=0))
            ax.plot(
                marks(cell["steps"]), curve, line, color=style.COLOURS[index], label=label,
                marker=style.MARKERS[index], markersize=3.5, markeredgecolor="white", markeredgewidth=0.5,
            )  # fmt: skip
    ax.set(xscale="log", xlabel="training step")


def _within(ax: Axes, results: Results) -> None:
    _curves(ax, results, "nc1")
    nothing = float(theory.nc1_null_mean(10, 50, 128))
    ax.axhline(nothing, color=style.GREY, linewidth=0.8, zorder=0)
    ax.annotate("no structure", (1.2, nothing * 0.65), fontsize=7, color=style.GREY)
    ax.set(yscale="log", ylim=(1e-3, 6))


def _gram(ax: Axes, results: Results) -> None:
    _curves(ax, results, "nc2")
    ax.set_ylim(0, 0.8)
    ax.legend(loc="lower left")


def _dual(ax: Axes, results: Results) -> None:
    _curves(ax, results, "nc3")
    ax.plot([], [], ":", color=style.GREY, label="no weight decay")
    ax.set_ylim(0, 1.5)
    ax.legend(loc="lower left", handles=ax.lines[-1:])


def _widths(ax: Axes, results: Results) -> None:
    sample, d = results.samples(WIDTHS)[0], np.asarray(NARROW["widths"])
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


FIGURES = (
    Picture(
        "real_training",
        "Digits: (a-c) the metrics along training, with weight decay (full lines) the collapse goes on, without "
        "(dotted) it nearly stops; (d) a feature layer of width $d$ keeps $d$ of nine modes",
        (
            "nc-real-training-digits", "nc-real-training-digits-plateau", "nc-real-training-mixture",
            "nc-real-training-width", "nc-real-training-width-gap",
        ),
        (TRAINED, WIDTHS),
        (*(Panel(METRICS[name], draw) for name, draw in zip(METRICS, (_within, _gram, _dual), strict=True)),
         Panel("narrow features", _widths)),
        height=2.3,
    ),
)  # fmt: skip
