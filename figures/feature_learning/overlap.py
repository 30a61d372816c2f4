"""The overlap of online descent on its differential equation, and how long the escape takes."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.feature_learning as theory
from claims.feature_learning.sgd import escape
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, cells

TIMES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
CASES = {
    1: {"k": 1, "delta": 0.5, "m0": 0.1, "sigma2": 0.5},
    2: {"k": 2, "delta": 0.2, "m0": 0.3, "sigma2": 0.0},
    3: {"k": 3, "delta": 0.03, "m0": 0.5, "sigma2": 0.0},
}
PATHS = {k: cells("online-sgd-ode", 256, {**case, "s": TIMES, "d": 200}) for k, case in CASES.items()}
SIZES = (8, 16, 32, 64)
ESCAPES = {k: cells("online-sgd-ode-time", 64, *(escape(k, d) for d in SIZES)) for k in (1, 2, 3)}


def paths(ax: Axes, results: Results) -> None:
    """m against time for three orders of the target."""
    s = np.concatenate([[0.0], np.geomspace(0.1, 20, 120)])
    for index, (k, case) in enumerate(CASES.items()):
        style.theory(ax, s[1:], theory.sgd_overlap(s=s, **case)[1:], index, f"$k = {k}$, $\\delta = {case['delta']:g}$")
        style.simulation(ax, TIMES, *results.mean(PATHS[k], "value"), index)
    # A step of nearly no size pays for none of its noise: the flow.
    tiny = theory.sgd_overlap(1, 1e-4, 0.1, s * 5e3, 0.5)
    style.decoy(ax, s[1:], tiny[1:])
    style.name(ax, 1.7, 0.78, "$k = 1$ without noise", color=style.GREY, ha="right", xytext=(-3, 3))
    ax.set(xscale="log", xlabel="time $s$ = steps$/d$", ylabel="overlap $m$", ylim=(0, 1.08), xlim=(0.2, 20))
    plain(ax.xaxis, (0.2, 0.5, 1, 2, 5, 10, 20))
    style.legend(ax, loc="lower right")


def escapes(ax: Axes, results: Results) -> None:
    """Steps to one half against the dimension."""
    d = np.unique(np.round(np.geomspace(7, 75, 20)).astype(int))
    for index, k in enumerate((1, 2, 3)):
        cell = [escape(k, int(size)) for size in d]
        keys = ("k", "delta", "m0", "level", "sigma2")
        steps = [c["d"] * theory.sgd_time(**{key: c[key] for key in keys}) for c in cell]
        style.theory(ax, d, steps, index)
        style.simulation(ax, SIZES, *results.mean(ESCAPES[k], "value"), index)
        style.name(ax, 66, steps[-1], f"$k = {k}$", index, xytext=(12, -3))
    ax.set(xscale="log", yscale="log", xlabel="dimension $d$", ylabel="steps to $|m| = 1/2$", xlim=(6.5, 120))
    plain(ax.xaxis, (8, 16, 32, 64))


FIGURES = (
    Picture(
        "overlap",
        r"Online descent on $h_k(u\cdot x)$ follows its differential equation, whose end is below 1 where the steps "
        r"are large ($d = 200$); from $m_0 = d^{-1/2}$ the escape takes of the order of $d$, $d\log d$, $d^2$ steps "
        r"for $k = 1$, $2$, $3$, more than the equation says where the noise carries a run back at first",
        ("online-sgd-ode", "online-sgd-ode-drift", "online-sgd-ode-time"),
        (PATHS, ESCAPES),
        (Panel("overlap in time", paths), Panel("escape from a random start", escapes)),
    ),
)
