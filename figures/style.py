"""The one style: theory is a line, simulation is dots with 95 % intervals, a decoy is a thin dashed grey line.

Sizes are those of a journal column (3.4 in) or page (7 in), so that the fonts are readable where the figure is printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

COLUMN, PAGE = 3.4, 7.0

# Okabe and Ito's palette: told apart by colour-blind readers, and in grey by its order of lightness.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
GREY = "#777777"

RC: dict[str, Any] = {
    "axes.prop_cycle": cycler(color=COLOURS),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "figure.constrained_layout.use": True,
    "figure.dpi": 100,
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "legend.fontsize": 7.5,
    "legend.frameon": False,
    "lines.linewidth": 1.4,
    "mathtext.fontset": "dejavusans",
    "pdf.fonttype": 42,
    "savefig.dpi": 200,
    "svg.hashsalt": "overparam",
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
}


def new(
    rows: int = 1, columns: int = 1, width: float = PAGE, height: float = 2.6, **options: Any
) -> tuple[Figure, Any]:
    """A figure and its axes (one, or an array as plt.subplots gives), `height` inches a row."""
    _begin()
    return plt.subplots(rows, columns, figsize=(width, height * rows), **options)


def mosaic(layout: str, width: float, height: float, ratios: Sequence[float] | None = None) -> tuple[Figure, Any]:
    """A figure and its axes by letter ("aa;bc": two rows), `height` inches a row."""
    _begin()
    rows = layout.count(";") + 1
    figure, axes = plt.subplot_mosaic(layout, figsize=(width, height * rows), width_ratios=ratios)
    return figure, axes


def _begin() -> None:
    plt.rcdefaults()
    plt.rcParams.update(RC)  # type: ignore[arg-type]


def theory(ax: Axes, x: Any, y: Any, index: int = 0, label: str | None = None, **options: Any) -> None:
    """A theory curve."""
    defaults: dict[str, Any] = {"color": COLOURS[index % 7], "label": label, "zorder": 2}
    ax.plot(x, y, **(defaults | options))


def simulation(
    ax: Axes, x: Any, mean: Any, se: Any = None, index: int = 0, label: str | None = None, **options: Any
) -> None:
    """Simulated dots with 95 % intervals (1.96 standard errors), white-edged so that they stand out from the line."""
    bars = None if se is None else 1.96 * np.asarray(se)
    defaults: dict[str, Any] = {
        "fmt": MARKERS[index % 7], "color": COLOURS[index % 7], "label": label, "markersize": 4.5, "capsize": 0,
        "elinewidth": 1.0, "markeredgecolor": "white", "markeredgewidth": 0.6, "zorder": 3,
    }  # fmt: skip
    ax.errorbar(x, mean, yerr=bars, **(defaults | options))


def decoy(ax: Axes, x: Any, y: Any, label: str | None = None, **options: Any) -> None:
    """A wrong formula that the data reject."""
    defaults: dict[str, Any] = {"color": GREY, "linestyle": (0, (4, 3)), "linewidth": 0.8, "label": label, "zorder": 1}
    ax.plot(x, y, **(defaults | options))


def asymptote(ax: Axes, x: Any, y: Any, index: int = 0, label: str | None = None, **options: Any) -> None:
    """A limit or bound that a claim asserts, dotted in its series' colour: never drawn as a decoy."""
    theory(ax, x, y, index, label, **({"linestyle": (0, (1, 1.5)), "linewidth": 1.2} | options))


def name(ax: Axes, x: float, y: float, text: str, index: int = 0, **options: Any) -> None:
    """The name of a curve beside it, in its colour; `xytext` moves it, in points."""
    defaults: dict[str, Any] = {
        "color": COLOURS[index % 7], "fontsize": 7.5, "xytext": (3, 3), "textcoords": "offset points", "zorder": 5,
    }  # fmt: skip
    ax.annotate(text, (x, y), **(defaults | options))


def legend(ax: Axes, **options: Any) -> None:
    """A legend whose lines carry the dots of their colour."""
    dots = {c[0].get_color(): c[0].get_marker() for c in ax.containers if isinstance(c, ErrorbarContainer)}
    handles, labels = ax.get_legend_handles_labels()
    shown = []
    for handle in handles:
        if isinstance(handle, Line2D) and handle.get_linestyle() == "-" and handle.get_color() in dots:
            line = Line2D([], [], color=handle.get_color(), linewidth=handle.get_linewidth())
            line.set(marker=dots[handle.get_color()], markersize=4.5, markeredgecolor="white", markeredgewidth=0.6)
            handle = line
        shown.append(handle)
    ax.legend(shown, labels, **options)


def mark(ax: Axes, x: float, text: str, y: float = 0.97, **options: Any) -> None:
    """A thin vertical line with a word beside it: a threshold, a peak."""
    ax.axvline(x, color=GREY, linewidth=0.7, zorder=0)
    defaults: dict[str, Any] = {
        "fontsize": 7, "color": GREY, "va": "top", "xytext": (3, 0), "textcoords": "offset points",
    }  # fmt: skip
    ax.annotate(text, (x, y), xycoords=("data", "axes fraction"), **(defaults | options))


def panel(ax: Axes, letter: str, title: str) -> None:
    """The letter and title of a panel."""
    ax.set_title(f"({letter}) {title}" if letter else title, loc="left")
