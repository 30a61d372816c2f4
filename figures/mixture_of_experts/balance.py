"""The balance loss: how low it goes; and the loads of routers whose tokens share weights."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

import theory.mixture_of_experts as theory
from figures import style
from figures.picture import Panel, Picture
from figures.points import plain
from figures.results import Results, along

EXPERTS = (2, 3, 4, 5, 6, 7, 8)
SEARCHED = along("balance-loss", 4, "E", EXPERTS)
BUILT = along("balance-loss-construction", 4, "m", range(1, 8), E=8, eps=1e-6)
TOKENS, N = 256, 8
ROOM = (32, 40, 48, 64, 96)
DIGITS = along("overflow-fraction-digits-router", 128, "capacity", ROOM, tokens=TOKENS, experts=N)


def infimum(ax: Axes, results: Results) -> None:
    """Infimum against the number of experts; the least value of the search."""
    E = np.arange(2, 33)
    style.theory(ax, E, [theory.aux_loss_infimum(int(n)) for n in E], 0)
    least = [sample["value"].min() for sample in results.samples(SEARCHED)]
    style.simulation(ax, EXPERTS, least, None, 0)
    style.asymptote(ax, E, 4 / E, 0)
    style.decoy(ax, E, np.ones(E.size))
    style.name(ax, 6.4, 1.0, "even dispatch", color=style.GREY)
    style.name(ax, 5.2, 0.77, "$4/E$", 0)
    style.name(ax, 2.1, 0.5, "infimum", 0)
    ax.set(xlabel="experts $E$", ylabel="balance loss", xscale="log", ylim=(0, 1.15), xlim=(1.9, 32))
    plain(ax.xaxis, (2, 4, 8, 16, 32))


def constructions(ax: Axes, results: Results) -> None:
    """Even dispatch to m of E experts."""
    m = np.arange(1, N + 1)
    style.theory(ax, m, [theory.aux_loss(*theory.aux_loss_construction(N, int(one))) for one in m], 1)
    style.simulation(ax, m[:-1], *results.mean(BUILT, "aux"), 1)
    style.decoy(ax, m, np.ones(m.size))
    style.name(ax, 2.2, 1.0, "at least 1 (decoy)", color=style.GREY)
    ax.set(xlabel="experts in use $m$ of $8$", ylabel="balance loss", ylim=(0, 1.15))


def digits(ax: Axes, results: Results) -> None:
    """Share of digits dropped by random linear routers, and by independent choices with their probabilities."""
    factor = np.asarray(ROOM) * N / TOKENS
    room = np.arange(32, 97)
    style.theory(
        ax, room * N / TOKENS, [theory.overflow_fraction(TOKENS, N, int(C)) for C in room], 0, "uniform choices"
    )
    own = results.mean(DIGITS, "independent")
    style.theory(ax, factor, own.mean, 3, "the router's own $p_i$")
    style.simulation(ax, factor, *results.mean(DIGITS, "dropped"), 3)
    ax.set(xlabel="capacity factor $CE/T$", ylabel="share of tokens dropped", ylim=(0, None), xlim=(0.95, 3.05))
    style.legend(ax, loc="upper right")


FIGURES = (
    Picture(
        "balance",
        "The balance loss falls to $4/E$ where half of the experts are in use (dots: search, and routers built token "
        "by token); random linear routers drop far more digits than uniform choices, as much as their own $p_i$ say",
        ("balance-loss", "balance-loss-construction", "overflow-fraction-digits-router"),
        (SEARCHED, BUILT, DIGITS),
        (
            Panel("how low it goes", infimum),
            Panel("$m$ of 8 experts", constructions),
            Panel("digits, $T = 256$, $E = 8$", digits),
        ),
    ),
)
