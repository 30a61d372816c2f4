"""The strip under a panel that shows agreement: (simulation - theory)/theory, as the judge sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter

from figures import style
from figures.results import Estimate, Results


class Strip:
    """A thin panel below `ax`, sharing its x: relative differences up to `reach`, which decoys leave.

    Thin bars are the 95 % intervals of the picture's dots, thick pale bars the intervals that the judge used (of a
    Limit: for its extrapolated value, at its largest size), the grey band what the claim allows. In the gallery
    nothing is drawn.
    """

    def __init__(self, ax: Axes, results: Results, reach: float = 0.05) -> None:
        self.ax: Axes | None = None
        if results.brief:
            return
        place = ax.get_subplotspec()
        assert place is not None
        grid: Any = place.subgridspec(2, 1, height_ratios=(4.2, 1), hspace=0.0)
        ax.set_subplotspec(grid[0])
        figure: Any = ax.figure
        strip = self.ax = figure.add_subplot(grid[1], sharex=ax)
        ax.tick_params(labelbottom=False)
        strip.set_xlabel(ax.get_xlabel())
        ax.set_xlabel("")
        strip.axhline(0, color="black", linewidth=0.7, zorder=1)
        strip.set_ylim(-reach, reach)
        strip.yaxis.set_major_locator(FixedLocator([-reach, 0, reach]))
        strip.yaxis.set_major_formatter(FuncFormatter(_percent))
        strip.tick_params(axis="y", labelsize=6.5)

    def dots(self, x: Any, seen: Estimate, theory: Any, index: int = 0, **options: Any) -> Strip:
        """The dots of a series against its theory at the same places."""
        if self.ax is not None:
            theory = np.where(np.asarray(theory) == 0, np.nan, np.asarray(theory, dtype=float))
            style.simulation(
                self.ax, x, seen.mean / theory - 1, seen.se / np.abs(theory), index,
                **{"markersize": 3.2, "capsize": 0, "elinewidth": 0.8} | options,
            )  # fmt: skip
        return self

    def judged(self, rows: pd.DataFrame, x: str | Callable[[pd.DataFrame], Any], index: int = 0) -> Strip:
        """The judged intervals of rows, at a parameter or a function of the rows, on the band of their allowance."""
        if self.ax is not None and len(rows):
            most = float(rows.allowance.max())
            if most > 0:
                self.ax.axhspan(-most, most, color="#dddddd", linewidth=0, zorder=0)
            place = rows[x] if isinstance(x, str) else x(rows)
            self.ax.vlines(place, rows.low, rows.high, color=style.COLOURS[index % 7], alpha=0.4, linewidth=6, zorder=2)
        return self

    def decoy(self, x: Any, wrong: Any, theory: Any) -> Strip:
        """A wrong formula against the theory."""
        if self.ax is not None:
            theory = np.where(np.asarray(theory) == 0, np.nan, np.asarray(theory, dtype=float))
            style.decoy(self.ax, x, np.asarray(wrong, dtype=float) / theory - 1)
        return self

    def says(self, text: str, x: float, y: float) -> Strip:
        """A word in the strip, grey: what a decoy forgets."""
        if self.ax is not None:
            self.ax.annotate(text, (x, y), fontsize=6.5, color=style.GREY, va="center")
        return self


def _percent(value: float, _: int) -> str:
    return "0" if value == 0 else f"{100 * value:+g} %".replace("-", "−")
