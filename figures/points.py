"""Where dots and ticks stand on an axis."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter


def spaced(low: float, high: float, count: int) -> np.ndarray:
    """Distinct integers, evenly spaced on a logarithmic scale."""
    return np.unique(np.round(np.geomspace(low, high, count)).astype(int))


def plain(axis: Axis, ticks: Iterable[float]) -> None:
    """Plain numbers at these ticks of a logarithmic axis."""
    axis.set_major_locator(FixedLocator(list(ticks)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())
