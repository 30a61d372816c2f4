"""Replay: what it does to the training loss of the old task and to the task."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.catastrophic_forgetting as cf
from claims.catastrophic_forgetting.replay import no_interference, proportional
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along

P, N1, N2 = 40, 30, 15
SHIFTS = (0.0, 0.25, 1.0, 4.0)
TICKS = (0, 4, 8, 12, 16)
CURVE = np.arange(0, 23)


DOTS = {shift: along("replay", 2048, "m", TICKS, p=P, n1=N1, n2=N2, cross=0.0, delta_norm2=shift) for shift in SHIFTS}


def _axes(ax: Axes) -> None:
    style.mark(ax, P - N2 - 2, "")
    ax.set(xlabel=f"rows replayed $m$ of {N1} ($p = {P}$, $n_2 = {N2}$)", xlim=(-0.7, P - N2 - 1.5), yscale="log")


def population(ax: Axes, results: Results) -> None:
    """Error on new rows of the old task."""
    for index, shift in enumerate(SHIFTS):
        curve = cf.replay_population_error(P, N1, N2, CURVE, 1.0, shift)
        style.theory(ax, CURVE, curve, index, rf"$\|\Delta\|^2 = {shift:g}$")
        style.simulation(ax, TICKS, *results.mean(DOTS[shift], "population_error"), index)
    wrong = [no_interference(P, N1, N2, int(m), 0.0, SHIFTS[-1])["population_error"] for m in CURVE]
    style.decoy(ax, CURVE, wrong)
    _axes(ax)
    ax.set(ylabel="population error on task 1", ylim=(0.05, 20))
    style.legend(ax, loc="upper left")


def training(ax: Axes, results: Results) -> None:
    """Training loss of the old task."""
    for index, shift in enumerate(SHIFTS):
        style.theory(ax, CURVE, cf.replay_train_loss(P, N1, N2, CURVE, 1.0, 0.0, shift), index)
        style.simulation(ax, TICKS, *results.mean(DOTS[shift], "train_loss"), index)
    wrong = [proportional(P, N1, N2, int(m), 0.0, SHIFTS[-1])["train_loss"] for m in CURVE]
    style.decoy(ax, CURVE, wrong)
    _axes(ax)
    ax.set(ylabel="training loss on task 1", ylim=(0.01, 10))


FIGURES = (
    Picture(
        "replay",
        "Replaying rows of task 1 while task 2 is learned",
        ("replay",),
        DOTS,
        (Panel("replay harms dissimilar tasks", population), Panel("and can raise their loss", training)),
        height=2.8,
    ),
)
