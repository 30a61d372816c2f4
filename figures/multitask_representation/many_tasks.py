"""From source tasks to the target's risk, and where the leading order of the noise ends."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

import theory.multitask_representation as mt
from claims.multitask_representation.shown import end_to_end
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain, spaced
from figures.results import Results, along, cells
from figures.strip import Strip

D, N1, N2, SIGMA2 = 40, 4, 20, 1.0
SIGNALS, COORDINATES = (1.0, 0.35), (0.8, 0.8)
TASKS = np.asarray([3, 6, 10, 16, 30, 60, 110, 200, 400])


def cell(T: int) -> dict[str, Any]:
    """Two shared directions of unequal strength, n1 samples a source task."""
    s = tuple(float(np.sqrt(signal * T)) for signal in SIGNALS)
    return {"theta_coords": COORDINATES, "s": s, "tau2": SIGMA2 / N1, "d": D, "T": int(T)}


RISKS = cells(end_to_end, 160, *({**cell(int(T)), "n2": N2, "sigma2": SIGMA2} for T in TASKS))
SMALLEST = np.asarray([0.03, 0.06, 0.1, 0.2, 0.4])
STARVED = along("active-allocation-starved", 4096, "smallest", SMALLEST)


def risk(T: int) -> float:
    """The limit of the learned representation's risk."""
    return float(mt.transfer_risk(mt.representation_error(**cell(T)), len(SIGNALS), N2, SIGMA2))


def more_tasks(ax: Axes, results: Results) -> None:
    """The target's risk against the number of source tasks."""
    T = spaced(2, 500, 200)
    line = np.asarray([risk(int(t)) for t in T])
    style.theory(ax, T, line, 1)
    style.asymptote(ax, T, np.full(T.size, mt.transfer_risk(0.0, len(SIGNALS), N2, SIGMA2)), 2)
    square = sum(a * a for a in COORDINATES)
    ax.axhline(float(mt.scratch_risk(D, N2, SIGMA2, square)), color=style.COLOURS[0], linewidth=1.2)
    for signal, word, y in zip(SIGNALS, ("1st", "2nd"), (0.35, 0.8), strict=True):
        style.mark(ax, D * (SIGMA2 / (N1 * signal)) ** 2, f"{word} direction\nseen from here", y=y)
    seen = results.mean(RISKS, "risk")
    style.simulation(ax, TASKS, *seen, 1)
    style.name(ax, 480, 1.72, "from scratch", 0, ha="right", xytext=(0, 0))
    style.name(ax, 60, 0.72, "learned", 1, xytext=(0, 0))
    style.name(ax, 2.8, 0.15, "oracle", 2, xytext=(0, 0))
    ax.set(xscale="log", xlabel="source tasks $T$", ylabel="risk on the target", ylim=(0, 1.95))
    plain(ax.xaxis, (3, 10, 30, 100, 300))
    Strip(ax, results, 0.15).dots(TASKS, seen, [risk(int(t)) for t in TASKS], 1)


def starved(ax: Axes, results: Results) -> None:
    """What the nu^2 split leaves out, over its leading order, against the samples of its poorest source."""
    poorest = 9e4 * SMALLEST**2 / (1.49 + SMALLEST**2) / 60
    formula = np.asarray([57 * 3 * (1.49 + e**2) / 9e4 for e in SMALLEST])
    style.asymptote(ax, [0.7, 250], [1, 1], 0)
    style.simulation(ax, poorest, *results.mean(STARVED, "value").over(formula), 0)
    style.name(ax, 0.8, 1.005, "leading order", 0, xytext=(0, 0))
    ax.set(xscale="log", ylim=(0.8, 1.05), ylabel="left out / leading order")
    ax.set_xlabel("samples of the poorest source per dimension")
    plain(ax.xaxis, (1, 10, 100))


FIGURES = (
    Picture(
        "many_tasks",
        f"Risk on the target against the number of source tasks ($d = {D}$, {N1} samples a task, {N2} of the target); "
        "and the split by $\\nu^2$ beyond the leading order",
        ("subspace-bbp-end-to-end", "subspace-bbp-rate", "active-allocation-starved"),
        (RISKS, STARVED),
        (Panel("more source tasks", more_tasks), Panel("starved sources", starved)),
        height=3.1,
    ),
)
