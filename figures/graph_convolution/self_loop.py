"""Self-loops: risk against their weight for homophily and heterophily, and against the share of labels."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.graph_convolution as theory
from figures import style
from figures.picture import Panel, Picture
from figures.results import Results, along

AT = {"gam": 2.5, "tau": 0.5, "mu": 1.0, "rho": 0.05}
LOOPS = (-1.0, -0.75, -0.5, -0.25, 0.25, 0.5, 0.75, 1.0)
SIDES = (2.0, -2.0)
DOTS = {lam: along("self-loop-risk", 96, "c", LOOPS, lam=lam, N=160, **AT) for lam in SIDES}
SHARES = (0.1, 0.2, 0.3, 0.5, 0.6, 0.8)
WEIGHTS = (-0.5, 0.0, 0.5)
BUDGET = {"gam": 2.5, "lam": 2.0, "mu": 1.0, "rho": 0.02}
BUDGETS = {c: along("self-loop-risk", 96, "tau", SHARES, c=c, N=160, **BUDGET) for c in WEIGHTS}


def weight(ax: Axes, results: Results) -> None:
    """Test risk against the self-loop: mirror images."""
    c = np.linspace(-1.1, 1.1, 111)
    for index, lam in enumerate(SIDES):
        risk = [theory.gcn_risk(AT["gam"], AT["tau"], lam, AT["mu"], AT["rho"], float(x)).test for x in c]
        style.theory(ax, c, risk, index)
        style.simulation(ax, LOOPS, *results.mean(DOTS[lam], "test"), index)
        best = theory.optimal_self_loop(AT["gam"], AT["tau"], lam, AT["mu"], AT["rho"])
        least = theory.gcn_risk(AT["gam"], AT["tau"], lam, AT["mu"], AT["rho"], best).test
        ax.plot([best], [least], marker="*", color=style.COLOURS[index], markersize=11, markeredgecolor="black",
                markeredgewidth=0.5, zorder=6)  # fmt: skip
    style.name(ax, -0.6, 2.1, "neighbours\nalike", 0, xytext=(0, 0))
    style.name(ax, 0.5, 1.55, "neighbours\ndiffer", 1, xytext=(0, 0), ha="right")
    ax.set(xlabel="weight $c$ of the self-loop", ylabel="test risk", ylim=(0.4, 2.4), xlim=(-1.1, 1.1))


def budget(ax: Axes, results: Results) -> None:
    """Test risk against the share of labelled nodes, three self-loops."""
    tau = np.linspace(0.03, 0.97, 189)
    for index, c in enumerate(WEIGHTS):
        risk = [theory.gcn_risk(2.5, float(x), 2.0, 1.0, 0.02, c).test for x in tau]
        colour = (1, 2, 0)[index]
        style.theory(ax, tau, risk, colour, f"$c = {c:g}$")
        style.simulation(ax, SHARES, *results.mean(BUDGETS[c], "test"), colour)
    style.mark(ax, 0.4, "labels = features", 0.99)
    ax.set(xlabel="share of nodes with a label", ylabel="test risk", ylim=(0.3, 2.6), xlim=(0, 1))
    style.legend(ax, loc="upper right")


FIGURES = (
    Picture(
        "self_loop",
        r"A self-loop must have the sign of the homophily $\lambda$ (stars: the best, before any training); double "
        r"descent in the number of labels at $\lambda = 2$ (dots: $N = 160$)",
        ("self-loop-risk", "self-loop-risk-best", "self-loop-risk-mirror"),
        (DOTS, BUDGETS),
        (Panel(r"$\lambda = \pm 2$", weight), Panel("label budget", budget)),
        height=2.9,
    ),
)
