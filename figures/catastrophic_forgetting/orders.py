"""Random against cyclic order, with exact curves, bounds, and what ascent finds."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import theory.catastrophic_forgetting as cf
from claims.catastrophic_forgetting.cyclic import search
from claims.catastrophic_forgetting.orderings import collection, simulate_random_order
from figures import style
from figures.points import measured
from figures.results import Picture, Results

D, T, R = 6, 5, 2
TICKS = (2, 4, 8, 16, 30)
COUNTS = (4, 10, 30)


def _cyclic_loss(k: int) -> Any:
    """Loss after every step of the same tasks in cyclic order."""
    P, w = collection(D, T, R)
    losses = []
    e = -w
    for t in range(k):
        e = P[t % T] @ e
        losses.append(np.mean([e @ e - e @ Pm @ e for Pm in P]))
    return losses


def _random(ax: Axes, results: Results) -> None:
    P, w = collection(D, T, R)
    k = np.arange(2, 41)
    style.theory(ax, k, cf.random_order_loss(P, w, 40).loss[2:], 0, "loss, random")
    style.theory(ax, k, [cf.random_order_loss(P, w, int(n)).forgetting_k for n in k], 1, "forgetting, random")
    style.theory(ax, k, _cyclic_loss(40)[1:], 2, "loss, cyclic", linestyle="--")
    cells = [{"d": D, "T": T, "r": R, "k": n} for n in TICKS]
    dots = measured(results, simulate_random_order, cells, 16384, "loss", "forgetting")
    style.simulation(ax, TICKS, *dots["loss"], 0)
    style.simulation(ax, TICKS, *dots["forgetting"], 1)
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
        if tasks <= 10:
            ticks = (1, 2, 4, 10)
            samples = [results.sample(search, {"T": tasks, "n": n, "d": 2, "s": 1}, 4)["forgetting"] for n in ticks]
            found = [s.max() * n / tasks for s, n in zip(samples, ticks, strict=True)]
            style.simulation(ax, np.asarray(ticks) / tasks, found, None, index)
    ax.axhline(0.5, color=style.COLOURS[4], linewidth=1.4, linestyle=":")
    ax.annotate("upper bound $T^2/(2k)$", (0.98, 0.5), xycoords=("axes fraction", "data"), ha="right", va="bottom",
                fontsize=7)  # fmt: skip
    ax.set(xscale="log", yscale="log", xlabel="$k/T^2$", ylabel="$k F/T^2$", ylim=(1e-3, 1))
    ax.legend(loc="lower left", title="out and back; dashed: fan", title_fontsize=7)


def _draw(results: Results) -> Figure:
    figure, (left, right) = style.new(1, 2, height=3.0)
    _random(left, results)
    _cyclic(right, results)
    style.panel(left, "a", f"{T} tasks of rank {R} in $R^{D}$")
    style.panel(right, "b", "worst cyclic orders")
    return figure


FIGURES = (
    Picture(
        "orders",
        "Random and cyclic orders of tasks; in (b) dots are the worst lines that ascent finds",
        (
            "random-ordering", "random-ordering-bound", "random-ordering-bound-attained",
            "random-ordering-forgetting-bound", "cyclic-fan", "cyclic-fan-upper-bound", "cyclic-fan-lower-bound",
        ),
        _draw,
    ),
)  # fmt: skip
