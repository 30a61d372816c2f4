"""The gallery: the first panel of every topic's first picture, each read at 5 cm."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures import style
from figures.keys import source as digest
from figures.picture import Picture
from figures.results import Results

COLUMNS, WIDTH, HEIGHT = 4, 8.0, 1.75


def source() -> str:
    """Digest of how panels are put together."""
    return digest("figures.gallery")


def gallery(shown: Mapping[str, tuple[Picture, Results]]) -> Figure:
    """Small multiples of topics: a picture of each and its results."""
    rows = max(1, math.ceil((len(shown) + 1) / COLUMNS))
    figure, axes = style.new(rows, COLUMNS, width=WIDTH, height=HEIGHT, squeeze=False)
    for ax, (topic, (picture, results)) in zip(axes.flat, shown.items(), strict=False):
        picture.panels[0].draw(ax, dataclasses.replace(results, brief=True))
        _small(ax)
        ax.set_title(topic.replace("_", " "), loc="left", fontsize=7.5, fontweight="bold")
    for ax in axes.flat[len(shown) :]:
        ax.set_axis_off()
    _legend(axes.flat[len(shown)])
    return figure


def _small(ax: Axes) -> None:
    """What cannot be read at this size goes; the rest is set smaller."""
    if legend := ax.get_legend():
        legend.remove()
    for text in ax.texts:
        text.set_fontsize(5.5)
    for axis in (ax.xaxis, ax.yaxis):
        axis.label.set_fontsize(6.5)
        axis.set_tick_params(labelsize=6)
    for line in ax.lines:
        line.set_markersize(min(line.get_markersize(), 3.0))


def _legend(ax: Any) -> None:
    """How to read every panel, in the first free place."""
    style.theory(ax, [0, 1], [2, 2], label="theory", color="black")
    style.simulation(ax, [0.5], [1], [0.1], label="simulation, 95 %", color="black")
    style.decoy(ax, [0, 1], [0, 0], label="decoy: a wrong formula, rejected")
    ax.set(xlim=(5, 6))  # the handles are wanted, not the marks
    ax.legend(loc="center", fontsize=6.5)
