"""Pruning after training: when the mask is the true support, and what rounds change where features are correlated."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.lottery_tickets as theory
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along

P = (20, 100, 1000)
K, TAU = 4, 0.05
B = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3)
FOUND = {p: along("ticket-support-recovery", 2048, "b", B, p=p, k=K, tau=TAU) for p in P}
RHO = (0.0, 0.3, 0.5, 0.7)
ROUNDS = along(
    "ticket-support-recovery-correlated", 256, "rho", RHO, p=20, k=4, b=0.2, tau=TAU, n=20, rounds=5, steps=400
)


def found(ax: Axes, results: Results) -> None:
    """Probability that the largest trained weights are the true ones, against their size in units of the noise."""
    b = np.linspace(0.5, 7, 60)
    for index, p in enumerate(P):
        style.theory(ax, b, [theory.ticket_recovery_prob(p, K, float(x), 1.0) for x in b], index, f"$p = {p}$")
        style.simulation(ax, np.divide(B, TAU), *results.mean(FOUND[p], "value"), index)
    ax.set(xlabel=r"true weight over noise $b/\tau$", ylabel="true support found", ylim=(-0.02, 1.04))
    style.legend(ax, loc="upper left")


def rounds(ax: Axes, results: Results) -> None:
    """The same against the correlation of neighbouring features: five rounds, and at once."""
    for index, (name, word) in enumerate((("iterative", "five rounds"), ("at_once", "at once"))):
        seen = results.mean(ROUNDS, name)
        style.simulation(ax, np.array(RHO) + 0.008 * (1 - 2 * index), *seen, index, word)
        ax.plot(RHO, seen.mean, color=style.COLOURS[index], linewidth=0.8, linestyle=":")
    style.asymptote(ax, [-0.03, 0.73], [theory.ticket_recovery_prob(20, 4, 0.2, TAU)] * 2, 2)
    style.name(ax, 0.4, theory.ticket_recovery_prob(20, 4, 0.2, TAU), "orthogonal design", 2)
    ax.set(xlabel=r"correlation of neighbours $\rho$", ylabel="true support found", ylim=(-0.02, 1.04))
    style.legend(ax, loc="lower left")


FIGURES = (
    Picture(
        "support",
        f"In an orthogonal design the {K} largest of $p$ trained weights are the true ones from a few units of noise "
        "on, exactly as the law says, and rounds of pruning with rewinding change nothing. Correlated features cost, "
        "and there rounds help ($p = 20$)",
        ("ticket-support-recovery", "ticket-support-recovery-rounds", "ticket-support-recovery-correlated"),
        (FOUND, ROUNDS),
        (Panel("orthogonal design", found), Panel("correlated design", rounds)),
    ),
)
