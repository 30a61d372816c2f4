"""A picture: its panels, the claims it shows, the cells it needs; and how it is laid out at a width."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures import style
from figures.results import Results, flat
from lab.run.sampling import Need

LETTERS = "abcdefghij"


@dataclass(frozen=True)
class Panel:
    """One panel: its title and what fills its axes."""

    title: str
    draw: Callable[[Axes, Results], None]


@dataclass(frozen=True)
class Picture:
    """One figure of a topic.

    `name` is its file's; `title` its caption; `claims` the slugs it shows (those of its topic); `cells` all that it
    draws simulated dots from, in any nest of tuples and dictionaries of `figures.results.Cells`; `panels` what fills
    it. `layout` names the places of the panels by letter, rows parted by semicolons ("aa;bc"; default: one row);
    `height` is that of a row and `width` that of the whole, in inches; `ratios` are relative widths of columns.
    """

    name: str
    title: str
    claims: tuple[str, ...]
    cells: Any
    panels: tuple[Panel, ...]
    layout: str | None = None
    height: float = 2.7
    width: float = style.PAGE
    ratios: tuple[float, ...] | None = None

    @property
    def letters(self) -> str:
        """The letters of its panels."""
        return LETTERS[: len(self.panels)]

    def needs(self) -> list[Need]:
        """What the lab must have run before the picture is drawn."""
        return [need for declared in flat(self.cells) for need in declared.needs()]

    def names(self) -> list[tuple[str, str]]:
        """What the needs are called, in their order."""
        return [name for declared in flat(self.cells) for name in declared.names()]

    def figure(self, results: Results, panel: str | None = None, width: str | None = None) -> Figure:
        """Draw the picture, or one panel of it, at its own width or that of a "column" or "page"."""
        letters = self.letters
        if panel is not None and panel not in letters:
            raise ValueError(f"panel = {panel!r}: must be one of {', '.join(letters)} in picture {self.name!r}")
        layout, size, ratios = self.layout or letters, self.width, self.ratios
        if panel is not None:
            layout, size, ratios = panel, style.COLUMN, None
        elif width == "column":
            layout, ratios = ";".join(letters), None
        size = {"column": style.COLUMN, "page": style.PAGE, None: size}[width]
        figure, axes = style.mosaic(layout, size, self.height, ratios)
        for letter, one in zip(letters, self.panels, strict=True):
            if letter in axes:
                alone = len(axes) == 1
                style.panel(axes[letter], "" if alone else letter, one.title)
                one.draw(axes[letter], results)
        return figure
