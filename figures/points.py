"""Simulated points of a curve: one cell each, with mean and standard error."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter

from figures.results import Results

Cells = Iterable[dict[str, Any]]


def measured(
    results: Results, simulate: Callable[..., Any], cells: Cells, trials: int, *names: str
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Mean and standard error at each cell of several quantities of one simulation."""
    samples = [results.sample(simulate, cell, trials) for cell in cells]
    return {name: _summary([sample[name] for sample in samples]) for name in names}


def points(
    results: Results, simulate: Callable[..., Any], cells: Cells, trials: int, quantity: str
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard error of one simulated quantity at each cell."""
    return measured(results, simulate, cells, trials, quantity)[quantity]


def _summary(samples: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    errors = [sample.std(axis=0, ddof=1) / np.sqrt(len(sample)) for sample in samples]
    return np.asarray([sample.mean(axis=0) for sample in samples]), np.asarray(errors)


def spaced(low: float, high: float, count: int) -> np.ndarray:
    """Distinct integers, evenly spaced on a logarithmic scale."""
    return np.unique(np.round(np.geomspace(low, high, count)).astype(int))


def plain(axis: Axis, ticks: Iterable[float]) -> None:
    """Plain numbers at these ticks of a logarithmic axis."""
    axis.set_major_locator(FixedLocator(list(ticks)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())
