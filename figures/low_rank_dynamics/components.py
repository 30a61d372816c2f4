"""Components of the target are learnt one after the other, at depths 2, 3 and 4."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes

import theory.low_rank_dynamics as theory
from figures import style
from figures.picture import Panel, Picture
from figures.results import Cells, Results, cells

S, ETA = (3.0, 2.0, 1.0), 0.01
EPS = {2: 0.05, 3: 0.15, 4: 0.25}
END = {2: 4.5, 3: 8.0, 4: 12.0}


def _declared(L: int) -> Cells:
    steps = round(END[L] / ETA)
    at = tuple(range(0, steps + 1, steps // 30))
    return cells("incremental-learning", 1, {"s": S, "eps": EPS[L], "L": L, "eta": ETA, "steps": steps, "at": at})


STAIRS = {L: _declared(L) for L in EPS}


def staircase(ax: Axes, results: Results, L: int) -> None:
    """Strengths against time, half times as ticks."""
    declared = STAIRS[L]
    (cell,) = declared.cells
    found = results.samples(declared)[0]["u"][0]
    path = theory.component_recursion(S, EPS[L], L, ETA, cell["steps"])
    halves = theory.half_time(S, EPS[L], L)
    for i, s in enumerate(S):
        style.theory(ax, ETA * np.arange(len(path)), path[:, i], i)
        style.simulation(ax, ETA * np.asarray(cell["at"]), found[:, i], None, i)
        ax.plot([halves[i]] * 2, [0, s / 2], color=style.COLOURS[i], linestyle=":", linewidth=1)
        ax.plot(halves[i], s / 2, marker="_", color=style.COLOURS[i], markersize=10)
        style.name(ax, 0.94 * END[L], s + 0.08, f"$s_{i + 1} = {s:g}$", i, ha="right")
    ax.set(xlabel=r"time $\eta t$", ylabel="strength $u_i$", xlim=(0, END[L]), ylim=(0, 3.4))


def _panel(L: int) -> Callable[[Axes, Results], None]:
    return functools.partial(staircase, L=L)


FIGURES = (
    Picture(
        "components",
        "The singular components of a target are learnt in the order of their size, each at its predicted half time "
        "(dotted); the deeper the network, the longer the waits and the sharper the steps",
        ("incremental-learning", "incremental-learning-half-time"),
        (STAIRS,),
        tuple(Panel(f"depth {L}, $\\epsilon = {EPS[L]:g}$", _panel(L)) for L in EPS),
    ),
)
