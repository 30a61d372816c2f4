"""Modes of a linear network, and how much later the second one is from a random start."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.spectral_initialization as theory
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along

S, A0, END = (3.0, 1.5, 0.5), 1e-3, 12.0
TIMES = tuple(0.5 * k for k in range(1, 24))
STEPS = along("logistic-modes", 1, "t", TIMES, s=S, a0=A0)
WIDTHS = (3, 8)
DELAYS = {r: along("logistic-modes-random-start", 4096, "r", (r,), alpha=0.003) for r in WIDTHS}


def steps(ax: Axes, results: Results) -> None:
    """Strengths against time, half times as ticks."""
    t = np.linspace(0, END, 300)
    dots = np.array([sample["strength"][0] for sample in results.samples(STEPS)])
    for i, s in enumerate(S):
        style.theory(ax, t, theory.mode_strength(s, A0, t), i)
        style.simulation(ax, TIMES, dots[:, i], None, i)
        half = float(theory.mode_time(s, A0, 0.5))
        ax.plot([half] * 2, [0, s / 2], color=style.COLOURS[i], linestyle=":", linewidth=1)
        style.name(ax, END, s + 0.04, f"$s = {s:g}$", i, ha="right")
    ax.set(xlabel="time $t$", ylabel="strength $a(t)$", xlim=(0, END), ylim=(0, 3.4))


def delays(ax: Axes, results: Results) -> None:
    """Distribution of the delay of the second mode."""
    delay = np.linspace(1e-3, 1.6, 300)
    at = np.array([0.02, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.3, 1.6])
    for index, r in enumerate(WIDTHS):
        style.theory(ax, delay, theory.delay_law(r, 2).sf(np.exp(-2 * delay)), index, f"$r = {r}$")
        seen = results.samples(DELAYS[r])[0]["delay"]
        style.simulation(ax, at, [float(np.mean(seen <= x)) for x in at], None, index)
        style.decoy(ax, delay, theory.delay_law(2 * r, 3).sf(np.exp(-2 * delay)))
    style.name(ax, 0.12, 0.27, "no halves in the law", color=style.GREY)
    ax.set(xlabel=r"delay $\Delta$ of the second mode", ylabel="share of starts", xlim=(0, 1.6), ylim=(0, 1.04))
    style.legend(ax, loc="lower right")


FIGURES = (
    Picture(
        "modes",
        "Modes of a linear network step up in the order of their singular values, each at its time (half times "
        r"dotted); from a random start of width $r$ the second mode ($\lambda_2 = 1$ after $\lambda_1 = 2$) is later "
        "by a random time of known law",
        ("logistic-modes", "logistic-modes-times", "logistic-modes-one-after-another", "logistic-modes-random-start"),
        (STEPS, DELAYS),
        (Panel("an aligned start", steps), Panel("a random start", delays)),
    ),
)
