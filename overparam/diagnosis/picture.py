"""The picture of a diagnosis: one panel a finding, the epochs, or the layers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from overparam.diagnosis.diagnosis import Diagnosis
from overparam.measures import panels
from overparam.measures.weights import Report

_ROW = 3


def draw(found: Diagnosis) -> Any:
    """Draw all that was measured, three panels a row; what was refused has none."""
    from figures import style

    parts: list[tuple[str, Callable[[Any], Any]]] = [
        (one.measure.title, partial(panels.draw, one.results)) for one in found.findings if one.results
    ]
    if found.epochs:
        parts.append(("Over the epochs", lambda ax: panels.epochs(ax, found.epochs)))
    if found.report is not None:
        parts += _layers(found.report)
    rows, columns = -(-len(parts) // _ROW) or 1, min(len(parts), _ROW) or 1
    figure, axes = style.new(rows, columns, width=max(style.COLUMN, style.PAGE * columns / _ROW), squeeze=False)
    for ax, letter, part in zip(axes.flat, _letters(), parts, strict=False):
        part[1](ax)
        style.panel(ax, letter, _short(part[0]))
    for ax in list(axes.flat)[len(parts) :]:
        ax.set_visible(False)
    return figure


def _short(title: str) -> str:
    """The shorter part of a heading with a colon: a panel has little room."""
    part = min(title.split(": "), key=len)
    return part[0].upper() + part[1:]


def _letters() -> str:
    return "abcdefghijklmnopqrstuvwxyz" * 10


def _layers(report: Report) -> list[tuple[str, Callable[[Any], Any]]]:
    places = np.arange(1, len(report.layers) + 1)

    def stable(ax: Any) -> None:
        ax.semilogy(places, [row.stable_rank.value for row in report.layers], "o-", markersize=3, label="trained")
        ax.plot(places, [row.stable_rank.null for row in report.layers], "--", color="black", label="random")
        ax.set(xlabel="layer", ylabel="stable rank")
        ax.legend()

    def beyond(ax: Any) -> None:
        ax.plot(places, [row.signal_rank.value for row in report.layers], "o-", markersize=3, label="beyond the edge")
        moved = [np.nan if row.moving is None else row.moving.value for row in report.layers]
        if np.isfinite(moved).any():
            ax.plot(places, moved, "s-", markersize=3, label="moved")
        ax.set(xlabel="layer", ylabel="directions")
        ax.legend()

    return [("Stable rank", stable), ("Directions", beyond)]
