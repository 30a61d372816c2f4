"""Replay: what it does to the training loss of the old task and to the task."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import theory.catastrophic_forgetting as cf
from claims.catastrophic_forgetting.replay import no_interference, proportional, simulate_replay
from figures import style
from figures.points import measured
from figures.results import Picture, Results

P, N1, N2 = 40, 30, 15
SHIFTS = (0.0, 0.25, 1.0, 4.0)
TICKS = (0, 4, 8, 12, 16)
CURVE = np.arange(0, 23)


def _draw(results: Results) -> Figure:
    figure, axes = style.new(1, 2, height=2.8)
    population, training = axes
    for index, shift in enumerate(SHIFTS):
        label = rf"$\|\Delta\|^2 = {shift:g}$"
        style.theory(population, CURVE, cf.replay_population_error(P, N1, N2, CURVE, 1.0, shift), index, label)
        style.theory(training, CURVE, cf.replay_train_loss(P, N1, N2, CURVE, 1.0, 0.0, shift), index, label)
        cells = [{"p": P, "n1": N1, "n2": N2, "m": m, "cross": 0.0, "delta_norm2": shift} for m in TICKS]
        dots = measured(results, simulate_replay, cells, 2048, "population_error", "train_loss")
        style.simulation(population, TICKS, *dots["population_error"], index)
        style.simulation(training, TICKS, *dots["train_loss"], index)
    _decoys(population, training)
    population.set(ylabel="population error on task 1", yscale="log", ylim=(0.05, 20))
    training.set(ylabel="training loss on task 1", yscale="log", ylim=(0.01, 10))
    for ax in axes:
        style.mark(ax, P - N2 - 2, "")
        ax.set(xlabel=f"rows replayed $m$ of {N1} ($p = {P}$, $n_2 = {N2}$)", xlim=(-0.7, P - N2 - 1.5))
    population.legend(loc="upper left")
    style.panel(population, "a", "replay harms dissimilar tasks")
    style.panel(training, "b", "and can raise their loss")
    return figure


def _decoys(population: Axes, training: Axes) -> None:
    cells = [(P, N1, N2, int(m), 0.0, SHIFTS[-1]) for m in CURVE]
    style.decoy(population, CURVE, [no_interference(*cell)["population_error"] for cell in cells])
    style.decoy(training, CURVE, [proportional(*cell)["train_loss"] for cell in cells])


FIGURES = (Picture("replay", "Replaying rows of task 1 while task 2 is learned", ("replay",), _draw),)
