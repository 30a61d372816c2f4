"""The ways to collapse: the central path on logarithmic axes, logistic modes, and the pace that weight decay sets."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import sims.neural_collapse as sims
import theory.neural_collapse as theory
from figures import style
from figures.results import Picture, Results

OMEGA0, C, N_CLASS = (2.467, 1.377, 0.3), 4, 8


def central(ax: Axes, results: Results) -> None:
    t = np.geomspace(1, 1e5, 200)
    ticks = tuple(float(x) for x in np.geomspace(3, 1e5, 8))
    for index, flow in enumerate(("projected", "renormalised")):
        curves = theory.central_path_omega(OMEGA0, t, C, N_CLASS, flow=flow)
        cell: dict[str, Any] = {"omega0": OMEGA0, "t": ticks, "C": C, "n": N_CLASS, "flow": flow, "d": 10, "steps": 16}
        omega = results.sample(sims.central_path_omega, cell, 1)["omega"][0]
        for j in range(C - 1):
            style.theory(ax, t, curves[j], index, flow if j == 0 else None)
            style.simulation(ax, ticks, omega[j], None, index, markersize=3.5)
    late = np.asarray([2e3, 1e5])
    for power, start, name in ((0.25, 2.6, "$t^{1/4}$"), (0.5, 20.0, "$t^{1/2}$")):
        ax.plot(late, start * (late / late[0]) ** power, ":", color=style.GREY, linewidth=0.8)
        ax.annotate(
            name,
            (late[0], start),
            xytext=(20, -7) if power < 0.5 else (-4, 14),
            textcoords="offset points",
            fontsize=7,
            color=style.GREY,
        )
    ax.set(xscale="log", yscale="log", xlabel="time $t$", ylabel=r"singular values $\omega_j$")
    ax.legend(loc="upper left")


def _modes(ax: Axes, results: Results) -> None:
    sizes, start, total, lam = (9, 5, 3, 1), (1e-3,) * 4, 18, 0.03
    t = np.linspace(0, 120, 300)
    ticks = tuple(float(x) for x in np.linspace(4, 120, 30))
    cell: dict[str, Any] = {"u0": start, "t": ticks, "n_k": sizes, "N": total, "lam": lam, "d": 6}
    strength = results.sample(sims.ufm_modes, cell, 1)["strength"][0]
    for k, n in enumerate(sizes):
        style.theory(ax, t, theory.ufm_mode_strength(start[k], t, n, total, lam), k)
        style.simulation(ax, ticks, strength[k], None, k, markersize=3.5)
        ax.annotate(rf"$n_k = {n}$", (120, strength[k, -1]), ha="right", xytext=(0, 5), textcoords="offset points")
    style.decoy(ax, t, theory.ufm_mode_strength(start[0], t / 2, sizes[0], total, lam))
    ax.set(xlabel="time $t$", ylabel="strength $u_k(t)$")


def _pace(ax: Axes, results: Results) -> None:
    ticks = tuple(float(x) for x in np.linspace(10, 400, 14))
    for index, lam in enumerate((0.0, 2e-3, 5e-3, 1e-2)):
        cell: dict[str, Any] = {"n_k": (4, 4, 4), "lam": lam, "t": ticks, "scale": 0.5, "d": 6}
        logs = np.log(results.sample(sims.ufm_relaxation, cell, 8)["nc1"])
        mean, se = logs.mean(axis=0), logs.std(axis=0, ddof=1) / np.sqrt(len(logs))
        values = np.exp(mean)
        style.simulation(ax, ticks, values, None, index, rf"$\lambda = {lam:g}$", markersize=3.5)
        ax.fill_between(
            ticks, np.exp(mean - 1.96 * se), np.exp(mean + 1.96 * se), color=style.COLOURS[index], alpha=0.15
        )
        late = np.asarray(ticks[6:] if lam < 1e-2 else ticks[3:])
        rate = float(theory.ufm_collapse_rate(lam))
        style.theory(ax, late, values[-1] * np.exp(rate * (late[-1] - late)), index)
    ax.set(yscale="log", xlabel="time $t$", ylabel="NC1", ylim=(1e-12, 3))
    ax.legend(loc="lower left")


def _draw(results: Results) -> Figure:
    figure, axes = style.new(1, 3, height=2.7)
    central(axes[0], results)
    style.panel(axes[0], "a", "central path")
    _modes(axes[1], results)
    style.panel(axes[1], "b", "logistic modes")
    _pace(axes[2], results)
    style.panel(axes[2], "c", r"random start: $e^{-6\lambda t}$")
    return figure


FIGURES = (
    Picture(
        "paths",
        "Ways to collapse: (a) both flows of the central path, (b) class modes of the unconstrained features model, "
        "one after the other by size, (c) NC1 from a random start, geometric mean of eight",
        (
            "central-path-projected", "central-path-renormalised", "ufm-logistic", "ufm-logistic-within-class",
            "ufm-logistic-random-start",
        ),
        _draw,
    ),
)  # fmt: skip
