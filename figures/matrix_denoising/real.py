"""Digits and photographs in noise: full rank, and still the formulas for spikes."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along, prediction

LEVELS = (0.05, 0.1, 0.2, 0.3, 0.6)
DATA = {
    data: along("optimal-shrinkage-pictures", 32, "noise_std", LEVELS, data=data) for data in ("digits", "photographs")
}
RULES = (("optimal", "best shrinkage"), ("hard", "hard threshold"), ("soft", "soft threshold"))
ROWS = 64  # the noise's energy in the units of the error


def _panel(data: str) -> Panel:
    def draw(ax: Axes, results: Results) -> None:
        levels = np.geomspace(0.04, 0.75, 40)
        predicted = [prediction("optimal-shrinkage-pictures")(data=data, noise_std=float(s)) for s in levels]
        for index, (rule, word) in enumerate(RULES):
            style.theory(ax, levels, [100 * float(p[rule]) / ROWS for p in predicted], index, word)
            style.simulation(ax, LEVELS, *results.mean(DATA[data], rule).over(ROWS / 100), index)
        ax.set(
            xscale="log", xlabel="standard deviation of the noise", ylabel="error left, % of the noise", ylim=(0, 100)
        )
        plain(ax.xaxis, LEVELS)
        style.legend(ax, loc="upper right")

    return Panel(f"{data}, $64 \\times 600$", draw)


FIGURES = (
    Picture(
        "real",
        "Images have full rank, and the theory of spikes, summed over their singular values, predicts the error",
        ("optimal-shrinkage-pictures",),
        DATA,
        (_panel("digits"), _panel("photographs")),
    ),
)
