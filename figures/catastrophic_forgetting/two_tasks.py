"""Two tasks in turn: forgetting and distance against the angle between them."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes

import theory.catastrophic_forgetting as cf
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along

STEPS = (2, 6, 20, 100)
ANGLES = np.linspace(0, math.pi / 2, 400)
TICKS = (0.05, 0.15, 0.3, 0.6, 1.0)


EXACT = {k: along("two-task-angle", 16, "theta", [(t,) for t in TICKS], k=k, weights=(1.0,)) for k in STEPS}
COUNTS = (6, 14, 30)
SEARCHED = along("two-task-angle-worst-case", 8, "k", COUNTS, d=4, s=2)


def _angles(ax: Axes) -> None:
    ticks = [0, math.pi / 4, math.pi / 2]
    ax.set(xlabel=r"principal angle $\theta$", xticks=ticks, xticklabels=["0", r"$\pi/4$", r"$\pi/2$"])


def _forgetting(ax: Axes, results: Results) -> None:
    for index, steps in enumerate(STEPS):
        style.theory(ax, ANGLES, cf.two_task_forgetting(ANGLES[:, None], steps), index)
        style.simulation(ax, TICKS, results.mean(EXACT[steps], "worst").mean, None, index)
    # The envelope: sin^2 = 1/k, F = x^(k-1) (1 - x)/2 at x = cos^2, for every real k.
    x = np.cos(ANGLES[4:201]) ** 2
    ax.plot(ANGLES[4:201], 0.5 * x ** (x / (1 - x)) * (1 - x), color=style.GREY, linewidth=0.8)
    ax.annotate("worst angle", (0.62, 0.155), rotation=0, fontsize=7, color=style.GREY, ha="center")
    _angles(ax)
    ax.set(yscale="log", ylim=(3e-4, 0.3), ylabel="forgetting")


def _distance(ax: Axes, results: Results) -> None:
    for index, steps in enumerate(STEPS):
        line = [cf.offline_distance(angle, steps) for angle in ANGLES[1:]]
        style.theory(ax, ANGLES[1:], line, index, f"$k = {steps}$")
        style.simulation(ax, TICKS, results.mean(EXACT[steps], "distance").mean, None, index)
    _angles(ax)
    ax.set_ylabel("distance to the offline solution")
    style.legend(ax, loc="upper right")


def _worst(ax: Axes, results: Results) -> None:
    k = np.arange(2, 40, 2)
    style.theory(ax, k, k * cf.two_task_forgetting_max(k).value, 0, "exact maximum")
    style.theory(ax, k[1:], k[1:] / (2 * math.e * (k[1:] - 1)), 4, r"$1/(2e(k-1))$", linestyle=":")
    style.decoy(ax, k, 0 * k + 1 / (2 * math.e), r"$1/(2ek)$")
    found = results.rows("two-task-angle-worst-case")
    style.simulation(ax, found["k"], found["k"] * found["mean"], None, 0, "found by ascent")
    most = [n * s["forgetting"].max() for n, s in zip(COUNTS, results.samples(SEARCHED), strict=True)]
    style.simulation(ax, COUNTS, most, None, 0)
    ax.set(xlabel="steps $k$", ylabel=r"$k\, \max F$", ylim=(0.17, 0.27))
    ax.legend(loc="upper right")


FIGURES = (
    Picture(
        "two_tasks",
        "Two tasks learned in turn: intermediate angles forget most, small angles hardly forget and hardly converge",
        ("two-task-angle", "two-task-angle-worst-case", "two-task-angle-bound"),
        (EXACT, SEARCHED),
        (Panel("forgetting", _forgetting), Panel("not yet learned", _distance), Panel("the worst two tasks", _worst)),
    ),
)
