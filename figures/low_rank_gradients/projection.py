"""What training in a subspace reaches, and how good a random sketch is at finding one."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.low_rank_gradients as theory
from claims.low_rank_gradients.range_finder import sketched
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along, cells

S, R, T, ETA, CYCLES = (5.0, 4.0, 3.0, 2.0, 1.5, 1.0, 0.5, 0.2), 2, 6, 0.2, 10
M = len(S)
LOSS0 = 0.5 * sum(s * s for s in S)
TOP = cells("projected-training-refreshed", 8, {"s": S, "r": R, "T": T, "eta": ETA, "cycles": CYCLES})
RANDOM = cells("projected-training-random", 512, {"loss0": 1.0, "m": M, "r": R, "T": T, "eta": ETA, "cycles": CYCLES})
LENGTHS = (2, 6, 12, 24, 42, 60)
FIXED = along("projected-training-random", 512, "T", LENGTHS, loss0=1.0, m=M, r=R, eta=ETA, cycles=1)


def losses(ax: Axes, results: Results) -> None:
    """Loss over its start against steps: full, fixed, refreshed at random, refreshed to the top."""
    steps, t = T * np.arange(CYCLES + 1), np.arange(T * CYCLES + 1)
    style.theory(ax, t, (1 - ETA) ** (2 * t), 3)
    style.theory(ax, steps, theory.refreshed_loss(S, R, T, ETA, CYCLES) / LOSS0, 0)
    style.simulation(ax, steps, results.mean(TOP, "value").mean / LOSS0, None, 0)
    style.theory(ax, steps, theory.random_refresh_loss(1.0, M, R, T, ETA, CYCLES), 1)
    style.simulation(ax, steps, *results.mean(RANDOM, "value"), 1)
    style.theory(ax, t, [theory.random_refresh_loss(1.0, M, R, max(int(k), 1), ETA, 1)[int(k > 0)] for k in t], 2)
    style.simulation(ax, LENGTHS, *results.mean(FIXED, lambda sample: sample["value"][:, 1]), 2)
    style.name(ax, 26, 1.0, "fixed", 2, xytext=(0, -1))
    style.name(ax, 34, 0.3, "fresh at random", 1, xytext=(0, 0))
    style.name(ax, 33, 0.018, "leading, refreshed", 0, xytext=(0, 0))
    style.name(ax, 10, 0.004, "full", 3, xytext=(0, 0), ha="right")
    ax.set(xlabel="step", ylabel="loss over its start", yscale="log", xlim=(-1, 61), ylim=(6e-4, 1.6))


PS = (10, 12, 16, 24, 32)
K, SIZE = 5, 60
SHAPES = ("polynomial", "exponential", "spiked")
SKETCHES = {shape: along("randomized-range-finder", 256, "p", PS, shape=shape, N=SIZE, k=K) for shape in SHAPES}


def sketches(ax: Axes, results: Results) -> None:
    """Mean squared error over its bound against p."""
    for i, shape in enumerate(SHAPES):
        over = [theory.range_finder_bound(sketched(shape=shape, N=SIZE, k=K, p=p)["s"], K, p, "F2") for p in PS]
        found = results.mean(SKETCHES[shape], "F2").over(np.asarray(over))
        ax.plot(PS, found.mean, color=style.COLOURS[i], linewidth=0.8)
        style.simulation(ax, PS, *found, i)
    p = np.linspace(PS[0], PS[-1], 50)
    style.theory(ax, p, (SIZE - K - p) / (SIZE - K), 2)
    style.asymptote(ax, [9, 34], [1, 1], 3)
    style.name(ax, 20, 1.0, "bound", 3, xytext=(0, 3))
    style.name(ax, 20, 0.66, "spikes on a flat tail", 2, xytext=(0, 0))
    style.name(ax, 12, 0.33, "$1/j$", 0, xytext=(0, 0))
    style.name(ax, 14, 0.04, "$0.7^j$", 1, xytext=(0, 3))
    ax.set(xlabel="columns $p$ beyond $k = 5$", ylabel="squared error over its bound", xlim=(9, 34), ylim=(0, 1.15))
    plain(ax.xaxis, PS)


FIGURES = (
    Picture(
        "projection",
        "A fixed subspace of two directions in eight ends at a floor; with a fresh random one the loss falls "
        "geometrically in the mean, with the leading one and its refreshes faster. A Gaussian sketch stays below its "
        "bound; where spikes stand on a flat tail its share of the bound is known exactly",
        ("projected-training-random", "projected-training-refreshed", "randomized-range-finder"),
        (TOP, RANDOM, FIXED, SKETCHES),
        (Panel("training in 2 of 8 directions", losses), Panel("finding directions by a sketch", sketches)),
    ),
)
