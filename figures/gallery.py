"""The gallery: one panel a topic, the picture that opens the README."""

from __future__ import annotations

import importlib
import math
from typing import Any

from figures import style
from figures.results import Picture, Results


def gallery(results: Results) -> Any:
    """Small multiples: every topic's own `PANEL`, a function of axes and results."""
    panels = {
        topic: module.PANEL
        for topic in results.table.topic.unique()
        if hasattr(module := importlib.import_module(f"figures.{topic}"), "PANEL")
    }
    columns = 3
    rows = max(1, math.ceil(len(panels) / columns))
    figure, axes = style.new(rows, columns, height=2.5, squeeze=False)
    for ax, (topic, draw) in zip(axes.flat, panels.items(), strict=False):
        draw(ax, Results(results.table[results.table.topic == topic], results.sample))
        if legend := ax.get_legend():
            for text in legend.get_texts():
                text.set_fontsize(6.5)
        ax.set_title(topic.replace("_", " "), loc="left", fontweight="bold")
    for ax in axes.flat[len(panels) :]:
        ax.set_axis_off()
    _legend(axes.flat[-1])
    return figure


def _legend(ax: Any) -> None:
    """How to read every panel, in the last one's free place."""
    if ax.axison:
        return
    style.theory(ax, [0, 1], [2, 2], label="theory", color="black")
    style.simulation(ax, [0.5], [1], [0.1], label="simulation, 95 %", color="black")
    style.decoy(ax, [0, 1], [0, 0], label="decoy: a wrong formula, rejected")
    ax.set(xlim=(5, 6))  # the handles are wanted, not the marks
    ax.legend(loc="center")


GALLERY = Picture("gallery", "one panel of each topic", (), gallery)
