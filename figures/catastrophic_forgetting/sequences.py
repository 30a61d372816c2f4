"""Sequences of Gaussian tasks: forgetting through p = n, and what a ridge penalty trades for it."""

from __future__ import annotations

from functools import partial

import numpy as np
from matplotlib.axes import Axes

import theory.catastrophic_forgetting as cf
from claims.catastrophic_forgetting.sequences import teachers
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along

N, T, SIGMA2 = 20, 4, 0.3
SIMILARITIES = (0.0, 0.6, 0.95)
TICKS = (6, 10, 14, 26, 32, 45, 70, 120)
CURVE = tuple(p for p in range(5, 140) if abs(p - N) > 1)
ERRORS = {
    similarity: along("gaussian-task-sequence", 256, "p", TICKS, n=N, T=T, similarity=similarity, sigma2=SIGMA2)
    for similarity in SIMILARITIES
}
FEATURES, LIKE, ASPECTS, RIDGES = 40, 0.3, (0.5, 1.0, 2.0), (0.02, 0.1, 0.3, 1.0, 3.0, 10.0)
RIDGED = {
    aspect: along("ridge-sequence", 256, "z", RIDGES, p=FEATURES, aspect=aspect, T=T, similarity=LIKE, sigma2=SIGMA2)
    for aspect in ASPECTS
}


def through_the_peak(ax: Axes, results: Results, quantity: str = "forgetting") -> None:
    summary = {"forgetting": cf.forgetting, "overall_error": cf.overall_error}[quantity]
    for index, similarity in enumerate(SIMILARITIES):
        for part in ([p for p in CURVE if p < N], [p for p in CURVE if p > N]):
            curve = [summary(cf.gaussian_sequence_errors(teachers(p, T, similarity), N, SIGMA2)) for p in part]
            style.theory(ax, part, curve, index, f"similarity {similarity:g}" if part[0] < N else None)
        style.simulation(ax, TICKS, *results.mean(ERRORS[similarity], quantity), index)
    style.mark(ax, N, "$p = n$")
    ax.set(xscale="log", xlabel=f"parameters $p$ ($n = {N}$)", ylabel=quantity.replace("_", " "))
    if quantity == "forgetting":
        ax.axhline(0, color=style.GREY, linewidth=0.6, zorder=0)
        ax.set_ylim(-0.5, 2.6)
        for index, similarity in enumerate(SIMILARITIES):
            word = "similarity 0" if index == 0 else f"{similarity:g}"
            style.name(ax, 5, (2.0, 0.8, 0.1)[index], word, index)
    else:
        ax.set_ylim(0, 5)


def _penalties(ax: Axes, results: Results) -> None:
    p, similarity, curve = FEATURES, LIKE, np.geomspace(0.01, 30, 120)
    for index, aspect in enumerate(ASPECTS):
        n = round(aspect * p)
        tables = [cf.ridge_sequence_errors(teachers(p, T, similarity), n, SIGMA2, z * n) for z in curve]
        first, last = np.asarray([(A[-1, 0] - A[1, 0], A[-1, -1]) for A in tables]).T
        style.theory(ax, last, first, index, f"$n = {n}$")
        best = int(np.argmin([cf.overall_error(A) for A in tables]))
        ax.plot(last[best], first[best], marker="*", markersize=9, color=style.COLOURS[index], zorder=4)
        style.simulation(ax, results.mean(RIDGED[aspect], "last").mean, *results.mean(RIDGED[aspect], "first"), index)
    ax.axhline(0, color=style.GREY, linewidth=0.6, zorder=0)
    ax.set(xlabel="error on the last task", ylabel="forgetting of task 1")
    ax.set_ylim(-0.2, 2.1)
    ax.legend(loc="upper right", title=f"$p = {p}$; star: least overall error", title_fontsize=7)


FIGURES = (
    Picture(
        "sequences",
        "Four Gaussian tasks in a row: forgetting and error through p = n, and with a ridge on the change of weights",
        ("gaussian-task-sequence", "ridge-sequence"),
        (ERRORS, RIDGED),
        (
            Panel("forgetting stays finite", through_the_peak),
            Panel("the error does not", partial(through_the_peak, quantity="overall_error")),
            Panel("what a ridge trades", _penalties),
        ),
    ),
)
