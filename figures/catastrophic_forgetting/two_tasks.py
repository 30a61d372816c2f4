"""Two tasks in turn: forgetting and distance against the angle between them."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import theory.catastrophic_forgetting as cf
from claims.catastrophic_forgetting.two_tasks import search_worst, simulate_angles
from figures import style
from figures.results import Picture, Results

STEPS = (2, 6, 20, 100)
ANGLES = np.linspace(0, math.pi / 2, 400)
TICKS = (0.05, 0.15, 0.3, 0.6, 1.0)


def _against_angle(axes: tuple[Axes, Axes], results: Results) -> None:
    forgetting, distance = axes
    for index, steps in enumerate(STEPS):
        style.theory(forgetting, ANGLES, cf.two_task_forgetting(ANGLES[:, None], steps), index, f"$k = {steps}$")
        style.theory(distance, ANGLES[1:], [cf.offline_distance(angle, steps) for angle in ANGLES[1:]], index)
        cells = [{"theta": (t,), "k": steps, "weights": (1.0,)} for t in TICKS]
        samples = [results.sample(simulate_angles, cell, 16) for cell in cells]
        style.simulation(forgetting, TICKS, [s["worst"].mean() for s in samples], None, index)
        style.simulation(distance, TICKS, [s["distance"].mean() for s in samples], None, index)
    ticks = [0, math.pi / 4, math.pi / 2]
    for ax in axes:
        ax.set(xlabel=r"principal angle $\theta$", xticks=ticks, xticklabels=["0", r"$\pi/4$", r"$\pi/2$"])
    # The envelope: sin^2 = 1/k, F = x^(k-1) (1 - x)/2 at x = cos^2, for every real k.
    x = np.cos(ANGLES[4:201]) ** 2
    forgetting.plot(ANGLES[4:201], 0.5 * x ** (x / (1 - x)) * (1 - x), color=style.GREY, linewidth=0.8)
    forgetting.annotate("worst angle", (0.62, 0.155), rotation=0, fontsize=7, color=style.GREY, ha="center")
    forgetting.set(yscale="log", ylim=(3e-4, 0.3), ylabel="forgetting")
    distance.set_ylabel("distance to the offline solution")
    distance.legend(*forgetting.get_legend_handles_labels(), loc="upper right")


def _worst(ax: Axes, results: Results) -> None:
    k = np.arange(2, 40, 2)
    style.theory(ax, k, k * cf.two_task_forgetting_max(k).value, 0, "exact maximum")
    style.theory(ax, k[1:], k[1:] / (2 * math.e * (k[1:] - 1)), 4, r"$1/(2e(k-1))$", linestyle=":")
    style.decoy(ax, k, 0 * k + 1 / (2 * math.e), r"$1/(2ek)$")
    found = results.rows("two-task-angle-worst-case")
    style.simulation(ax, found["k"], found["k"] * found["mean"], None, 0, "found by ascent")
    samples = [results.sample(search_worst, {"k": int(n), "d": 4, "s": 2}, 8)["forgetting"] for n in (6, 14, 30)]
    style.simulation(ax, [6, 14, 30], [n * s.max() for n, s in zip((6, 14, 30), samples, strict=True)], None, 0)
    ax.set(xlabel="steps $k$", ylabel=r"$k\, \max F$", ylim=(0.17, 0.27))
    ax.legend(loc="upper right")


def _draw(results: Results) -> Figure:
    figure, axes = style.new(1, 3, height=2.7)
    _against_angle((axes[0], axes[1]), results)
    _worst(axes[2], results)
    style.panel(axes[0], "a", "forgetting")
    style.panel(axes[1], "b", "not yet learned")
    style.panel(axes[2], "c", "the worst two tasks")
    return figure


FIGURES = (
    Picture(
        "two_tasks",
        "Two tasks learned in turn: intermediate angles forget most, small angles hardly forget and hardly converge",
        ("two-task-angle", "two-task-angle-worst-case", "two-task-angle-bound"),
        _draw,
    ),
)
