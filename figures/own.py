"""A figure of a claim of one's own, from the table that `verify` returns."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from figures import style
from figures.results import Estimate, Results
from figures.strip import Strip


def plot(table: pd.DataFrame, claim: str | None = None, x: str | None = None) -> Figure:
    """Each quantity of a claim against the parameter that varies most, with the strip of relative differences.

    Parameters: `table` as `lab.verify` returns it; `claim` its slug (default: the first in the table); `x` the
    parameter on the axis (default: the one with most values). Other parameters that vary part the dots into series.

    Raises ValueError if the table holds no such claim, or no parameter of that name.

    >>> from claims import load_claims
    >>> from lab import verify
    >>> figure = plot(verify(load_claims("double_descent")[:1], jobs=1))
    >>> [ax.get_title(loc="left") for ax in figure.axes][:2]
    ['bias', 'variance']
    """
    known = list(table.claim.unique())
    claim = known[0] if claim is None and known else claim
    if claim not in known:
        raise ValueError(f"claim = {claim!r}: must be one of the table's: {', '.join(known)}")
    own = table[(table.claim == claim) & table.decoy.isna()]
    cells = pd.DataFrame([json.loads(text) for text in own.cell], index=own.index)
    varied = [name for name in cells if cells[name].map(repr).nunique() > 1]
    numeric = [name for name in cells if pd.api.types.is_numeric_dtype(cells[name])]
    ranked = sorted(numeric, key=lambda name: -cells[name].nunique())
    if x is None and not ranked:
        raise ValueError(f"x = None: no cell of {claim} has a numeric parameter to draw it against")
    x = ranked[0] if x is None else x
    if x not in cells:
        raise ValueError(f"x = {x!r}: must be one of {', '.join(map(str, cells))}")
    quantities = list(own.quantity.unique())
    columns = min(3, len(quantities))
    rows = -(-len(quantities) // columns)
    width = min(style.PAGE, style.COLUMN * columns)
    figure, axes = style.new(rows, columns, width=width, height=3.0, squeeze=False)
    others = [name for name in varied if name != x]
    for ax, quantity in zip(axes.flat, quantities, strict=False):
        own_rows = own[own.quantity == quantity].assign(**{x: cells[x]})
        _panel(ax, own_rows, x, cells.loc[own_rows.index, others], quantity)
    for ax in axes.flat[len(quantities) :]:
        ax.set_axis_off()
    handles, labels = axes.flat[0].get_legend_handles_labels()
    if labels:
        figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


def _panel(ax: Any, rows: pd.DataFrame, x: str, others: pd.DataFrame, quantity: str) -> None:
    """One quantity: theory joined by lines, dots, and the judged intervals below."""
    style.panel(ax, "", quantity)
    words = others.apply(lambda row: ", ".join(f"{name} = {value}" for name, value in row.items()), axis=1)
    series = [(None, rows)] if others.empty or not len(others.columns) else list(rows.groupby(words, sort=False))
    positive = bool((rows[x] > 0).all() and rows[x].max() > 20 * rows[x].min())
    ax.set(xlabel=x, xscale="log" if positive else "linear")
    reach = float(np.nanmax(np.abs([rows.low, rows.high])))
    strip = Strip(ax, Results("own", rows), _nice(1.2 * reach) if 0 < reach < np.inf else 0.05)
    for index, (word, part) in enumerate(series):
        part = part.sort_values(x)
        style.theory(ax, part[x], part.theory, index, word and str(word))
        style.simulation(ax, part[x], part["mean"], part.se, index)
        strip.judged(part, x, index).dots(part[x], Estimate(*part[["mean", "se"]].to_numpy().T), part.theory, index)


def _nice(reach: float) -> float:
    """The next of 1, 2, 5, 10, ... above."""
    power = 10.0 ** math.floor(math.log10(reach))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= reach)
