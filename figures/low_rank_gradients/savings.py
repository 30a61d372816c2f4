"""What a projected optimiser saves, and how many directions the gradients of a network on digits have."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.low_rank_gradients as theory
from claims.low_rank_gradients.digits import AT
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along

M, N = 64, 128
RANKS = (1, 8, 16, 24, 32, 40, 48, 56, 64)
METHODS = {"full": 1, "projection": 0, "lora": 2}
HELD = {
    method: along("optimiser-memory", 1, "r", RANKS, m=M, n=N, method=method, dtype="float32") for method in METHODS
}
DIGITS = along("digits-gradient-rank", 8, "weight_decay", (0.0, 0.01), at=AT, per_class=20)
RANDOM_RANK = M * N / (M**0.5 + N**0.5) ** 2


def memory(ax: Axes, results: Results) -> None:
    """States of Adam of a 64 x 128 layer against the rank, counted in the arrays."""
    r = np.arange(1, M + 1)
    for method, i in METHODS.items():
        style.theory(ax, r, [theory.optimiser_memory(M, N, int(k), method).states / 1e3 for k in r], i)
        style.simulation(ax, RANKS, results.mean(HELD[method], "states").mean / 1e3, None, i)
    style.mark(ax, theory.break_even_rank(M, N), "saves to here", 0.12, ha="right", xytext=(-3, 0))
    style.name(ax, 2, 2 * M * N / 1e3, "full", 1, xytext=(0, 4))
    style.name(ax, 18, 10, "two factors", 2, xytext=(-38, -6))
    style.name(ax, 30, 8, "projection", 0, xytext=(6, -4))
    ax.set(xlabel="rank $r$", ylabel="states of Adam, thousands", xlim=(0, 66), ylim=(0, None))


def digits(ax: Axes, results: Results) -> None:
    """Stable ranks of both layers' gradients along training, with and without weight decay."""
    for layer, i in (("hidden", 0), ("last", 1)):
        found = results.mean(DIGITS, layer)
        for row, line in enumerate(("-", "--")):
            x = np.add(AT, 1)
            ax.plot(x, found.mean[row], color=style.COLOURS[i], linestyle=line, linewidth=1)
            style.simulation(ax, x, found.mean[row], found.se[row], i)
    style.asymptote(ax, [0.9, 400], [RANDOM_RANK] * 2, 0)
    style.asymptote(ax, [0.9, 400], [1, 1], 3)
    style.name(ax, 1, RANDOM_RANK, "random matrix, 128 x 64", 0, xytext=(0, -10))
    style.name(ax, 1, 1, "bilinear model's end", 3, xytext=(0, 3))
    style.name(ax, 60, 6.6, "last layer", 1, xytext=(0, 2))
    style.name(ax, 1, 3.3, "hidden layer", 0, xytext=(0, -10))
    ax.set(xlabel="step $t + 1$", ylabel="stable rank of the gradient", xscale="log", yscale="log")
    ax.set(xlim=(0.9, 400), ylim=(0.9, 30))
    plain(ax.yaxis, (1, 2, 5, 10, 20))


FIGURES = (
    Picture(
        "savings",
        "States of Adam, counted in the arrays that it holds: a projection saves up to a rank that is known, and "
        "always needs fewer than two factors. On digits the gradients of a 64-128-10 relu network have few directions "
        "from the start (dotted: a random matrix), but the hidden layer's stable rank does not fall further, without "
        "weight decay (solid) or with it (dashed)",
        ("optimiser-memory", "optimiser-memory-break-even", "digits-gradient-rank"),
        (HELD, DIGITS),
        (Panel("a 64 x 128 layer", memory), Panel("a network on digits", digits)),
    ),
)
