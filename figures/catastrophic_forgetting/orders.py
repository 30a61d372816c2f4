"""Random against cyclic order, with exact curves, bounds, and what ascent finds."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

import theory.catastrophic_forgetting as cf
from claims.catastrophic_forgetting.orderings import collection
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along

D, T, R = 6, 5, 2
TASKS = collection(d=D, T=T, r=R, k=1)
TICKS = (2, 4, 8, 16, 30)
COUNTS, PASSES = (4, 10, 30), (1, 2, 4, 10)
RANDOM = along("random-ordering", 16384, "k", TICKS, d=D, T=T, r=R)
SEARCHED = {
    tasks: along("cyclic-fan-upper-bound", 4, "n", PASSES, T=tasks, d=2, s=1) for tasks in COUNTS if tasks <= 10
}


def _cyclic_loss(k: int) -> Any:
    """Loss after every step of the same tasks in cyclic order."""
    P, w = TASKS["P"], np.asarray(TASKS["w_star"])
    losses = []
    e = -w
    for t in range(k):
        e = P[t % T] @ e
        losses.append(np.mean([e @ e - e @ Pm @ e for Pm in P]))
    return losses


def _random(ax: Axes, results: Results) -> None:
    P, w = TASKS["P"], TASKS["w_star"]
    k = np.arange(2, 41)
    style.theory(ax, k, cf.random_order_loss(P, w, 40).loss[2:], 0, "loss, random")
    style.theory(ax, k, [cf.random_order_loss(P, w, int(n)).forgetting_k for n in k], 1, "forgetting, random")
    style.theory(ax, k, _cyclic_loss(40)[1:], 2, "loss, cyclic", linestyle="--")
    style.simulation(ax, TICKS, *results.mean(RANDOM, "loss"), 0)
    style.simulation(ax, TICKS, *results.mean(RANDOM, "forgetting"), 1)
    style.theory(ax, k, cf.random_order_bound(D, R, k), 3, "sharp bound")
    style.theory(ax, k, 9 * (D - R) / k, 4, "$9(d - r)/k$", linestyle=":")
    ax.set(xscale="log", yscale="log", xlabel="steps $k$", ylabel="loss, forgetting", ylim=(1e-6, 1e2))
    ax.set_xticks((2, 5, 10, 20, 40), (2, 5, 10, 20, 40))  # type: ignore[arg-type]
    ax.minorticks_off()
    ax.legend(loc="lower left")


def _cyclic(ax: Axes, results: Results) -> None:
    for index, tasks in enumerate(COUNTS):
        passes = np.unique(np.geomspace(1, 12 * tasks, 24).astype(int))
        k = passes * tasks
        style.theory(ax, k / tasks**2, [cf.zigzag_worst(tasks, n) * n / tasks for n in passes], index, f"$T = {tasks}$")
        style.theory(ax, k / tasks**2, [cf.fan_worst(tasks, n) * n / tasks for n in passes], index, linestyle="--")
        if tasks in SEARCHED:
            samples = results.samples(SEARCHED[tasks])
            found = [s["forgetting"].max() * n / tasks for s, n in zip(samples, PASSES, strict=True)]
            style.simulation(ax, np.asarray(PASSES) / tasks, found, None, index)
    ax.axhline(0.5, color=style.COLOURS[4], linewidth=1.4, linestyle=":")
    ax.annotate("upper bound $T^2/(2k)$", (0.98, 0.5), xycoords=("axes fraction", "data"), ha="right", va="bottom",
                fontsize=7)  # fmt: skip
    ax.set(xscale="log", yscale="log", xlabel="$k/T^2$", ylabel="$k F/T^2$", ylim=(1e-3, 1))
    ax.legend(loc="upper right", bbox_to_anchor=(1.0, 0.86), title="out and back; dashed: fan", title_fontsize=7)


FIGURES = (
    Picture(
        "orders",
        "Random and cyclic orders of tasks; in (b) dots are the worst lines that ascent finds",
        (
            "random-ordering", "random-ordering-bound", "random-ordering-bound-attained",
            "random-ordering-universal-bound", "two-lines-random", "random-ordering-forgetting-bound", "cyclic-fan",
            "cyclic-fan-upper-bound", "there-and-back", "there-and-back-published-bound", "cyclic-sine",
            "cyclic-sine-limit", "cyclic-sine-worst", "cyclic-rotating-planes", "cyclic-rotating-planes-limit",
        ),
        (RANDOM, SEARCHED),
        (Panel(f"{T} tasks of rank {R} in $R^{D}$", _random), Panel("worst cyclic orders", _cyclic)),
        height=3.0,
    ),
)  # fmt: skip
